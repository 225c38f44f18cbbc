#include "cli/json_rows.h"

#include <fmt/format.h>

#include <limits>

#include "base/error.h"
#include "base/json.h"
#include "cli/interrupt.h"
#include "data/lines.h"

namespace partwise::internal {

namespace {

constexpr std::size_t kRowsAtATime = 1024;

OrderedJson answer_line(const Line& line, const std::function<OrderedJson(const JsonPart&)>& answer) {
  const Json row = parse_json_object(line.text, line.place);
  try {
    return answer(JsonPart(row, "", ""));
  } catch (const Error& error) {
    throw Error(error.code(), fmt::format("{}: {}", line.place, error.what()), error.advice());
  }
}

}  // namespace

void answer_json_rows(const std::filesystem::path& path, Console& console,
                      const std::function<OrderedJson(const JsonPart& row)>& answer) {
  answer_lines(path, console, [&](const Line& line) { return answer_line(line, answer); });
}

void answer_lines(const std::filesystem::path& path, Console& console,
                  const std::function<OrderedJson(const Line& line)>& answer) {
  LineReader reader(path, LineEnds::newline, throw_if_interrupted);
  for (auto lines = reader.next(kRowsAtATime); !lines.empty(); lines = reader.next(kRowsAtATime)) {
    for (const Line& line : lines) {
      if (!trim(line.text).empty()) console.print_json(answer(line));
    }
    console.flush();
  }
}

std::vector<std::int32_t> ids_of(const JsonPart& list) {
  std::vector<std::int32_t> ids;
  for (const JsonPart& id : list.elements())
    ids.push_back(static_cast<std::int32_t>(id.integer(0, std::numeric_limits<std::int32_t>::max())));
  return ids;
}

}  // namespace partwise::internal

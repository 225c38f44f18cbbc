#include "cli/json_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/error.h"
#include "base/json.h"
#include "cli/interrupt.h"
#include "data/line_reader.h"
#include "data/lines.h"

namespace partwise {

namespace {

constexpr std::size_t kRowsAtATime = 1024;

[[noreturn]] void wrong_field(const char* name, std::string_view wanted) {
  throw Error(ErrorCode::bad_data, fmt::format("\"{}\" is missing or not {}", name, wanted));
}

OrderedJson answer_line(const Line& line, const std::function<OrderedJson(const Json&)>& answer) {
  const Json row = parse_json_object(line.text, line.place);
  try {
    return answer(row);
  } catch (const Error& error) {
    throw Error(error.code(), fmt::format("{}: {}", line.place, error.what()), error.advice());
  }
}

bool is_id(const Json& value) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int32_t>::max();
  return value.is_number_integer() && value >= 0 && value <= kMax;
}

}  // namespace

void answer_json_rows(const std::filesystem::path& path, Console& console,
                      const std::function<OrderedJson(const Json& row)>& answer) {
  LineReader reader(path, LineEnds::newline, throw_if_interrupted);
  for (auto lines = reader.next(kRowsAtATime); !lines.empty(); lines = reader.next(kRowsAtATime)) {
    for (const Line& line : lines) {
      if (!trim(line.text).empty()) console.print_json(answer_line(line, answer));
    }
    console.flush();
  }
}

std::string string_field(const Json& row, const char* name) {
  const auto entry = row.find(name);
  if (entry == row.end() || !entry->is_string()) wrong_field(name, "a string");
  return entry->get<std::string>();
}

bool bool_field_or(const Json& row, const char* name, bool otherwise) {
  const auto entry = row.find(name);
  if (entry == row.end() || entry->is_null()) return otherwise;
  if (!entry->is_boolean()) wrong_field(name, "true or false");
  return entry->get<bool>();
}

std::vector<std::int32_t> ids_field(const Json& row, const char* name) {
  const auto entry = row.find(name);
  if (entry == row.end() || !entry->is_array() || !std::all_of(entry->begin(), entry->end(), is_id)) {
    wrong_field(name, "a list of token ids");
  }
  return entry->get<std::vector<std::int32_t>>();
}

}  // namespace partwise

#include "labelling/journal.h"

#include <fmt/format.h>

#include <cerrno>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"

namespace partwise::internal {

namespace {

Json as_json(std::size_t row, const RowAnswer& answer) {
  return {{"row", row}, {"p", answer.probabilities}, {"reasons", answer.reasons}, {"error", answer.error}};
}

std::string line_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"; }

}  // namespace

void check_journal(const std::filesystem::path& path) {
  if (!is_there(path)) return;
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  constexpr std::string_view kBeginning = R"({"key":)";
  if (line.starts_with(kBeginning) || kBeginning.starts_with(line)) return;  // the second: it was cut short
  throw Error(ErrorCode::usage, fmt::format("{} is needed to keep answers, and is another file", path.string()),
              "move it away, or write the table to another place");
}

Journal::Journal(std::filesystem::path path, const std::string& key) : path_(std::move(path)) {
  if (path_.empty()) return;
  check_journal(path_);
  const bool goes_on = read(key);
  if (goes_on) std::filesystem::resize_file(path_, n_good_bytes_);  // without a line that was cut short
  file_ = std::fopen(path_.c_str(), goes_on ? "abe" : "wbe");
  if (!file_) {
    const std::string why = std::generic_category().message(errno);
    throw Error(ErrorCode::failure, fmt::format("cannot write {}: {}", path_.string(), why),
                "choose a place that you may write to");
  }
  if (!goes_on) write_line(line_of(Json{{"key", key}}));
  flush();
}

Journal::~Journal() {
  if (file_) std::fclose(file_);
}

/// Whether there are answers under this key.
bool Journal::read(const std::string& key) {
  if (!is_there(path_)) return false;
  const std::string text = read_text_file(path_);
  bool is_first = true;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    if (end == std::string::npos) break;  // cut short
    const Json line = Json::parse(std::string_view(text).substr(at, end - at), nullptr, false);
    at = end + 1;
    if (!line.is_object()) break;
    if (std::exchange(is_first, false)) {
      if (line.value("key", Json()) != Json(key)) return false;
      continue;
    }
    try {
      RowAnswer answer = {line.at("p").get<std::vector<double>>(), line.at("reasons").get<std::string>(),
                          line.at("error").get<std::string>()};
      if (answer.probabilities.empty() == answer.error.empty()) break;  // a row has the one or the other
      answers_[line.at("row").get<std::size_t>()] = std::move(answer);
      n_good_bytes_ = at;
    } catch (const Json::exception&) {
      break;  // somebody else's line; what came before it is ours
    }
  }
  return !answers_.empty();
}

const RowAnswer* Journal::find(std::size_t row) const {
  const auto found = answers_.find(row);
  return found == answers_.end() ? nullptr : &found->second;
}

void Journal::add(std::size_t row, RowAnswer answer) {
  if (file_) write_line(line_of(as_json(row, answer)));
  answers_[row] = std::move(answer);
}

void Journal::write_line(const std::string& line) { std::fwrite(line.data(), 1, line.size(), file_); }

void Journal::flush() {
  if (!file_ || (std::fflush(file_) == 0 && std::ferror(file_) == 0)) return;
  throw Error(ErrorCode::failure,
              fmt::format("cannot write {}: {}", path_.string(), std::generic_category().message(errno)),
              "free some space, or write to another place");
}

void Journal::remove() {
  if (!file_) return;
  std::fclose(std::exchange(file_, nullptr));
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

}  // namespace partwise::internal

#include "session/own_texts.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <string>

#include "base/error.h"
#include "base/text.h"
#include "data/columns.h"
#include "data/data.h"
#include "prompts/task.h"

namespace partwise::internal {

namespace fs = std::filesystem;

namespace {

constexpr const char* kAnswer = "partwise_label";

/// The first bytes of the file, enough for the head of a page and for a journal's key.
std::string beginning_of(const fs::path& path) {
  std::array<char, 1024> bytes{};
  std::ifstream stream(path, std::ios::binary);
  stream.read(bytes.data(), bytes.size());
  return {bytes.data(), static_cast<std::size_t>(stream.gcount())};
}

/// The text between two marks; nullopt if one of them is missing.
std::optional<std::string> between(const std::string& text, std::string_view before, std::string_view after) {
  const std::size_t at = text.find(before);
  if (at == std::string::npos) return std::nullopt;
  const std::size_t begin = at + before.size(), end = text.find(after, begin);
  if (end == std::string::npos) return std::nullopt;
  return text.substr(begin, end - begin);
}

std::optional<OwnFile> page_of(const std::string& beginning) {
  const auto title = between(beginning, "<title>", " – partwise</title>");
  if (!title) return std::nullopt;
  return OwnFile{"page", "a page that partwise wrote, to open in a browser", {{"title", *title}}, {}};
}

std::optional<OwnFile> kept_answers(const std::string& beginning) {
  if (!beginning.starts_with(R"({"key":")")) return std::nullopt;
  return OwnFile{"answers", "answers of labelling that was stopped: the same command goes on from them", {}, {}};
}

std::int64_t n_with(const DataFile& data, const std::string& column) {
  return std::ranges::count_if(data.rows, [&](const DataRow& row) {
    const auto cell = row.fields.find(column);
    return cell != row.fields.end() && !cell->second.empty();
  });
}

OwnFile table_of(const DataFile& data) {
  const std::vector<std::string> columns = data.columns.empty() ? names_in(data.rows) : data.columns;
  const bool is_labelled = std::ranges::count(columns, kAnswer) > 0;
  OwnFile file{"table", is_labelled ? "a table with labels that partwise gave" : "a table of rows", {}, {}};
  file.facts.emplace_back("rows", format_count(std::ssize(data.rows)));
  file.facts.emplace_back("columns", list_shortly(columns));
  if (is_labelled) file.facts.emplace_back("labelled", format_count(n_with(data, kAnswer)));
  if (const auto n = n_with(data, "partwise_error"); n > 0) file.facts.emplace_back("errors", format_count(n));
  return file;
}

OwnFile task_of(const Task& task, const fs::path& path) {
  OwnFile file{"task", "a task: how a row becomes a prompt, and its labels", {}, {}};
  file.facts.emplace_back("task", task.name);
  file.facts.emplace_back("labels", task.labels.empty() ? "each row has its own" : list_shortly(task.labels));
  file.taken_by.emplace_back(Setting::task, path.string(), Step::decompose);
  return file;
}

bool is_called(const fs::path& path, std::initializer_list<std::string_view> extensions) {
  return std::ranges::count(extensions, path.extension().string()) > 0;
}

/// Many files of models are called .json: among these only a table that we wrote is one.
std::optional<OwnFile> by_name(const fs::path& path) {
  try {
    if (is_called(path, {".csv", ".tsv", ".jsonl", ".ndjson"})) return table_of(read_data_file(path));
    if (is_called(path, {".json"}))
      if (const DataFile data = read_data_file(path); n_with(data, kAnswer) > 0) return table_of(data);
    if (is_called(path, {".yaml", ".yml"})) return task_of(load_task(path.string()), path);
  } catch (const Error&) {  // it is something else
  }
  return std::nullopt;
}

}  // namespace

std::optional<OwnFile> recognise_own_text(const fs::path& path) {
  const std::string beginning = beginning_of(path);
  if (auto page = page_of(beginning)) return page;
  if (auto answers = kept_answers(beginning)) return answers;
  return by_name(path);
}

}  // namespace partwise::internal

#include "session/own_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <initializer_list>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "decompose/run_info.h"
#include "formats/foreign.h"
#include "formats/safetensors.h"
#include "prompts/prompts.h"
#include "readers/reader.h"
#include "session/expected_fact.h"
#include "session/own_texts.h"

namespace partwise::internal {

namespace fs = std::filesystem;

namespace {

void add_fact(OwnFile& file, const char* name, const std::string& value) {
  if (!value.empty()) file.facts.emplace_back(name, value);
}

/// What run files and reader files say of the run.
void add_run_facts(OwnFile& file, const RunInfo& info) {
  add_fact(file, "model", info.text(facts::kModel));
  add_fact(file, "checkpoint", info.text(facts::kCheckpoint));
  add_fact(file, "task", info.text(facts::kTask));
  add_fact(file, "prompts", info.text(facts::kPrompts));
  add_fact(file, "demonstrations", info.text(facts::kShots));
  add_fact(file, "sets", info.text(facts::kSets));
  add_fact(file, "stored", info.text(facts::kStore));
}

std::string describe_sizes(std::int64_t n_layers, std::int64_t n_heads) {
  return fmt::format("{} layers of {} heads and an MLP", n_layers, n_heads);
}

OwnFile run_of_tokens(const SafetensorsFile& opened, const RunInfo& info) {
  OwnFile file{"tokens", "a run file of texts, an example for each token", {}, {}};
  add_fact(file, "model", info.text(facts::kModel));
  add_fact(file, "tokens", format_count(opened.tensors().at("heads").shape[0]));
  return file;
}

/// "heads by source, MLPs by 8 experts"; "" if nothing is split.
std::string describe_splits(const SafetensorsFile& opened) {
  std::vector<std::string> splits;
  if (opened.tensors().contains("by_source")) splits.emplace_back("heads by source");
  if (opened.tensors().contains("by_token")) splits.emplace_back("heads by token");
  const auto experts = opened.tensors().find("experts");
  if (experts != opened.tensors().end() && experts->second.shape.size() == 4)
    splits.push_back(fmt::format("MLPs by {} experts", format_count(experts->second.shape[2])));
  return fmt::format("{}", fmt::join(splits, ", "));
}

OwnFile run_of_rows(const SafetensorsFile& opened, const RunInfo& info) {
  const Shape& heads = opened.tensors().at("heads").shape;  // [n_examples, n_layers, n_heads, n_labels]
  OwnFile file{"run", "a run file: what every part adds to each label's logit", {}, {}};
  add_run_facts(file, info);
  add_fact(file, "rows", format_count(heads[0]));
  add_fact(file, "parts", describe_sizes(heads[1], heads[2]));
  add_fact(file, "split", describe_splits(opened));
  if (const auto words = info.find(facts::kLabelWords)) add_fact(file, "labels", list_shortly(*words));
  for (Step step : {Step::fit, Step::eval, Step::classify})
    file.taken_by.emplace_back(Setting::run, opened.path().string(), step);
  return file;
}

/// nullopt if it is no safetensors file, or a damaged one.
std::optional<SafetensorsFile> open_safetensors(const fs::path& path) {
  try {
    return std::optional<SafetensorsFile>(std::in_place, path);
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::optional<OwnFile> recognise_run(const fs::path& path) {
  const std::optional<SafetensorsFile> opened = open_safetensors(path);
  if (!opened || !holds_run(*opened) || opened->tensors().at("heads").shape.size() != 4) return std::nullopt;
  const RunInfo info{opened->metadata()};
  return info.text(facts::kRows) == "tokens" ? run_of_tokens(*opened, info) : run_of_rows(*opened, info);
}

/// "75.0 % right (95 % interval 59.3 to 86.1 %)"; "" if the file does not say.
std::string expected_accuracy(const RunInfo& info) {
  const Json expected = Json::parse(info.text(facts::kExpected), nullptr, false);
  const auto number = [](const Json& json) { return json.is_number() ? 100 * json.get<double>() : -1; };
  if (!expected.is_object() || !expected.contains("accuracy") || !expected.contains("interval")) return "";
  const Json& interval = expected["interval"];
  if (!interval.is_array() || interval.size() != 2 || number(expected["accuracy"]) < 0) return "";
  return fmt::format("{:.1f} % of answers right (95 % interval {:.1f} to {:.1f} %)", number(expected["accuracy"]),
                     number(interval[0]), number(interval[1]));
}

OwnFile reader_at(const fs::path& path) {
  const ReaderFile reader = read_reader(path);
  OwnFile file{"reader", "a reader file: how the parts are weighed", {}, {}};
  add_fact(file, "reader", std::string(reader.reader->kind()));
  add_run_facts(file, reader.info);
  add_fact(file, "rows", fmt::format("fitted on {}", format_count(reader.report.n_examples)));
  add_fact(file, "expected", expected_accuracy(reader.info));
  add_fact(file, "parts", describe_sizes(reader.n_layers, reader.n_heads));
  add_fact(file, "labels", list_shortly(reader.label_words));
  for (Step step : {Step::eval, Step::classify}) file.taken_by.emplace_back(Setting::reader, path.string(), step);
  return file;
}

/// The texts in the list `json[name]`; none if there is no such list.
std::vector<std::string> texts_in(const Json& json, const char* name) {
  std::vector<std::string> texts;
  const auto list = json.find(name);
  if (list == json.end() || !list->is_array()) return texts;
  for (const Json& item : *list)
    if (item.is_string()) texts.push_back(item.get<std::string>());
  return texts;
}

OwnFile study_of(const Json& json) {
  OwnFile file{"study", "results of a study: of all its runs together", {}, {}};
  for (const char* name : {"models", "tasks", "readers"})
    add_fact(file, name, fmt::format("{}", fmt::join(texts_in(json["study"], name), ", ")));
  return file;
}

OwnFile result_of(const Json& json) {
  OwnFile file{"result", "the results of one run of a study, which keeps them to go on from", {}, {}};
  add_fact(file, "task", json["task"].get<std::string>());
  add_fact(file, "demonstrations", json["shots"].dump());
  if (json.contains("n")) add_fact(file, "rows", json["n"].dump());
  return file;
}

bool has_keys(const Json& json, std::initializer_list<const char*> keys) {
  return json.is_object() && std::ranges::all_of(keys, [&](const char* key) { return json.contains(key); });
}

OwnFile prompts_at(const fs::path& path) {
  OwnFile file{"prompts", "a file of prompts, with the words or ids to decide between", {}, {Step::decompose}};
  add_fact(file, "rows", format_count(std::ssize(read_prompt_file(path).prompts)));
  return file;
}

/// The first line as JSON; null if it is none.
Json first_line(const fs::path& path) {
  constexpr std::size_t kMost = 1 << 20;
  std::ifstream stream(path);
  std::string line;
  if (stream.peek() == 0xEF) stream.ignore(3);  // a byte order mark
  for (char c = 0; line.size() < kMost && stream.get(c) && c != '\n';) line += c;
  return Json::parse(line, nullptr, false);
}

bool is_prompt(const Json& row) {
  return (has_keys(row, {"prompt"}) || has_keys(row, {"ids"}) || has_keys(row, {"text"})) &&
         (has_keys(row, {"options"}) || has_keys(row, {"option_ids"}));
}

std::optional<OwnFile> recognise_json(const fs::path& path) {
  if (is_prompt(first_line(path))) return prompts_at(path);
  const Json json = Json::parse(read_text_file(path), nullptr, false);
  if (has_keys(json, {"format"}) && json["format"] == "partwise-reader") return reader_at(path);
  if (has_keys(json, {"study", "models", "methods", "parts"}) && json["study"].is_object()) return study_of(json);
  if (has_keys(json, {"key", "task", "template", "seed", "shots", "main"}) && json["task"].is_string())
    return result_of(json);
  return std::nullopt;
}

/// A byte order mark may come first.
bool begins_as_json(const fs::path& path) {
  std::ifstream stream(path);
  char first = 0;
  if (stream.peek() == 0xEF) stream.ignore(3);
  return (stream >> first) && first == '{';
}

/// A file of any kind that is not text, or is far larger than what we write, is not read.
std::optional<OwnFile> recognise(const fs::path& path) {
  constexpr std::uintmax_t kMost = std::uintmax_t{256} << 20;
  std::error_code none;
  const bool is_json = begins_as_json(path);
  if (!is_json)
    if (auto run = recognise_run(path)) return run;
  if (fs::file_size(path, none) > kMost) return std::nullopt;
  if (is_json)
    if (auto own = recognise_json(path)) return own;
  return recognise_own_text(path);
}

}  // namespace

std::optional<OwnFile> recognise_own_file(const fs::path& file) {
  std::error_code none;
  return fs::is_regular_file(file, none) ? recognise(file) : std::nullopt;
}

}  // namespace partwise::internal

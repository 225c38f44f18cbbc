// Advice on what to do about an error or a warning, as data. Each front end spells it in the words of its own users.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace partwise::internal {

/// A setting that a caller can change. The names are those in the structs of the library. The comments say what the
/// value of a Remedy is; it is empty for a switch, and if the caller has to choose the value.
enum class Setting {
  ablate,           // a part's name
  ablate_with,      // "zero" or "mean"
  allow_unknown,    // the name of a key or a tensor to accept
  bos,              // "auto", "yes" or "no"
  by_source,        // a switch
  by_token,         // a switch
  chat,             // a switch
  chat_template,    // a file with a chat template
  content_free,     // a switch
  data_root,        // a folder
  drop_repeated,    // a switch
  experts,          // a switch
  json_rows,        // a switch: rows are JSON, one per line
  label_column,     // a column of a table
  labelled,         // a number of rows, or "all"
  limit,            // a number of rows
  memory,           // bytes
  model,            // an argument of find_model
  output,           // a file or a folder
  reader,           // a reader file or a kind of reader
  run,              // a run file
  score,            // the word of a score of labels
  seed,             // a number
  sets,             // a number of prompt sets
  shots,            // a number of demonstrations
  special_in_rows,  // "text" or "parse"
  store,            // "hidden" or "z"
  task,             // a built-in task or a YAML file
  test_file,        // a file of rows
  text_template,    // the template of a row's text
  too_long,         // "refuse", "skip" or "cut"
  train_file,       // a file of rows
};

/// A step of work that a caller can run.
enum class Step { classify, decompose, eval, fit, inspect, prompt, tokenize };

/// One thing that may help: to change a setting, or to run a step of work.
struct Remedy {
  std::optional<Setting> setting;  // nullopt: running `step` helps
  std::string value;
  std::optional<Step> step;  // the step in which to change `setting`; nullopt: the work that the advice is about

  Remedy(Setting what, std::string to = {}, std::optional<Step> in = {})  // NOLINT(google-explicit-constructor)
      : setting(what), value(std::move(to)), step(in) {}
  Remedy(Step helpful) : step(helpful) {}  // NOLINT(google-explicit-constructor)

  bool operator==(const Remedy&) const = default;
};

/// A sentence that says what to do, and the same as data. The sentence names no option and no command of our programs.
/// The remedies are alternatives. Remedies with `allow_unknown` are an exception: they belong together.
struct Advice {
  std::string hint;
  std::vector<Remedy> remedies;

  Advice() = default;
  Advice(std::string sentence, std::vector<Remedy> list = {})  // NOLINT(google-explicit-constructor)
      : hint(std::move(sentence)), remedies(std::move(list)) {}
  Advice(const char* sentence, std::vector<Remedy> list = {})  // NOLINT(google-explicit-constructor)
      : Advice(std::string(sentence), std::move(list)) {}
};

/// One remedy per name: to accept it (`allow_unknown`).
inline std::vector<Remedy> allowing(const std::vector<std::string>& names) {
  std::vector<Remedy> remedies;
  for (const std::string& name : names) remedies.emplace_back(Setting::allow_unknown, name);
  return remedies;
}

}  // namespace partwise::internal

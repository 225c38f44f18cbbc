// What can be done about something, as data: whoever shows it to somebody spells it in that reader's own words.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace partwise {

/// What a caller can set. Each is named as in the structs of the library. A value is what the comment says; it is empty
/// for a switch, and where the caller has to choose.
enum class Setting {
  ablate,           // a part's name
  ablate_with,      // "zero" or "mean"
  allow_unknown,    // a key or a tensor that may pass
  bos,              // "auto", "yes" or "no"
  by_source,        // a switch
  by_token,         // a switch
  content_free,     // a switch
  data_root,        // a folder
  drop_repeated,    // a switch
  json_rows,        // a switch: rows are JSON, one a line
  labelled,         // a number of rows, or "all"
  limit,            // a number of rows
  memory,           // bytes
  model,            // what find_model takes
  output,           // a file or a folder
  reader,           // a reader file or a kind of reader
  run,              // a run file
  seed,             // a number
  shots,            // a number of demonstrations
  special_in_rows,  // "text" or "parse"
  store,            // "hidden" or "z"
  task,             // a built-in task or a YAML file
  test_file,        // a file of rows
  too_long,         // "refuse", "skip" or "cut"
  train_file,       // a file of rows
};

/// What a caller can have done.
enum class Step { classify, decompose, eval, fit, inspect, prompt, tokenize };

/// One thing that may help: a setting, or a step of work.
struct Remedy {
  std::optional<Setting> setting;  // nullopt: the step itself helps
  std::string value;
  std::optional<Step> step;  // where to set it; nullopt: in the work that the advice is about

  Remedy(Setting what, std::string to = {}, std::optional<Step> in = {})  // NOLINT(google-explicit-constructor)
      : setting(what), value(std::move(to)), step(in) {}
  Remedy(Step helpful) : step(helpful) {}  // NOLINT(google-explicit-constructor)

  bool operator==(const Remedy&) const = default;
};

/// A sentence that says what to do, and the same as data. The sentence names no option and no command of any program of
/// ours. Remedies are alternatives, but for names to allow, which belong together.
struct Advice {
  std::string hint;
  std::vector<Remedy> remedies;

  Advice() = default;
  Advice(std::string sentence, std::vector<Remedy> list = {})  // NOLINT(google-explicit-constructor)
      : hint(std::move(sentence)), remedies(std::move(list)) {}
  Advice(const char* sentence, std::vector<Remedy> list = {})  // NOLINT(google-explicit-constructor)
      : Advice(std::string(sentence), std::move(list)) {}
};

/// A remedy for each name that an allow-list would let pass.
inline std::vector<Remedy> allowing(const std::vector<std::string>& names) {
  std::vector<Remedy> remedies;
  for (const std::string& name : names) remedies.emplace_back(Setting::allow_unknown, name);
  return remedies;
}

}  // namespace partwise

// Prompts: read from a file, or made from a task and its data.
#pragma once

#include <partwise/export.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace partwise {

/// What becomes of prompts that do not fit into the model's context.
enum class TooLong {
  refuse,  // an error
  skip,    // they are left out
  cut,     // the row's own text is shortened at its end
};

struct TaskOptions {
  std::string task = {};              // a built-in task ("reviews") or a YAML file
  std::string train = {}, test = {};  // files of rows (JSON, JSONL, CSV, TSV); empty: the task's own rows
  std::int64_t template_index = 0;    // which of the task's templates
  std::int64_t shots = -1;            // demonstrations in each prompt; -1: a number that suits the labels
  std::int64_t labelled = 24;         // labelled rows to use, demonstrations among them; -1: all
  std::int64_t sets = 1;              // prompt sets: 2 also without demonstrations, 3 also with the next labelled rows
  std::uint64_t seed = 0;             // which labelled rows
  std::int64_t limit = -1;            // only the first `limit` test rows; -1: all
  bool content_free = false;          // adds prompts that say nothing, for readers that calibrate
  bool parse_special = false;         // whether rows and label words may spell special tokens
  bool drop_repeated = false;         // leaves out test rows that are labelled rows as well
  TooLong too_long = TooLong::refuse;
};

/// Prompts with their label words. They are text until a session makes tokens of them, so that one set serves several
/// models. Immutable; copies share the prompts.
class PARTWISE_API PromptSet {
 public:
  /// A file of finished prompts, {"prompt", "options", "label"} per line (docs/files.md). Spellings of special tokens
  /// become these tokens. Errors: missing_input, bad_data.
  static PromptSet from_file(const std::string& path, TooLong too_long = TooLong::refuse);
  /// Instruction, demonstrations and input of each row; the rows of the pool first, then the test rows. If there are
  /// several prompt sets, the demonstrations' rows come before these. Errors: usage for options that do not fit the
  /// task, missing_input, bad_data.
  static PromptSet from_task(const TaskOptions& options);

  std::int64_t size() const;
  /// The text of prompt `i`; "" if the file gave ids.
  const std::string& text(std::int64_t i) const;
  /// [n_labels]; empty if the rows of a file have different ones.
  const std::vector<std::string>& label_words() const;
  /// What the user should know about task and rows, as sentences.
  const std::vector<std::string>& notes() const;
  /// What may be wrong with the rows and their wording, as sentences. Run::warnings() adds what tokens show.
  std::vector<std::string> warnings() const;

  struct Impl;  // the library's own
  explicit PromptSet(std::shared_ptr<const Impl> impl);
  const std::shared_ptr<const Impl>& impl() const { return impl_; }

 private:
  std::shared_ptr<const Impl> impl_;
};

}  // namespace partwise

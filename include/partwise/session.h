// A model at work.
#pragma once

#include <partwise/export.h>
#include <partwise/model.h>
#include <partwise/progress.h>
#include <partwise/prompts.h>
#include <partwise/reader.h>
#include <partwise/run.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace partwise {

/// What products multiply: values as they are, or rounded to bfloat16. Sums are float32 in both.
enum class Precision { f32, bf16 };

struct SessionOptions {
  int threads = 0;                                // 0: all cores that the process may use
  std::optional<std::int64_t> memory_bytes = {};  // what the process may hold in all; nullopt: what suits the machine
  Precision precision = Precision::f32;
};

struct DecomposeOptions {
  bool store_hidden = false, store_z = false;  // Run::hidden, Run::z
  bool by_source = false, by_token = false;    // Run::by_source, Run::by_token
  bool experts = false;                        // Run::experts; of a mixture of experts alone
  std::string score = "tree";                  // of labels: tree, first, sum, mean, bytes or pmi (docs/maths.md)
  bool label_mass = false;                     // Run::label_mass
  std::vector<std::string> ablate = {};        // parts to run the model without: "L5H3", "L7MLP"
  bool ablate_with_mean = false;               // replace them by their means over all prompts, else by zero
  ProgressFn progress = {};
};

struct ClassifyOptions {
  TooLong too_long = TooLong::refuse;  // `skip` is like `refuse`: an error in the answer of the text
  ProgressFn progress = {};            // counts texts
};

/// The answer to one text. If there is an error, the other members are empty.
struct Answer {
  std::string error, hint;  // why there is no answer, and what to do; "" if there is one
  std::int64_t label = -1;  // index of the label with the highest score
  std::string label_word;
  std::vector<double> probabilities;  // [n_labels]
  /// The answer's lead (its score minus the mean of the other labels' scores) is the sum of what the parts add, of the
  /// other parts together, and of what comes from outside the parts.
  std::vector<Push> drivers;  // the three parts that add most, the strongest first; see is_explained
  double other_parts = 0, outside = 0, lead = 0;
  bool is_explained = true;  // false: the kind of reader does not split over parts, so nobody knows what drove it
  bool is_cut = false;       // whether the text was cut to fit into the model's context
};

/// Holds a model ready from call to call: its weights, packed, if they fit into memory, and what was computed of
/// beginnings that prompts share. Results have the same bits whatever was asked before, and with any number of threads.
/// Several threads may call a session at a time: their passes queue. Copies share the session.
class PARTWISE_API Session {
 public:
  explicit Session(const Model& model, const SessionOptions& options = {});

  const Model& model() const;

  /// Decomposes one prompt. `labels` are the words as they follow the text, with their leading space (" positive"); at
  /// least two. They may have several tokens; then logits are their log-probabilities (docs/maths.md). Spellings of
  /// special tokens become these tokens. What `options` ask for is in Parts::run(). Errors: bad_data, failure (the
  /// certificate exceeds its bound); usage for options that do not fit together; interrupted.
  Parts decompose(const std::string& text, const std::vector<std::string>& labels,
                  const DecomposeOptions& options = {}) const;

  /// Decomposes all prompts in one pass, or in as few as memory allows. Errors: as above.
  Run decompose(const PromptSet& prompts, const DecomposeOptions& options = {}) const;

  /// Puts each text into the prompt that the reader was fitted on and answers. The answer to a text that cannot be
  /// answered has an error. Errors: bad_data if the reader was fitted on another model; usage if it was fitted on
  /// finished prompts, or on a task whose template has several columns; interrupted.
  std::vector<Answer> classify(const Reader& reader, const std::vector<std::string>& texts,
                               const ClassifyOptions& options = {}) const;
  /// The same for rows with named columns, as the reader's task has them.
  std::vector<Answer> classify_rows(const Reader& reader, const std::vector<std::map<std::string, std::string>>& rows,
                                    const ClassifyOptions& options = {}) const;

  struct Impl;  // the library's own

 private:
  std::shared_ptr<const Impl> impl_;
};

}  // namespace partwise

// Readers: they turn the parts of a prompt into an answer.
#pragma once

#include <partwise/array.h>
#include <partwise/export.h>
#include <partwise/progress.h>
#include <partwise/run.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace partwise {

struct FitOptions {
  std::optional<std::int64_t> pool_size = {};  // fit on the first so many rows of the pool; nullopt: on all
  ProgressFn progress = {};
};

/// How a reader uses one part.
struct Leaning {
  std::string part;   // "L5H3"
  std::string label;  // a label word; "" if the weight is the same for every label
  double weight = 0;  // docs/readers.md
};

/// Immutable; copies share the reader, and may be used from several threads.
class PARTWISE_API Reader {
 public:
  /// The kind that is fitted on this run if no other is asked for: "committee", or "reweight" if the run does not hold
  /// hidden states and z.
  static std::string default_kind(const Run& run);
  /// The names of all kinds: "best", "calib+", "comprw", "full", ... (docs/readers.md).
  static std::vector<std::string> kinds();

  /// Fits a reader on the pool of a run, or on all its rows if it has no split. Errors: usage for a kind that does not
  /// exist; bad_data if the run lacks what the kind learns from, or if a label has no row in the pool; interrupted.
  static Reader fit(const std::string& kind, const Run& run, const FitOptions& options = {});
  /// Reads a reader file. Errors: missing_input, bad_data.
  static Reader open(const std::string& path);
  /// Writes a reader file. Errors: those of Run::save.
  void save(const std::string& path) const;

  /// Why the rows that it was just fitted on may not teach it much, as sentences. Empty for a reader of a file.
  const std::vector<std::string>& warnings() const;

  std::string kind() const;
  const std::vector<std::string>& label_words() const;  // [n_labels]

  /// Scores of every example of a run; the answer is the label with the highest.  [n_examples, n_labels]
  /// Errors here and below: bad_data if the run has other sizes, label words or another model than the one that the
  /// reader was fitted on.
  Array<double> scores(const Run& run) const;
  Array<double> probabilities(const Run& run) const;  // [n_examples, n_labels], they sum to one
  Array<std::int32_t> predict(const Run& run) const;  // [n_examples], indices of labels
  /// The share of right answers on the run's test rows, or on all rows if it has no split. Errors: also bad_data if no
  /// such row has a label.
  double accuracy(const Run& run) const;

  /// What the reader leans on, the largest weights first; empty if the kind has no weights. At most 20.
  std::vector<Leaning> leanings() const;

  struct Impl;  // the library's own
  explicit Reader(std::shared_ptr<const Impl> impl);
  const std::shared_ptr<const Impl>& impl() const { return impl_; }

 private:
  std::shared_ptr<const Impl> impl_;
};

}  // namespace partwise

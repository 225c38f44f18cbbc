// A reader turns the parts' logits of an example into a label. Readers see contributions and
// labels and nothing else.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_fwd.h"
#include "base/progress.h"
#include "decompose/contributions.h"
#include "readers/left_out.h"
#include "readers/temperatures.h"

namespace partwise::internal {

/// The sizes that a reader was fitted on. It can only read contributions of these sizes.
struct ReaderShape {
  std::int64_t n_layers = 0, n_heads = 0, n_labels = 0;

  std::int64_t n_components() const { return n_layers * (n_heads + 1); }
  bool operator==(const ReaderShape&) const = default;
};
ReaderShape reader_shape(const Contributions& parts);

/// Rows of a run, grouped by what a reader may do with them.
struct FitRows {
  std::vector<std::int64_t> pool;                 // rows that are used with their labels
  std::vector<std::int64_t> content_free;         // inputs that say nothing
  std::vector<std::int64_t> random_words;         // inputs of random words of the data
  std::vector<std::int64_t> test;                 // rows that it will be judged on
  std::vector<std::int64_t> demonstrations = {};  // labelled rows that set 1 shows, if there are several prompt sets
};
/// The rows of `run`. The pool has only rows whose label is known.
FitRows fit_rows(const Run& run);

/// Labelled rows in an order that does not depend on the order of the run's rows.
struct LabelledRows {
  std::vector<std::int64_t> rows;
  std::vector<std::int32_t> labels;  // of those rows, in [0, n_labels)

  std::size_t size() const { return rows.size(); }
};

/// The stage that fits name in their reports of progress.
inline constexpr std::string_view kFitStage = "fitting";

/// What a reader learns from.
struct FitInput {
  const Contributions& parts;
  LabelledRows pool;
  LabelledRows demonstrations;           // FitRows::demonstrations
  std::vector<std::int64_t> unlabelled;  // the rows of ReaderKind::learns_from, if they are used without labels
  const ProgressFn& progress;            // gets told how far a long fit is
  bool by_tenths = false;                // Calibration::quick
};

/// How a fit went: what people ask when a number looks odd.
struct FitReport {
  std::int64_t n_examples = 0;
  std::int64_t updates = 0;         // steps of the optimiser; 0 if there is none
  double train_accuracy = 0.0;      // on the pool
  std::optional<double> objective;  // the minimum that the fit found, if the reader names one
  /// Of a fit that is calibrated: what it was calibrated by. Not kept in reader files.
  LeftOutRows left_out = {};
};

/// Whether a fit also learns how sure its answers are (readers/temperatures.h). quick: rows of a small pool are left
/// out in tenths rather than one at a time, which hardly changes the result.
enum class Calibration { off, on, quick };

/// How a reader uses one component.
struct Leaning {
  std::int64_t component = 0;  // order of Contributions
  std::int64_t label = 0;      // -1 if the weight is the same for every label
  /// Suppose the component pushes towards the label, as strongly as is usual for it on the pool. This is what the push
  /// adds to the label's score, beyond what it adds in the full model. Negative: it is read as evidence against the
  /// label.
  double weight = 0;
};

class Reader {
 public:
  virtual ~Reader() = default;

  /// "full", "best", "comprw", "calib+": the name that users type and files hold.
  virtual std::string_view kind() const = 0;

  /// Fits on rows of `parts`. The order of rows makes no difference.  labels [n_examples], -1 for unlabelled rows
  /// Errors: bad_data if the rows that the kind learns from are missing, if a row of the pool has no label, if a label
  /// has no row, or if `parts` lack what the kind reads (hidden, z).
  /// A long fit reports to `progress`, which may throw to stop it. `calibration` sets whether a kind that can be
  /// calibrated is: its answers are the same.
  FitReport fit(const Contributions& parts, std::span<const std::int32_t> labels, const FitRows& rows,
                const ProgressFn& progress = {}, Calibration calibration = Calibration::on);

  /// Scores f[y] of one example; the prediction is their argmax (the first on ties).  out [n_labels]
  virtual void scores(const Contributions& parts, std::int64_t example, std::span<double> out) const = 0;
  /// Scores of several examples, with the same bits. Some readers are faster this way than one by one.
  /// out [examples.size(), n_labels]
  virtual void scores_of(const Contributions& parts, std::span<const std::int64_t> examples,
                         std::span<double> out) const;
  /// How its probabilities follow from its scores; nullopt if it is not calibrated.
  const std::optional<Temperatures>& temperatures() const { return temperatures_; }
  void set_temperatures(std::optional<Temperatures> temperatures) { temperatures_ = std::move(temperatures); }

  /// Probabilities that sum to one: those of temperatures(), or the softmax of the scores, unless a reader says
  /// otherwise.
  virtual void probabilities(const Contributions& parts, std::int64_t example, std::span<double> out) const;

  /// What each component adds to the scores of one example. The last row is what comes from outside the components
  /// (embedding, biases, the reader's own constants), so that the rows sum to the scores. Only for kinds that split
  /// (ReaderKind::splits). A head's row is an affine function of the head's own logits and z, the same for every
  /// example.  out [n_components + 1, n_labels], order of Contributions
  virtual void split_scores(const Contributions& parts, std::int64_t example, std::span<double> out) const;

  /// The pairs of component and label that the reader weighs most, the largest absolute weight first. Empty if the
  /// reader has no weights.
  virtual std::vector<Leaning> leanings() const { return {}; }

  /// The fitted state as JSON, without `kind`. `load` restores it bit for bit.
  virtual Json save() const = 0;
  /// `shape` is that of the contributions that the reader was fitted on. Errors: bad_data, naming the field.
  virtual void load(const Json& state, const ReaderShape& shape) = 0;

 protected:
  /// Fits the reader. Of the report, it sets only `updates` and `objective`; fit() sets the rest.
  virtual FitReport learn(const FitInput& input) = 0;

  /// Scores of rows of the run by fits without them, for a kind that is calibrated. Here these are fits from scratch
  /// (rows_to_leave_out); a kind may have a faster way.
  virtual LeftOutRows left_out(const FitInput& input) const;

 private:
  std::optional<Temperatures> temperatures_;
};

/// What a kind of reader is fitted on.
enum class LearnsFrom { nothing, pool, content_free, random_words, test_inputs, test_labels };

/// A kind of reader. A file in readers/kinds/ adds one or several to the list (cmake/registry.cmake).
struct ReaderKind {
  std::string_view name;
  std::string_view title;    // in figures and tables: "Full model"
  std::string_view summary;  // one line of help
  std::unique_ptr<Reader> (*make)() = nullptr;
  LearnsFrom learns_from = LearnsFrom::pool;
  std::int64_t rows_per_label = 1;             // that a pool needs
  bool reads_hidden = false, reads_z = false;  // besides the contributions
  bool reads_words = false;                    // Contributions::words
  bool reads_sets = false;                     // all prompt sets rather than set 1
  bool splits = false;                         // its scores are a sum over the components: Reader::split_scores
  bool is_calibrated = false;                  // its probabilities are set by rows left out (Reader::temperatures)
  bool picks_one_part = false;                 // it chooses a component rather than learning weights
  bool is_control = false;                     // it shows what luck alone gives, and is never called the best method
};
/// All kinds, in alphabetical order.
const std::vector<ReaderKind>& reader_kinds();
/// Errors: usage, with a suggestion, if the name does not exist.
const ReaderKind& reader_kind(std::string_view name);
/// Null if the name does not exist.
const ReaderKind* find_reader_kind(std::string_view name);
/// A word to show with every result of the kind: "transductive" if it saw the inputs that it is judged on, "oracle" if
/// it saw their labels, else "".
std::string_view caveat(const ReaderKind& kind);
/// Errors: those of reader_kind.
std::unique_ptr<Reader> make_reader(std::string_view name);

/// The reader that answers as the whole model does. Others are compared with it.
inline constexpr std::string_view kFullModel = "full";
/// The reader that is fitted if no other is asked for, and the one that stands in for it if a run does not hold what it
/// reads. docs/results.md has the reasons.
inline constexpr std::string_view kDefaultReader = "committee", kDefaultOfParts = "reweight";
std::string_view default_reader(const Contributions& parts);

/// What a reader file holds: the fitted reader, and what it was fitted on, which is checked when it is used.
struct ReaderFile {
  std::unique_ptr<Reader> reader;
  std::int64_t n_layers = 0, n_heads = 0;
  std::vector<std::string> label_words;
  FitReport report;
  RunInfo info;  // of the run it was fitted on: model, fingerprint, task, recipe, ...

  ReaderShape shape() const { return {n_layers, n_heads, std::ssize(label_words)}; }
};

/// How many leanings the long lists have, such as those in reader files.
inline constexpr std::size_t kMostLeanings = 20;
struct NamedLeaning {
  std::string part, label;  // "L5H3", the label word or "" for every label
  double weight;
};
/// The first `n` leanings of the file's reader, by name.
std::vector<NamedLeaning> first_leanings(const ReaderFile& file, std::size_t n);

/// Writes JSON beside its target, and renames it when it is complete.
void write_reader(const std::filesystem::path& path, const ReaderFile& file);
/// Errors: missing_input, bad_data.
ReaderFile read_reader(const std::filesystem::path& path);
/// Checks that a reader may be used on a run. Errors: bad_data if shape, label words or fingerprint differ from those
/// that it was fitted on; fingerprints are compared only if both are known.
void check_reader_fits(const ReaderFile& file, const Run& run);
/// The same for what a model of this size and fingerprint ("" if not known) adds to the reader's label words.
void check_reader_fits(const ReaderFile& file, std::int64_t n_layers, std::int64_t n_heads,
                       const std::string& fingerprint);

/// Index of the largest value, the first on ties.
std::int64_t argmax(std::span<const double> values);
/// In place, shifted by the maximum so that nothing overflows.
void softmax(std::span<double> values);

}  // namespace partwise::internal

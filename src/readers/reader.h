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

namespace partwise {

/// The sizes a reader was fitted on; it reads nothing else.
struct ReaderShape {
  std::int64_t n_layers = 0, n_heads = 0, n_labels = 0;

  std::int64_t n_components() const { return n_layers * (n_heads + 1); }
  bool operator==(const ReaderShape&) const = default;
};
ReaderShape reader_shape(const Contributions& parts);

/// Rows of a run by what a reader may do with them.
struct FitRows {
  std::vector<std::int64_t> pool;          // with their labels
  std::vector<std::int64_t> content_free;  // inputs that say nothing
  std::vector<std::int64_t> random_words;  // inputs of random words of the data
  std::vector<std::int64_t> test;          // those it will be judged on
};
/// Those of a run; of the pool the rows whose label is known.
FitRows fit_rows(const Run& run);

/// Labelled rows in an order that does not depend on the order of the run's rows.
struct LabelledRows {
  std::vector<std::int64_t> rows;
  std::vector<std::int32_t> labels;  // of those rows, in [0, n_labels)

  std::size_t size() const { return rows.size(); }
};

/// What fits call themselves to those who listen.
inline constexpr std::string_view kFitStage = "fitting";

/// What a reader learns from.
struct FitInput {
  const Contributions& parts;
  LabelledRows pool;
  std::vector<std::int64_t> unlabelled;  // the rows of ReaderKind::learns_from where those are not labelled ones
  const ProgressFn& progress;            // how far a long fit is
};

/// How a fit went: what people ask when a number looks odd.
struct FitReport {
  std::int64_t n_examples = 0;
  std::int64_t updates = 0;         // steps of the optimiser, 0 where there is none
  double train_accuracy = 0.0;      // on the pool
  std::optional<double> objective;  // that the fit has minimised, where the reader names one
};

/// How a reader uses one component.
struct Leaning {
  std::int64_t component = 0;  // order of Contributions
  std::int64_t label = 0;      // -1 where the weight is the same for every label
  /// What the component's own push towards the label, of its usual size on the pool, adds to that label's score beyond
  /// what the full model adds. Negative: it is read as evidence against the label.
  double weight = 0;
};

class Reader {
 public:
  virtual ~Reader() = default;

  /// "full", "best", "comprw", "calib+": the name users type and files hold.
  virtual std::string_view kind() const = 0;

  /// Fits on rows of `parts`; labels [n_examples], those of unlabelled rows -1. The order of rows makes no difference.
  /// Errors: bad_data where the rows that the kind learns from are not there, where one of the pool has no label or a
  /// label has no row, or where `parts` lack what it reads (hidden, z).
  /// A fit that takes long tells `progress`, which may throw to stop it.
  FitReport fit(const Contributions& parts, std::span<const std::int32_t> labels, const FitRows& rows,
                const ProgressFn& progress = {});

  /// Scores f[y] of one example; the prediction is their argmax (the first on ties).  out [n_labels]
  virtual void scores(const Contributions& parts, std::int64_t example, std::span<double> out) const = 0;
  /// The same of several examples, where a reader may be faster than one by one; the same bits.
  /// out [examples.size(), n_labels]
  virtual void scores_of(const Contributions& parts, std::span<const std::int64_t> examples,
                         std::span<double> out) const;
  /// Probabilities that sum to one: softmax of the scores unless a reader says otherwise.
  virtual void probabilities(const Contributions& parts, std::int64_t example, std::span<double> out) const;

  /// What each component adds to the scores of one example, and in the last row what comes from outside of them
  /// (embedding, biases, the reader's own constants), so that the rows sum to the scores. Only kinds that split
  /// (ReaderKind::splits) have it.  out [n_components + 1, n_labels], order of Contributions
  virtual void split_scores(const Contributions& parts, std::int64_t example, std::span<double> out) const;

  /// The component and label pairs that the reader weighs most, the largest weight first; none where it has no weights.
  virtual std::vector<Leaning> leanings() const { return {}; }

  /// The fitted state as JSON, without `kind`; `load` takes it back bit for bit.
  virtual Json save() const = 0;
  /// `shape` is that of the contributions the reader was fitted on. Errors: bad_data, naming the field.
  virtual void load(const Json& state, const ReaderShape& shape) = 0;

 protected:
  /// Says how many updates it took, and its objective.
  virtual FitReport learn(const FitInput& input) = 0;
};

/// What a kind of reader is fitted on.
enum class LearnsFrom { nothing, pool, content_free, random_words, test_inputs, test_labels };

/// A reader is one file in readers/kinds/, which adds one of these to the list (cmake/registry.cmake).
struct ReaderKind {
  std::string_view name;
  std::string_view title;    // in figures and tables: "Full model"
  std::string_view summary;  // one line of help
  std::unique_ptr<Reader> (*make)() = nullptr;
  LearnsFrom learns_from = LearnsFrom::pool;
  bool reads_hidden = false, reads_z = false;  // beside the contributions
  bool splits = false;                         // its scores are a sum over the components: Reader::split_scores
  bool picks_one_part = false;                 // it chooses a component rather than learning weights
  bool is_control = false;                     // it shows what nothing but luck gives: never the best method
};
/// In alphabetical order.
const std::vector<ReaderKind>& reader_kinds();
/// Errors: usage with a suggestion for a name that does not exist.
const ReaderKind& reader_kind(std::string_view name);
/// Null for a name that does not exist.
const ReaderKind* find_reader_kind(std::string_view name);
/// What is to be said wherever results of the kind are shown: "transductive" where it saw the inputs it is judged on,
/// "oracle" where it saw their labels, else "".
std::string_view caveat(const ReaderKind& kind);
/// Errors: those of reader_kind.
std::unique_ptr<Reader> make_reader(std::string_view name);

/// The whole model as it is, which others are compared with.
inline constexpr std::string_view kFullModel = "full";
/// What is fitted where nothing else is asked for.
inline constexpr std::string_view kDefaultReader = "reweight";

/// What a reader file says besides the fitted state, checked when it is used.
struct ReaderFile {
  std::unique_ptr<Reader> reader;
  std::int64_t n_layers = 0, n_heads = 0;
  std::vector<std::string> label_words;
  FitReport report;
  RunInfo info;  // of the run it was fitted on: model, fingerprint, task, recipe, ...

  ReaderShape shape() const { return {n_layers, n_heads, std::ssize(label_words)}; }
};

/// How many leanings are listed for people who look at all of them.
inline constexpr std::size_t kMostLeanings = 20;
struct NamedLeaning {
  std::string part, label;  // "L5H3", the label word or "" for every label
  double weight;
};
/// The first `n` leanings of the file's reader, by name.
std::vector<NamedLeaning> first_leanings(const ReaderFile& file, std::size_t n);

/// JSON, written beside its target and renamed.
void write_reader(const std::filesystem::path& path, const ReaderFile& file);
/// Errors: missing_input, bad_data.
ReaderFile read_reader(const std::filesystem::path& path);
/// Errors: bad_data if the sizes, label words or (if both are known) model fingerprint of what the reader is used on
/// differ from those it was fitted on. `fingerprint` is "" if it is not known.
void check_reader_fits(const ReaderFile& file, const ReaderShape& shape, const std::vector<std::string>& label_words,
                       const std::string& fingerprint);
/// The same for a run.
void check_reader_fits(const ReaderFile& file, const Run& run);

/// The first of the largest values.
std::int64_t argmax(std::span<const double> values);
/// In place, shifted by the maximum so that nothing overflows.
void softmax(std::span<double> values);

}  // namespace partwise

// A reader turns the parts' logits of an example into a label. Readers see contributions and
// labels and nothing else.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "decompose/contributions.h"

namespace partwise {

/// The sizes a reader was fitted on; it reads nothing else.
struct ReaderShape {
  std::int64_t n_layers = 0, n_heads = 0, n_labels = 0;

  std::int64_t n_components() const { return n_layers * (n_heads + 1); }
  bool operator==(const ReaderShape&) const = default;
};
ReaderShape reader_shape(const Contributions& parts);

/// How a fit went: what people ask when a number looks odd.
struct FitReport {
  std::int64_t n_examples = 0;
  std::int64_t updates = 0;  // gradient steps, 0 where there are none
  double train_accuracy = 0.0;
};

class Reader {
 public:
  virtual ~Reader() = default;

  /// "full", "best", "comprw", "calib+": the name users type and files hold.
  virtual std::string_view kind() const = 0;

  /// Fits on rows `rows` of `parts`; labels [n_examples] in [0, n_labels).
  /// Errors: bad_data where a label does not appear in the pool, or no row is given.
  virtual FitReport fit(const Contributions& parts, std::span<const std::int32_t> labels,
                        std::span<const std::int64_t> rows) = 0;

  /// Scores f[y] of one example; the prediction is their argmax (the first on ties).  out [n_labels]
  virtual void scores(const Contributions& parts, std::int64_t example, std::span<double> out) const = 0;
  /// Probabilities that sum to one: softmax of the scores unless a reader says otherwise.
  virtual void probabilities(const Contributions& parts, std::int64_t example, std::span<double> out) const;

  /// What each component adds to the scores of one example, or nothing where the reader does not
  /// split over components (calib+).  out [n_components, n_labels], order of Contributions.
  virtual bool component_scores(const Contributions& parts, std::int64_t example, std::span<double> out) const = 0;

  /// The fitted state as JSON, without `kind`; `load` takes it back bit for bit.
  virtual Json save() const = 0;
  /// `shape` is that of the contributions the reader was fitted on. Errors: bad_data, naming the field.
  virtual void load(const Json& state, const ReaderShape& shape) = 0;
};

/// A reader is one file in readers/ that registers a name, one line for help, and a maker.
struct ReaderKind {
  std::string_view name;
  std::string_view summary;
  std::unique_ptr<Reader> (*make)();
};
/// In alphabetical order.
const std::vector<ReaderKind>& reader_kinds();
/// A static object of this type puts a kind on the list.
struct ReaderRegistration {
  explicit ReaderRegistration(const ReaderKind& kind);
};
/// Errors: usage with a suggestion for a name that does not exist.
std::unique_ptr<Reader> make_reader(std::string_view name);

/// What a reader file says besides the fitted state, checked when it is used.
struct ReaderFile {
  std::unique_ptr<Reader> reader;
  std::int64_t n_layers = 0, n_heads = 0;
  std::vector<std::string> label_words;
  FitReport report;
  std::map<std::string, std::string> metadata;  // of the run it was fitted on: model, fingerprint, task, recipe, ...

  ReaderShape shape() const { return {n_layers, n_heads, std::ssize(label_words)}; }
};

/// JSON, written beside its target and renamed.
void write_reader(const std::filesystem::path& path, const ReaderFile& file);
/// Errors: missing_input, bad_data.
ReaderFile read_reader(const std::filesystem::path& path);
/// Errors: bad_data where the run's sizes, label words or (where both are known) model fingerprint differ from
/// those the reader was fitted on.
void check_reader_fits(const ReaderFile& file, const Run& run);

/// The first of the largest values.
std::int64_t argmax(std::span<const double> values);
/// In place, shifted by the maximum so that nothing overflows.
void softmax(std::span<double> values);

}  // namespace partwise

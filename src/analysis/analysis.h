// What a run says about the model's parts, each read as a classifier of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "decompose/contributions.h"

namespace partwise::internal {

struct PartAnswers;  // analysis/answers.h

/// A proportion with its 95 % Wilson score interval.
struct Proportion {
  std::int64_t hits = 0, n = 0;
  double value = 0, low = 0, high = 1;
};
Proportion wilson(std::int64_t hits, std::int64_t n);
/// The interval for as much evidence as `size` rows give, which need not be a whole number.
std::pair<double, double> wilson_interval(double share, double size);

enum class ComponentKind { good, bad, biased, plain };
std::string to_string(ComponentKind kind);

struct ComponentStats {
  Component component;
  Proportion accuracy;               // of argmax_y g_c[y], the first on ties
  std::vector<double> label_shares;  // how often it predicts each label; sums to one  [n_labels]
  /// How far its predictions lean to one label: the largest share, scaled so that 0 means even shares and 1 means
  /// always the same label.
  double label_bias = 0;
  double push = 0;  // to the label that it predicts most often, the mean over the rows (docs/glossary.md)
  ComponentKind kind = ComponentKind::plain;
};

struct Analysis {
  Proportion full;                         // the whole model's accuracy
  double chance = 0;                       // share of the most frequent label among the rows
  std::vector<std::int64_t> label_counts;  // [n_labels]
  std::vector<ComponentStats> components;  // order of Contributions
  double certificate_max = 0;              // 0 if the run has none
  bool has_certificate = false;
  std::optional<double> label_mass;  // the mean over the rows, if the run has it

  /// Indices into `components`, `n` at most, ties by lower index: best and worst by accuracy.
  std::vector<std::int64_t> best(std::int64_t n) const;
  std::vector<std::int64_t> worst(std::int64_t n) const;
  /// The biased components, the hardest push first: it moves the model's answers most. Then others by label_bias.
  std::vector<std::int64_t> most_biased(std::int64_t n) const;
};

/// Analyses the rows of `answers`. A component is biased if it predicts one label for at least 95 % of the rows.
/// Otherwise it is good / bad if the Wilson interval lies wholly above / below the accuracy that its own label shares
/// give by chance (sum_y share[y] * frequency[y]), and plain if neither.
/// Errors: no_label_error if no row has a label.
Analysis analyze(const Run& run, const PartAnswers& answers);
/// The same over those of `rows` that have a label.
Analysis analyze(const Run& run, const std::vector<std::int64_t>& rows);

/// bad_data: no test row of the run has a label; or no row at all, if the run has no split.
Error no_label_error(const Run& run);

}  // namespace partwise::internal

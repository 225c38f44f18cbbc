// Do the same parts do well in other runs? (Chang, Thomason and Jia 2024, section 4: transfer of components.)
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/correlation.h"

namespace partwise {

/// What a run is of.
struct RunKey {
  std::string model, task, template_name;
  std::uint64_t seed = 0;
  std::string pair_of;  // the template that its own one is a minimal pair of, or ""
  std::string ood_of;   // the task that its own one is out of distribution for, or ""
  /// Hashes of the model and of the prompts, which tell apart what has one name; "" where they are not known.
  std::string fingerprint, prompt_ids;
};

/// How two runs differ.
enum class Relation { same, prompts, seed, minimal_pair, template_wording, ood, task, model };
std::string to_string(Relation relation);
/// The first that holds: other models; a task and one out of distribution for it; other tasks; other templates that are
/// a minimal pair; other templates; other seeds; other prompts (files, rows, numbers of demonstrations). Runs of other
/// tasks or templates may differ in their seeds, too.
Relation relation(const RunKey& a, const RunKey& b);

/// The best five: as many as the paper compares.
inline constexpr std::int64_t kComparedTop = 5;

/// Two runs whose parts are those of models of one shape.
struct PairAgreement {
  std::size_t first = 0, second = 0;  // indices of runs
  Relation relation = Relation::same;
  double correlation = 0;  // Pearson's r of the accuracies of all parts
  Interval interval;       // of it, by Fisher's z
  double overlap = 0;      // of the best five, intersection over union
};
/// All pairs, the first index below the second.  keys, accuracies [n_runs]; accuracies of each run [n_components]
std::vector<PairAgreement> pair_agreements(const std::vector<RunKey>& keys,
                                           const std::vector<std::vector<double>>& accuracies);

struct MeanWithInterval {
  double value = 0;
  std::optional<Interval> interval;
};
/// Means over the pairs of one relation.
struct GroupAgreement {
  Relation relation = Relation::same;
  std::int64_t n_pairs = 0;
  MeanWithInterval correlation, overlap;
};
/// For each relation that occurs. Pairs share runs and so depend on each other: intervals are percentiles of 2,000
/// bootstrap samples of whole runs, always the same ones; a pair counts as often as both of its runs were drawn. One
/// pair alone has none.
std::vector<GroupAgreement> group_agreements(const std::vector<PairAgreement>& pairs, std::size_t n_runs);

}  // namespace partwise

// Do the same parts do well in other runs? (Chang, Thomason and Jia 2024, section 4: transfer of components.)
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/correlation.h"

namespace partwise::internal {

/// What tells one run from another.
struct RunKey {
  std::string model, task, template_name;
  std::uint64_t seed = 0;
  std::string pair_of;  // the template that this run's template is a minimal pair of, or ""
  std::string ood_of;   // the task that this run's task is out of distribution for, or ""
  /// Hashes of the model and of the prompts. They tell apart what has the same name; "" if they are not known.
  std::string fingerprint, prompt_ids;
  std::string chat;   // tells the chat template and its use; "" without one
  std::string score;  // how labels are scored; "" for their logits
};

/// How two runs differ.
enum class Relation { same, score, prompts, seed, minimal_pair, template_wording, ood, task, model };
std::string to_string(Relation relation);
/// The first that holds: the models differ; one task is out of distribution for the other; the tasks differ; the
/// templates are a minimal pair; the templates differ; one run is a chat and the other none, or another one (prompts);
/// the seeds differ; the prompts differ (files, rows, numbers of demonstrations); labels are scored in other ways. Runs
/// of different tasks or templates may also differ in their seeds.
Relation relation(const RunKey& a, const RunKey& b);

/// How many of the best parts are compared: five, as in the paper.
inline constexpr std::int64_t kComparedTop = 5;

/// How well two runs agree. Their models have the same shape, so their parts correspond.
struct PairAgreement {
  std::size_t first = 0, second = 0;  // indices of runs
  Relation relation = Relation::same;
  double correlation = 0;  // Pearson's r of the accuracies of all parts
  Interval interval;       // of the correlation, by Fisher's z
  double overlap = 0;      // of the best five, intersection over union
};
/// All pairs, with the first index below the second.  keys, accuracies [n_runs]; accuracies of each run [n_components]
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
/// The means for each relation that occurs. Pairs share runs and so depend on each other. So intervals are percentiles
/// of 2,000 bootstrap samples of whole runs, which are always the same. A pair's weight in a sample is the product of
/// how often its two runs were drawn. A single pair has no interval.
std::vector<GroupAgreement> group_agreements(const std::vector<PairAgreement>& pairs, std::size_t n_runs);

}  // namespace partwise::internal

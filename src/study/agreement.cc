#include "study/agreement.h"

#include <map>

#include "base/error.h"
#include "base/random.h"
#include "base/statistics.h"

namespace partwise::internal {

namespace {

constexpr int kDraws = 2000;

using Pairs = std::vector<const PairAgreement*>;

/// Mean of a number over pairs. A pair's weight is the product of how often its two runs were drawn. `weight` is set to
/// the sum of the weights; if that is 0, so is the mean.
double weighted_mean(const Pairs& pairs, double PairAgreement::*field, const std::vector<int>& drawn, double& weight) {
  double sum = 0;
  weight = 0;
  for (const PairAgreement* pair : pairs) {
    const double w = drawn[pair->first] * drawn[pair->second];
    sum += w * pair->*field;
    weight += w;
  }
  return weight > 0 ? sum / weight : 0;
}

MeanWithInterval bootstrap(const Pairs& pairs, double PairAgreement::*field, std::size_t n_runs) {
  double weight = 0;
  MeanWithInterval mean{weighted_mean(pairs, field, std::vector(n_runs, 1), weight), std::nullopt};
  if (pairs.size() < 2) return mean;
  Random random(0);
  std::vector<double> means;
  for (int draw = 0; draw < kDraws; ++draw) {
    std::vector<int> drawn(n_runs);
    for (std::size_t i = 0; i < n_runs; ++i) ++drawn[random.below(n_runs)];
    const double value = weighted_mean(pairs, field, drawn, weight);
    if (weight > 0) means.push_back(value);
  }
  mean.interval = {nearest_quantile(means, 0.025), nearest_quantile(means, 0.975)};
  return mean;
}

}  // namespace

std::string to_string(Relation relation) {
  static const std::map<Relation, std::string> names = {{Relation::same, "same prompts"},
                                                        {Relation::score, "scores"},
                                                        {Relation::prompts, "other prompts"},
                                                        {Relation::seed, "seeds"},
                                                        {Relation::minimal_pair, "minimal pairs of templates"},
                                                        {Relation::template_wording, "templates"},
                                                        {Relation::ood, "out of distribution"},
                                                        {Relation::task, "tasks"},
                                                        {Relation::model, "models"}};
  return names.at(relation);
}

Relation relation(const RunKey& a, const RunKey& b) {
  const auto names = [](const std::string& partner, const std::string& other) {
    return !partner.empty() && partner == other;
  };
  const auto differ = [](const std::string& one, const std::string& other) {  // false if one is not known
    return !one.empty() && !other.empty() && one != other;
  };
  if (a.model != b.model || differ(a.fingerprint, b.fingerprint)) return Relation::model;
  if (a.task != b.task) return names(a.ood_of, b.task) || names(b.ood_of, a.task) ? Relation::ood : Relation::task;
  if (a.template_name != b.template_name)
    return names(a.pair_of, b.template_name) || names(b.pair_of, a.template_name) ? Relation::minimal_pair
                                                                                  : Relation::template_wording;
  if (a.chat != b.chat) return Relation::prompts;
  if (a.seed != b.seed) return Relation::seed;
  if (differ(a.prompt_ids, b.prompt_ids)) return Relation::prompts;
  return a.score != b.score ? Relation::score : Relation::same;
}

std::vector<PairAgreement> pair_agreements(const std::vector<RunKey>& keys,
                                           const std::vector<std::vector<double>>& accuracies) {
  std::vector<PairAgreement> pairs;
  for (std::size_t a = 0; a < keys.size(); ++a)
    for (std::size_t b = a + 1; b < keys.size(); ++b) {
      check_internal(accuracies[a].size() == accuracies[b].size(), "compared runs have the same parts");
      const double r = pearson(accuracies[a], accuracies[b]);
      pairs.push_back({a, b, relation(keys[a], keys[b]), r, fisher_interval(r, std::ssize(accuracies[a])),
                       top_overlap(accuracies[a], accuracies[b], kComparedTop)});
    }
  return pairs;
}

std::vector<GroupAgreement> group_agreements(const std::vector<PairAgreement>& pairs, std::size_t n_runs) {
  std::map<Relation, Pairs> groups;
  for (const PairAgreement& pair : pairs) groups[pair.relation].push_back(&pair);
  std::vector<GroupAgreement> all;
  for (const auto& [relation, members] : groups)
    all.push_back({relation, std::ssize(members), bootstrap(members, &PairAgreement::correlation, n_runs),
                   bootstrap(members, &PairAgreement::overlap, n_runs)});
  return all;
}

}  // namespace partwise::internal

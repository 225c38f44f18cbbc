#include "readers/members.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "base/error.h"
#include "base/json.h"
#include "readers/head_kernel.h"
#include "readers/part_kernel.h"
#include "readers/refits.h"

namespace partwise::internal {

namespace {

constexpr std::array<const char*, 3> kNames = {"shared", "by_class", "hidden"};

/// log of the sum of exp(values)
double log_sum_exp(std::span<const double> values) {
  const double shift = *std::ranges::max_element(values);
  const auto add = [&](double sum, double value) { return sum + std::exp(value - shift); };
  return shift + std::log(std::accumulate(values.begin(), values.end(), 0.0, add));
}

/// out += factor * log softmax(scores), row by row.  scores, out [any, n_labels]
void add_log_softmax(std::span<const double> scores, std::size_t n_labels, double factor, std::span<double> out) {
  for (std::size_t at = 0; at < scores.size(); at += n_labels) {
    const double total = log_sum_exp(scores.subspan(at, n_labels));
    for (std::size_t k = at; k < at + n_labels; ++k) out[k] += factor * (scores[k] - total);
  }
}

Json object_field(const Json& state, const char* name) {
  const auto entry = state.find(name);
  if (entry != state.end() && entry->is_object()) return *entry;
  throw Error(ErrorCode::bad_data, std::string("'") + name + "' is not an object");
}

}  // namespace

FitReport Members::fit(const FitInput& input) {
  FitReport report{.objective = 0.0};
  const auto add = [&](const FitReport& own) {
    report.updates += own.updates;
    *report.objective += own.objective.value_or(0.0);
  };
  add(vectors_.fit(input));
  for (PartWeights& member : weights_) add(member.fit(input));
  return report;
}

/// The scores of the heads' vectors, with their share of the offset.  out [n_labels]
void Members::head_scores(const Contributions& parts, std::int64_t example, std::span<double> out) const {
  vectors_.scores(parts, example, out);
  if (head_options_.offset == 0) return;
  const std::vector<double> offset = weights_[0].offset(parts, example);
  for (std::size_t y = 0; y < out.size(); ++y) out[y] += head_options_.offset * offset[y];
}

void Members::add_log_probabilities(const Contributions& parts, std::span<const std::int64_t> examples,
                                    double head_weight, double factor, std::span<double> out) const {
  const std::size_t n = out.size() / examples.size();
  std::vector<double> own(out.size());
  for (const PartWeights& member : weights_) {
    member.scores_of(parts, examples, own);
    add_log_softmax(own, n, factor, out);
  }
  for (std::size_t i = 0; i < examples.size(); ++i) head_scores(parts, examples[i], std::span(own).subspan(i * n, n));
  add_log_softmax(own, n, factor * head_weight, out);
}

void Members::add_split(const Contributions& parts, std::int64_t example, double head_weight, double factor,
                        std::span<double> out) const {
  const auto n_labels = static_cast<std::size_t>(parts.n_labels());
  std::vector<double> own(out.size()), f(n_labels);
  double totals = 0;
  for (const PartWeights& member : weights_) {
    member.split_scores(parts, example, own);
    for (std::size_t k = 0; k < out.size(); ++k) out[k] += factor * own[k];
    member.scores(parts, example, f);
    totals += log_sum_exp(f);
  }
  vectors_.add_split(parts, example, factor * head_weight, out);
  if (head_options_.offset != 0)
    weights_[0].add_offset_split(parts, example, factor * head_weight * head_options_.offset, out);
  head_scores(parts, example, f);
  totals += head_weight * log_sum_exp(f);
  for (double& value : out.last(n_labels)) value -= factor * totals;
}

std::vector<double> Members::left_out_by_kernels(const FitInput& input, const std::vector<PoolRows>& parts_out,
                                                 const HeadOptions& heads, double head_weight) {
  const std::int64_t n_labels = input.parts.n_labels();
  const std::vector<std::int32_t>& labels = input.pool.labels;
  std::vector<double> sum(labels.size() * static_cast<std::size_t>(n_labels));
  const auto add = [&](const PoolKernel& kernel, double weight) {
    const std::vector<double> own = left_out_scores(kernel, labels, parts_out, n_labels, input.progress);
    add_log_softmax(own, static_cast<std::size_t>(n_labels), weight, sum);
  };
  for (const TermShares& shares : kShares) add(PartKernel(input, shares), 1);
  add(HeadKernel(input, heads), head_weight);
  return sum;
}

std::vector<double> Members::left_out(const FitInput& input, const std::vector<PoolRows>& parts_out,
                                      const HeadOptions& heads, double head_weight) {
  if (is_small_pool(std::ssize(input.pool.rows), input.parts.n_labels()))
    return left_out_by_kernels(input, parts_out, heads, head_weight);
  return refit_scores(input, parts_out, [&](const FitInput& kept, std::span<const std::int64_t> rows, auto out) {
    Members members(heads);
    members.fit(kept);
    members.add_log_probabilities(input.parts, rows, head_weight, 1, out);
  });
}

Json Members::save() const {
  Json state = {{"head_vectors", vectors_.save()}};
  for (std::size_t m = 0; m < weights_.size(); ++m) state[kNames[m]] = weights_[m].save();
  return state;
}

void Members::load(const Json& state, const ReaderShape& shape) {
  for (std::size_t m = 0; m < weights_.size(); ++m) weights_[m].load(object_field(state, kNames[m]), shape);
  vectors_.load(object_field(state, "head_vectors"), shape);
}

}  // namespace partwise::internal

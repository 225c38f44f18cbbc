#include "decompose/vocabulary.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/round.h"
#include "decompose/logit_cap.h"
#include "pass/engine.h"

namespace partwise::internal {

namespace {

/// Products in float32 may order tokens wrongly that are nearly equal, so a few more are read again.
constexpr std::int64_t kSpare = 8;

/// How many tokens' weights are summed in float32: the more, the larger the error.
constexpr std::int64_t kMixedTogether = 512;

struct Candidate {
  std::int32_t id;
  float logit;
};

bool is_before(const Candidate& a, const Candidate& b) {
  const auto order = [](float logit) { return std::isnan(logit) ? -INFINITY : logit; };
  if (order(a.logit) != order(b.logit)) return order(a.logit) > order(b.logit);
  return a.id < b.id;
}

/// The n with the highest logits, the highest first.
std::vector<Candidate> highest(std::span<const float> logits, std::int64_t n) {
  std::vector<Candidate> best;
  for (std::int32_t id = 0; id < std::ssize(logits); ++id) {
    const Candidate next{id, logits[id]};
    if (std::ssize(best) == n && !is_before(next, best.back())) continue;
    if (std::ssize(best) == n) best.pop_back();
    best.insert(std::ranges::upper_bound(best, next, is_before), next);
  }
  return best;
}

/// Of the capped logits.
double log_sum_exp(std::span<const float> logits, double cap, std::int32_t without) {
  double top = -INFINITY, sum = 0;
  for (std::int32_t id = 0; id < std::ssize(logits); ++id)
    if (id != without) top = std::max(top, double{logits[id]});
  top = capped(top, cap);
  for (std::int32_t id = 0; id < std::ssize(logits); ++id)
    if (id != without) sum += std::exp(capped(logits[id], cap) - top);
  return top + std::log(sum);
}

/// Replaces the logits by what the mixture multiplies their directions by: the softmax of all capped logits but one,
/// times the caps, which are held. Returns the entropy of the softmax.
double to_weights(std::span<float> logits, double cap, std::int32_t without, double log_sum) {
  double entropy = 0;
  for (std::int32_t id = 0; id < std::ssize(logits); ++id) {
    const double log_weight = capped(logits[id], cap) - log_sum, weight = id == without ? 0 : std::exp(log_weight);
    if (weight > 0 || std::isnan(weight)) entropy -= weight * log_weight;
    logits[id] = static_cast<float>(weight * held_cap(logits[id], cap));
  }
  return entropy;
}

/// Some points that are read together.
class Reading {
 public:
  Reading(const Engine& engine, const WholeVocabulary& asked, ConstRows normed, std::span<const PointOfPrompt> points,
          std::span<const std::int64_t> which, VocabularyAtPoints& out)
      : engine_(engine),
        backend_(engine.backend()),
        c_(engine.model().config()),
        asked_(asked),
        normed_(normed),
        points_(points),
        which_(which),
        out_(out),
        bias_(engine.model().logit_bias()),
        logits_(normed.rows, c_.d_vocab) {}

  void run() {
    multiply();
    read_again();
    if (!out_.logits.empty())
      for (std::int64_t i = 0; i < normed_.rows; ++i)
        std::ranges::transform(logits_of(i), out_.logits.data() + which_[i] * c_.d_vocab,
                               [this](float logit) { return shown(logit); });
    if (asked_.mixture == Mixture::none) return;
    backend_.for_each(normed_.rows, [this](std::int64_t i, int) { weigh(i); });
    mix();
  }

 private:
  double bias_of(std::int32_t id) const { return bias_.empty() ? 0 : double{bias_[id]}; }
  float shown(float logit) const { return static_cast<float>(capped(logit, c_.logit_cap)); }
  std::span<float> logits_of(std::int64_t i) { return {logits_.view().row(i), static_cast<std::size_t>(c_.d_vocab)}; }

  void multiply() {
    for (std::int64_t b = 0; b < engine_.n_blocks(); ++b) {
      const std::shared_ptr<const PackedWeight> block = engine_.unembedding(b);
      OwnedRows products = backend_.allocate(normed_.rows, block->n_out());
      const std::int64_t first = b * kTokensPerBlock;
      backend_.linear(*block, bias_.empty() ? bias_ : bias_.subspan(first, block->n_out()), normed_, products.view());
      backend_.download(products.view(), logits_.view().columns(first, block->n_out()));
    }
  }

  /// Reads the highest logits as those of label words, and puts them in place of the products.
  void read_again() {
    std::vector<std::vector<Candidate>> all(static_cast<std::size_t>(normed_.rows));
    backend_.for_each(normed_.rows,
                      [&](std::int64_t i, int) { all[i] = highest(logits_of(i), asked_.n_top + kSpare); });
    std::vector<std::int64_t> first = {0};
    for (const auto& own : all) {
      for (const Candidate& candidate : own) high_ids_.push_back(candidate.id);
      first.push_back(std::ssize(high_ids_));
    }
    std::vector<std::int32_t> rows(high_ids_.size());
    std::iota(rows.begin(), rows.end(), 0);
    high_rows_ = engine_.model().unembed(high_ids_);
    OwnedRows against = backend_.allocate(high_rows_.rows, high_rows_.cols);
    backend_.upload(high_rows_, against.view());
    std::vector<double> read(high_ids_.size());
    backend_.read_labels(normed_, against.view(), 1, {rows, first}, read);
    backend_.for_each(normed_.rows, [&](std::int64_t i, int) {
      for (std::int64_t j = 0; j < std::ssize(all[i]); ++j)
        all[i][j].logit = static_cast<float>(read[first[i] + j] + bias_of(all[i][j].id));
      replace(i, all[i]);
      write_top(which_[i], all[i]);
    });
  }

  /// The sum over all logits does not depend on how many are named: for it, only the first few are replaced.
  void replace(std::int64_t i, std::span<const Candidate> candidates) {
    const std::size_t n_few = std::min(candidates.size(), static_cast<std::size_t>(kSpare));
    for (const Candidate& candidate : candidates.first(n_few)) logits_of(i)[candidate.id] = candidate.logit;
    if (asked_.log_sum_exp) out_.log_sum_exp[which_[i]] = log_sum_exp(logits_of(i), c_.logit_cap, -1);
    for (const Candidate& candidate : candidates.subspan(n_few)) logits_of(i)[candidate.id] = candidate.logit;
  }

  void write_top(std::int64_t point, std::vector<Candidate>& candidates) {
    std::ranges::sort(candidates, is_before);
    for (std::int64_t j = 0; j < asked_.n_top; ++j) {
      const bool is_there = j < std::ssize(candidates);
      out_.top_ids(point, j) = is_there ? candidates[j].id : -1;
      out_.top_logits(point, j) = is_there ? shown(candidates[j].logit) : -INFINITY;
    }
  }

  void weigh(std::int64_t i) {
    const std::int64_t p = which_[i];
    const std::int32_t without = asked_.mixture == Mixture::of_rivals ? points_[p].label_ids[0] : -1;
    out_.mixed_log_sum_exp[p] = log_sum_exp(logits_of(i), c_.logit_cap, without);
    out_.entropy[p] = to_weights(logits_of(i), c_.logit_cap, without, out_.mixed_log_sum_exp[p]);
    for (std::int32_t id = 0; id < std::ssize(bias_); ++id)
      out_.mixtures.bias[p] += double{logits_of(i)[id]} * bias_of(id);
  }

  /// Multiplies the weights by the unembedding: those of the highest logits in double precision, the others a few at a
  /// time. Sums of these few are in float32, the sum of the sums in double precision.
  void mix() {
    std::vector<double> sums = mix_highest();
    HostMatrix own(normed_.rows, c_.d_model);
    OwnedRows products = backend_.allocate(normed_.rows, c_.d_model);
    for (std::int64_t begin = 0; begin < c_.d_vocab; begin += kMixedTogether) {
      const std::int64_t n = std::min(kMixedTogether, c_.d_vocab - begin);
      OwnedRows weights = backend_.allocate(normed_.rows, n);
      backend_.upload(logits_.view().columns(begin, n), weights.view());
      backend_.linear(*packed_by_columns(begin, n), {}, weights.view(), products.view());
      backend_.download(products.view(), own.view());
      for (std::size_t j = 0; j < sums.size(); ++j) sums[j] += double{own.values[j]};
    }
    for (std::int64_t i = 0; i < normed_.rows; ++i)
      std::transform(sums.begin() + i * c_.d_model, sums.begin() + (i + 1) * c_.d_model,
                     out_.mixtures.rows.data() + which_[i] * c_.d_model,
                     [](double v) { return static_cast<float>(v); });
  }

  /// Takes the weights of the highest logits out of those that are multiplied.  [n_points, d_model]
  std::vector<double> mix_highest() {
    std::vector<double> sums(static_cast<std::size_t>(normed_.rows * c_.d_model));
    const std::int64_t n = std::ssize(high_ids_) / normed_.rows;  // of each point
    for (std::int64_t j = 0; j < std::ssize(high_ids_); ++j) {
      const double weight = std::exchange(logits_of(j / n)[high_ids_[j]], 0.0f);
      for (std::int64_t k = 0; k < c_.d_model; ++k)
        sums[j / n * c_.d_model + k] += weight * double{high_rows_.view().row(j)[k]};
    }
    return sums;
  }

  /// These tokens' rows of the unembedding, as a weight whose inputs are the tokens.  [d_model, n]
  std::unique_ptr<PackedWeight> packed_by_columns(std::int64_t begin, std::int64_t n) const {
    const HostMatrix rows = rows_of_unembedding(begin, n);
    const auto read = [&](std::int64_t first, Matrix out) {
      for (std::int64_t v = 0; v < n; ++v)
        for (std::int64_t r = 0; r < out.rows; ++r) out.row(r)[v] = rows.view().row(v)[first + r];
    };
    return backend_.pack({c_.d_model, n, read}, Precision::f32);
  }

  HostMatrix rows_of_unembedding(std::int64_t begin, std::int64_t n) const {
    constexpr std::int64_t kAtOnce = 256;
    HostMatrix rows(n, c_.d_model);
    backend_.for_each(divide_up(n, kAtOnce), [&](std::int64_t i, int) {
      std::vector<std::int32_t> ids(static_cast<std::size_t>(std::min(kAtOnce, n - i * kAtOnce)));
      std::iota(ids.begin(), ids.end(), static_cast<std::int32_t>(begin + i * kAtOnce));
      std::ranges::copy(engine_.model().unembed(ids).values, rows.view().row(i * kAtOnce));
    });
    return rows;
  }

  const Engine& engine_;
  const Backend& backend_;
  const ModelConfig& c_;
  const WholeVocabulary& asked_;
  ConstRows normed_;
  std::span<const PointOfPrompt> points_;
  std::span<const std::int64_t> which_;
  VocabularyAtPoints& out_;
  std::span<const float> bias_;         // of the logits, or empty
  HostMatrix logits_;                   // before the cap; then the weights of a mixture  [n_points, d_vocab]
  std::vector<std::int32_t> high_ids_;  // tokens with the highest logits, as many of each point
  HostMatrix high_rows_;                // their rows of the unembedding  [high_ids_.size(), d_model]
};

}  // namespace

VocabularyAtPoints::VocabularyAtPoints(const ModelConfig& c, const WholeVocabulary& asked, std::int64_t n) {
  const auto n_points = static_cast<std::size_t>(n);
  if (asked.logits) logits = Array<float>({n, c.d_vocab});
  if (asked.log_sum_exp) log_sum_exp.resize(n_points);
  if (asked.n_top > 0) top_ids = Array<std::int32_t>({n, asked.n_top}), top_logits = Array<float>({n, asked.n_top});
  if (asked.mixture == Mixture::none) return;
  mixtures = {Array<float>({n, c.d_model}), std::vector<double>(n_points)};
  entropy.resize(n_points);
  mixed_log_sum_exp.resize(n_points);
}

void VocabularyAtPoints::fill(std::int64_t p, float value) {
  for (Array<float>* array : {&logits, &top_logits, &mixtures.rows})
    if (!array->empty()) std::ranges::fill(array->flat().subspan(p * array->dim(1), array->dim(1)), value);
  for (std::vector<double>* values : {&log_sum_exp, &entropy, &mixed_log_sum_exp, &mixtures.bias})
    if (!values->empty()) (*values)[p] = value;
}

void read_vocabulary(const Engine& engine, const WholeVocabulary& asked, ConstRows normed,
                     std::span<const PointOfPrompt> points, std::span<const std::int64_t> which,
                     VocabularyAtPoints& out) {
  const std::int64_t at_once = points_at_once(engine.model().config(), normed.rows);
  for (std::int64_t first = 0; first < normed.rows; first += at_once) {
    const std::int64_t n = std::min(at_once, normed.rows - first);
    Reading(engine, asked, normed.block(first, n), points, which.subspan(first, n), out).run();
  }
}

std::int64_t points_at_once(const ModelConfig& c, std::int64_t n_points) {
  return std::clamp<std::int64_t>(kVocabularyAtOnce / c.d_vocab, 1, std::max<std::int64_t>(n_points, 1));
}

std::int64_t bytes_of_vocabulary(const ModelConfig& c, const WholeVocabulary& asked) {
  const std::int64_t logits = asked.logits ? c.d_vocab : 0, mixtures = asked.mixture == Mixture::none ? 0 : c.d_model;
  return (logits + mixtures + 2 * asked.n_top) * std::int64_t{sizeof(float)} + 4 * std::int64_t{sizeof(double)};
}

}  // namespace partwise::internal

// Sparse attention vectors: each head answers the label whose class mean is nearest (by cosine) to its output vector at
// the last position. The 20 heads with the highest accuracy on the pool vote. Mitra, Huang, Chai, Lin, Arbelle, Feris,
// Karlinsky, Darrell, Ramanan and Herzig, arXiv 2412.00142, section 3. The paper does not say how ties are broken.
// Here, equally accurate heads are sorted by how much nearer, on average, their vectors are to their own label's mean
// than to the means of all labels.
#include <algorithm>
#include <numeric>
#include <utility>

#include "base/error.h"
#include "base/json.h"
#include "readers/balance.h"
#include "readers/component_names.h"
#include "readers/head_vectors.h"
#include "readers/state.h"
#include "readers/training.h"

namespace partwise::internal {

namespace {

constexpr std::size_t kHeads = 20;

/// A head with the means of its vectors on the pool's rows of each label.
struct Voter {
  std::int64_t head = 0;        // layer * n_heads + head
  std::vector<double> means;    // [n_labels, d_head]
  std::vector<double> lengths;  // of the means  [n_labels]

  Voter(std::int64_t at, std::vector<double> label_means, std::int64_t n_labels)
      : head(at), means(std::move(label_means)) {
    const std::size_t d_head = means.size() / static_cast<std::size_t>(n_labels);
    for (std::size_t k = 0; k + d_head <= means.size() && d_head > 0; k += d_head)
      lengths.push_back(length(std::span(means).subspan(k, d_head)));
  }

  /// Cosine of the vector to each label's mean.
  std::vector<double> similarities(std::span<const double> z) const {
    const double own_length = length(z);
    std::vector<double> out;
    for (std::size_t y = 0; y < lengths.size(); ++y)
      out.push_back(cosine(z, own_length, std::span(means).subspan(y * z.size(), z.size()), lengths[y]));
    return out;
  }
};

/// How well a head does on the pool: how many rows it answers correctly, and the sum over rows of the similarity to the
/// own label's mean minus the mean similarity to all labels' means.
std::pair<std::int64_t, double> quality(const Voter& voter, std::span<const double> rows, const LabelledRows& pool) {
  const std::size_t d_head = rows.size() / pool.size();
  std::pair<std::int64_t, double> result{0, 0.0};
  for (std::size_t i = 0; i < pool.size(); ++i) {
    const std::vector<double> similar = voter.similarities(rows.subspan(i * d_head, d_head));
    result.first += argmax(similar) == pool.labels[i];
    result.second +=
        similar[pool.labels[i]] - std::accumulate(similar.begin(), similar.end(), 0.0) / std::ssize(similar);
  }
  return result;
}

class SparseAttentionVectors : public Reader {
 public:
  std::string_view kind() const override { return "sav"; }

  void scores(const Contributions& parts, std::int64_t example, std::span<double> out) const override {
    check_internal(reader_shape(parts) == shape_, "a reader is used on the sizes it was fitted on");
    const std::size_t d_head = voters_[0].means.size() / out.size();
    const std::span<const float> all = head_outputs(parts, example, d_head);
    std::fill(out.begin(), out.end(), 0.0);
    for (const Voter& voter : voters_) {
      const auto z = all.subspan(static_cast<std::size_t>(voter.head) * d_head, d_head);
      ++out[argmax(voter.similarities(std::vector<double>(z.begin(), z.end())))];
    }
    scores_of_votes(out);
  }

  Json save() const override {
    Json means = Json::object(), names = Json::array();
    for (const Voter& voter : voters_) {
      const std::string name = component_name(component_at(voter.head, shape_.n_layers, shape_.n_heads));
      names.push_back(name);
      means[name] = matrix(voter.means, static_cast<std::size_t>(shape_.n_labels));
    }
    return {{"heads", names}, {"means", means}};
  }

  void load(const Json& state, const ReaderShape& shape) override {
    const Json names = state.value("heads", Json()), means = state.value("means", Json());
    if (!names.is_array() || names.empty() || !means.is_object())
      throw Error(ErrorCode::bad_data, "'heads' is not a list of heads, or 'means' is not an object of their means");
    shape_ = shape;
    voters_.clear();
    for (const Json& name : names) {
      Voter voter(component_named(name, "heads", shape), numbers(means, name.get<std::string>(), 0), shape.n_labels);
      const bool fits = voter.head < shape.n_layers * shape.n_heads && voter.means.size() % shape.n_labels == 0 &&
                        (voters_.empty() || voters_[0].means.size() == voter.means.size());
      if (!fits)
        throw Error(ErrorCode::bad_data, "'means' of " + name.dump() + " are not a head's, or of another width");
      voters_.push_back(std::move(voter));
    }
  }

 protected:
  FitReport learn(const FitInput& input) override {
    shape_ = reader_shape(input.parts);
    const LabelledRows& pool = input.pool;
    const auto n_heads = static_cast<std::size_t>(shape_.n_layers * shape_.n_heads);
    std::vector<std::pair<std::pair<std::int64_t, double>, Voter>> ranked;
    for (std::size_t h = 0; h < n_heads; ++h) {
      const std::vector<double> rows = head_outputs(input.parts, pool, h);
      Voter voter(static_cast<std::int64_t>(h), label_means(rows, pool.labels, shape_.n_labels), shape_.n_labels);
      ranked.emplace_back(quality(voter, rows, pool), std::move(voter));
    }
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    voters_.clear();
    for (std::size_t k = 0; k < std::min(kHeads, ranked.size()); ++k) voters_.push_back(std::move(ranked[k].second));
    return {};
  }

 private:
  ReaderShape shape_;
  std::vector<Voter> voters_;  // the best first
};

}  // namespace

void register_sav(std::vector<ReaderKind>& kinds) {
  kinds.push_back(
      {.name = "sav",
       .title = "Sparse attention vectors",
       .summary = "sparse attention vectors: a vote of 20 heads, each for the nearest class mean of its outputs",
       .make = [] { return std::unique_ptr<Reader>(new SparseAttentionVectors); },
       .reads_z = true});
}

}  // namespace partwise::internal

// k nearest neighbours among the pool's label distributions p = softmax(logits). The k = 3 rows that are nearest in
// KL(p || p_row) vote. The nearest row has half a vote more, which breaks ties. This is kNN prompting: Xu, Wang, Mao,
// Lyu, She and Zhang, arXiv 2303.13824, section 3. Their distributions are over the whole vocabulary; ours are over the
// label words.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>

#include "base/error.h"
#include "base/json.h"
#include "readers/state.h"
#include "readers/training.h"

namespace partwise::internal {

namespace {

constexpr std::size_t kNeighbours = 3;
constexpr double kLeast = std::numeric_limits<double>::min();

std::vector<double> logs(std::span<const double> p, double least) {
  std::vector<double> out;
  for (double value : p) out.push_back(std::log(std::max(value, least)));
  return out;
}

double kl_divergence(std::span<const double> p, std::span<const double> log_p, std::span<const double> log_q) {
  double sum = 0;
  for (std::size_t y = 0; y < p.size(); ++y)
    if (p[y] > 0) sum += p[y] * (log_p[y] - log_q[y]);
  return sum;
}

class NearestNeighbours : public Reader {
 public:
  std::string_view kind() const override { return "knn"; }

  void scores(const Contributions& parts, std::int64_t example, std::span<double> out) const override {
    check_internal(distributions_.size() == labels_.size() * out.size(), "a reader is used on its own labels");
    std::vector<double> p(out.size()), distance(labels_.size());
    model_probabilities(parts, example, p);
    const std::vector<double> log_p = logs(p, 0);  // -inf if p is 0; such a label adds nothing
    for (std::size_t i = 0; i < labels_.size(); ++i)
      distance[i] = kl_divergence(p, log_p, std::span(logs_).subspan(i * out.size(), out.size()));
    std::vector<std::size_t> order(labels_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const std::size_t n = std::min(kNeighbours, order.size());
    std::partial_sort(
        order.begin(), order.begin() + static_cast<std::ptrdiff_t>(n), order.end(),
        [&](std::size_t a, std::size_t b) { return std::tie(distance[a], a) < std::tie(distance[b], b); });
    std::fill(out.begin(), out.end(), 0.0);
    for (std::size_t k = 0; k < n; ++k) out[labels_[order[k]]] += k == 0 ? 1.5 : 1.0;
    scores_of_votes(out);
  }

  Json save() const override {
    return {{"distributions", matrix(distributions_, labels_.size())}, {"labels", labels_}};
  }

  void load(const Json& state, const ReaderShape& shape) override {
    const std::vector<double> labels = numbers(state, "labels", 0);
    const auto is_label = [&](double y) { return y >= 0 && y < shape.n_labels && y == std::floor(y); };
    if (!std::all_of(labels.begin(), labels.end(), is_label))
      throw Error(ErrorCode::bad_data, "'labels' holds something that is not a label");
    labels_.assign(labels.begin(), labels.end());
    distributions_ = numbers(state, "distributions", labels_.size() * static_cast<std::size_t>(shape.n_labels));
    logs_ = logs(distributions_, kLeast);
  }

 protected:
  FitReport learn(const FitInput& input) override {
    labels_ = input.pool.labels;
    const std::size_t n_labels = input.parts.n_labels();
    distributions_.assign(labels_.size() * n_labels, 0.0);
    for (std::size_t i = 0; i < labels_.size(); ++i)
      model_probabilities(input.parts, input.pool.rows[i], std::span(distributions_).subspan(i * n_labels, n_labels));
    logs_ = logs(distributions_, kLeast);
    return {};
  }

 private:
  std::vector<double> distributions_;  // [n_rows, n_labels]
  std::vector<double> logs_;           // logarithms of distributions_, for the distances
  std::vector<std::int32_t> labels_;   // [n_rows]
};

}  // namespace

void register_knn(std::vector<ReaderKind>& kinds) {
  kinds.push_back({.name = "knn",
                   .title = "k nearest neighbours",
                   .summary = "the labels of the three rows with the most similar label probabilities",
                   .make = [] { return std::unique_ptr<Reader>(new NearestNeighbours); }});
}

}  // namespace partwise::internal

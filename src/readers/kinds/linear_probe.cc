// Linear probes, the plain baselines of readers that read parts: class-balanced logistic regression on the final hidden
// state, or on all that the parts push. Alain and Bengio, arXiv 1610.01644. The ridge is chosen by leaving rows out;
// docs/readers.md has the formulas.
#include "readers/linear_probe.h"

#include <algorithm>

#include "base/error.h"
#include "base/json.h"
#include "readers/balance.h"
#include "readers/part_weights.h"
#include "readers/training.h"

namespace partwise::internal {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;

/// row_of(row) for all rows of the pool.  [n_rows, width]
template <class RowOf>
MatrixXd stacked(const LabelledRows& pool, std::size_t width, const RowOf& row_of) {
  MatrixXd x(std::ssize(pool.rows), static_cast<Index>(width));
  for (Index i = 0; i < x.rows(); ++i) {
    const std::vector<double> row = row_of(pool.rows[i]);
    x.row(i) = Eigen::Map<const Eigen::RowVectorXd>(row.data(), x.cols());
  }
  return x;
}

class HiddenProbe : public Reader {
 public:
  std::string_view kind() const override { return "linear-probe"; }

  void scores(const Contributions& parts, std::int64_t example, std::span<double> out) const override {
    std::fill(out.begin(), out.end(), 0.0);
    weights_.add_scores(0, values(parts, example, weights_.width()), out);
  }

  Json save() const override { return weights_.save(); }
  void load(const Json& state, const ReaderShape& shape) override { weights_.load(state, shape.n_labels); }

 protected:
  FitReport learn(const FitInput& input) override {
    return BlockProbe(pool_values(input), 1, input.pool.labels, input.parts.n_labels(), input.progress).fit(weights_);
  }

  LeftOutRows left_out(const FitInput& input) const override {
    const BlockProbe probe(pool_values(input), 1, input.pool.labels, input.parts.n_labels(), input.progress);
    return in_run(probe.left_out(weights_.strength()), input.pool);
  }

 private:
  static MatrixXd pool_values(const FitInput& input) {
    const std::size_t width = hidden_of(input.parts, input.pool.rows[0], 0).size();
    return stacked(input.pool, width, [&](std::int64_t row) { return values(input.parts, row, width); });
  }

  static std::vector<double> values(const Contributions& parts, std::int64_t example, std::size_t width) {
    const std::span<const float> hidden = hidden_of(parts, example, width);
    return {hidden.begin(), hidden.end()};
  }

  ProbeWeights weights_;
};

class PartsProbe : public Reader {
 public:
  std::string_view kind() const override { return "linear-probe-parts"; }

  void scores(const Contributions& parts, std::int64_t example, std::span<double> out) const override {
    std::fill(out.begin(), out.end(), 0.0);
    for (std::int64_t c = 0; c < shape_.n_components(); ++c) add_part(parts, example, c, out);
  }

  void split_scores(const Contributions& parts, std::int64_t example, std::span<double> out) const override {
    const auto n = static_cast<std::size_t>(shape_.n_labels);
    std::fill(out.begin(), out.end(), 0.0);
    for (std::int64_t c = 0; c < shape_.n_components(); ++c)
      add_part(parts, example, c, out.subspan(static_cast<std::size_t>(c) * n, n));
  }

  Json save() const override { return weights_.save(); }

  void load(const Json& state, const ReaderShape& shape) override {
    weights_.load(state, shape.n_labels);
    shape_ = shape;
    if (static_cast<std::int64_t>(weights_.width()) == shape.n_components() * shape.n_labels) return;
    throw Error(ErrorCode::bad_data, "'mean' does not hold a number for each component and label");
  }

 protected:
  FitReport learn(const FitInput& input) override {
    shape_ = reader_shape(input.parts);
    const BlockProbe probe(pool_pushes(input), shape_.n_labels, input.pool.labels, shape_.n_labels, input.progress);
    return probe.fit(weights_);
  }

  LeftOutRows left_out(const FitInput& input) const override {
    const BlockProbe probe(pool_pushes(input), shape_.n_labels, input.pool.labels, shape_.n_labels, input.progress);
    return in_run(probe.left_out(weights_.strength()), input.pool);
  }

 private:
  MatrixXd pool_pushes(const FitInput& input) const {
    const auto width = static_cast<std::size_t>(shape_.n_components() * shape_.n_labels);
    return stacked(input.pool, width, [&](std::int64_t row) { return pushes(input.parts, row); });
  }

  /// g_c[y] less its mean over y.  [n_labels]
  std::vector<double> push(const Contributions& parts, std::int64_t example, std::int64_t c) const {
    const std::vector<double> zero(static_cast<std::size_t>(shape_.n_labels));
    return centred(component_logits(parts, example, c), zero);
  }

  /// Those of all components, one after the other.  [n_components * n_labels]
  std::vector<double> pushes(const Contributions& parts, std::int64_t example) const {
    std::vector<double> all;
    for (std::int64_t c = 0; c < shape_.n_components(); ++c) {
      const std::vector<double> own = push(parts, example, c);
      all.insert(all.end(), own.begin(), own.end());
    }
    return all;
  }

  void add_part(const Contributions& parts, std::int64_t example, std::int64_t c, std::span<double> out) const {
    weights_.add_scores(static_cast<std::size_t>(c * shape_.n_labels), push(parts, example, c), out);
  }

  ReaderShape shape_;
  ProbeWeights weights_;  // of features by component and label
};

}  // namespace

void register_linear_probe(std::vector<ReaderKind>& kinds) {
  kinds.push_back({.name = "linear-probe",
                   .title = "Linear probe",
                   .summary = "logistic regression on the final hidden state",
                   .make = [] { return std::unique_ptr<Reader>(new HiddenProbe); },
                   .reads_hidden = true,
                   .is_calibrated = true});
  kinds.push_back({.name = "linear-probe-parts",
                   .title = "Linear probe (parts)",
                   .summary = "logistic regression on all that the parts push",
                   .make = [] { return std::unique_ptr<Reader>(new PartsProbe); },
                   .splits = true,
                   .is_calibrated = true});
}

}  // namespace partwise::internal

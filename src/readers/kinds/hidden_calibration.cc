// Hidden calibration answers the label whose mean of final hidden states on the pool is nearest: f[y] = -|h - mean_y|.
// Cho, Sakai, Kato, Tanaka, Ishii and Inoue, arXiv 2406.16535, section 3.
#include <cmath>

#include "base/error.h"
#include "base/json.h"
#include "readers/balance.h"
#include "readers/part_weights.h"
#include "readers/state.h"

namespace partwise::internal {

namespace {

class HiddenCalibration : public Reader {
 public:
  std::string_view kind() const override { return "hidden-calibration"; }

  void scores(const Contributions& parts, std::int64_t example, std::span<double> out) const override {
    const std::size_t d_model = centroids_.size() / out.size();
    const std::span<const float> hidden = hidden_of(parts, example, d_model);
    for (std::size_t y = 0; y < out.size(); ++y) {
      double square = 0;
      for (std::size_t j = 0; j < d_model; ++j) {
        const double difference = double{hidden[j]} - centroids_[y * d_model + j];
        square += difference * difference;
      }
      out[y] = -std::sqrt(square);
    }
  }

  Json save() const override { return {{"centroids", matrix(centroids_, n_labels_)}}; }

  void load(const Json& state, const ReaderShape& shape) override {
    n_labels_ = static_cast<std::size_t>(shape.n_labels);
    centroids_ = numbers(state, "centroids", 0);
    if (centroids_.size() % n_labels_ == 0) return;
    throw Error(ErrorCode::bad_data, "'centroids' is not a list of vectors of one width, one for each label");
  }

 protected:
  FitReport learn(const FitInput& input) override {
    std::vector<double> rows;
    for (std::int64_t row : input.pool.rows) {
      const std::span<const float> hidden = hidden_of(input.parts, row, 0);
      rows.insert(rows.end(), hidden.begin(), hidden.end());
    }
    n_labels_ = static_cast<std::size_t>(input.parts.n_labels());
    centroids_ = label_means(rows, input.pool.labels, input.parts.n_labels());
    return {};
  }

 private:
  std::size_t n_labels_ = 0;
  std::vector<double> centroids_;  // [n_labels, d_model]
};

}  // namespace

void register_hidden_calibration(std::vector<ReaderKind>& kinds) {
  kinds.push_back({.name = "hidden-calibration",
                   .title = "Hidden calibration",
                   .summary = "the label with the nearest mean of final hidden states",
                   .make = [] { return std::unique_ptr<Reader>(new HiddenCalibration); },
                   .reads_hidden = true});
}

}  // namespace partwise::internal

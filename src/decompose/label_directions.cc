#include "decompose/label_directions.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/round.h"

namespace partwise::internal {

namespace {

/// rows[r, :] *= factors
void scale_columns(HostMatrix& rows, const std::vector<float>& factors) {
  for (std::size_t i = 0; i < rows.values.size(); ++i) rows.values[i] *= factors[i % factors.size()];
}

/// rows[r, :] -= mean(rows[r, :]). Then a row's product with z is the row's product with the centred z.
void center_rows(HostMatrix& rows) {
  for (std::int64_t r = 0; r < rows.rows; ++r) {
    float* row = rows.values.data() + r * rows.cols;
    const double center = std::accumulate(row, row + rows.cols, 0.0) / static_cast<double>(rows.cols);
    for (std::int64_t i = 0; i < rows.cols; ++i) row[i] = static_cast<float>(row[i] - center);
  }
}

constexpr std::int64_t kRowsTogether = 4;

/// sums[j] += u[0] rows[0, j], then the next row, and so on. Several rows in one loop, since it waits for the sums.
void add_rows(const double* u, const double* rows, std::int64_t n, double* sums) {
  for (std::int64_t j = 0; j < n; ++j) {
    double sum = sums[j];
    for (std::int64_t r = 0; r < kRowsTogether; ++r) sum += u[r] * rows[r * n + j];
    sums[j] = sum;
  }
}

/// Some of the labels' rows of direction . W_O. Rows past the last of W_O count as zeros.
void fold(ConstMatrix direction, const RowReader& o, Matrix out) {
  std::vector<double> sums(static_cast<std::size_t>(direction.rows * o.cols));
  HostMatrix read(kRowsTogether, o.cols);
  for (std::int64_t i = 0; i < o.rows; i += kRowsTogether) {
    const std::int64_t n = std::min(kRowsTogether, o.rows - i);
    o.read(i, read.view().block(0, n));
    std::vector<double> rows(read.values.begin(), read.values.begin() + n * o.cols);
    rows.resize(static_cast<std::size_t>(kRowsTogether * o.cols));
    for (std::int64_t y = 0; y < direction.rows; ++y) {
      double u[kRowsTogether] = {};
      std::copy_n(direction.row(y) + i, n, u);
      add_rows(u, rows.data(), o.cols, sums.data() + y * o.cols);
    }
  }
  std::ranges::transform(sums, out.data, [](double v) { return static_cast<float>(v); });
}

/// Labels are divided among the threads, a few at a time so that their sums stay in the cache.
HostMatrix fold(const Backend& backend, const HostMatrix& direction, const RowReader& o) {
  constexpr std::int64_t kAtOnce = 8;
  HostMatrix out(direction.rows, o.cols);
  backend.for_each(divide_up(direction.rows, kAtOnce), [&](std::int64_t i, int) {
    const std::int64_t first = i * kAtOnce, n = std::min(kAtOnce, direction.rows - first);
    fold(direction.view().block(first, n), o, out.view().block(first, n));
  });
  return out;
}

/// The labels' rows of the unembedding, or of `mixtures`.
HostMatrix rows_of(const Model& model, const std::vector<std::int32_t>& label_ids, const Mixtures* mixtures) {
  const auto d_vocab = static_cast<std::int32_t>(model.config().d_vocab);
  std::vector<std::int32_t> tokens = label_ids;
  for (std::int32_t& id : tokens) id = id < d_vocab ? id : 0;
  HostMatrix rows = model.unembed(tokens);
  for (std::size_t y = 0; y < label_ids.size(); ++y)
    if (label_ids[y] >= d_vocab)
      std::copy_n(mixtures->rows.data() + (label_ids[y] - d_vocab) * rows.cols, rows.cols, rows.view().row(y));
  return rows;
}

std::vector<double> biases_of(const Model& model, const std::vector<std::int32_t>& label_ids,
                              const Mixtures* mixtures) {
  const std::span<const float> bias = model.logit_bias();
  std::vector<double> of_labels(label_ids.size());
  if (bias.empty()) return of_labels;
  std::ranges::transform(label_ids, of_labels.begin(), [&](std::int32_t id) {
    return id < std::ssize(bias) ? double{bias[id]} : mixtures->bias[id - std::ssize(bias)];
  });
  return of_labels;
}

OwnedRows uploaded(const Backend& backend, const HostMatrix& matrix) {
  OwnedRows rows = backend.allocate(matrix.rows, matrix.cols);
  backend.upload(matrix, rows.view());
  return rows;
}

}  // namespace

LabelDirections::LabelDirections(const Model& model, const Backend& backend, std::vector<std::int32_t> label_ids,
                                 bool keeps, const Mixtures* mixtures)
    : backend_(backend),
      norm_(model.final_norm()),
      label_ids_(std::move(label_ids)),
      unembed_(rows_of(model, label_ids_, mixtures)),
      logit_bias_(biases_of(model, label_ids_, mixtures)) {
  direction_ = unembed_;
  scale_columns(direction_, norm_.gain);
  if (model.config().norm == NormKind::layer) center_rows(direction_);
  unembed_rows_ = uploaded(backend, unembed_);
  direction_rows_ = uploaded(backend, direction_);
  if (keeps) folded_.resize(static_cast<std::size_t>(model.config().n_layers));
}

HostMatrix LabelDirections::direction_of(const LayerWeights& layer) const {
  HostMatrix direction = direction_;
  if (layer.ln1_post) scale_columns(direction, layer.ln1_post.gain);
  return direction;
}

std::shared_ptr<const OwnedRows> LabelDirections::folded(const LayerWeights& layer, std::int64_t index) const {
  const auto make = [&] {
    return std::make_shared<const OwnedRows>(uploaded(backend_, fold(backend_, direction_of(layer), layer.o)));
  };
  if (folded_.empty()) return make();
  const std::lock_guard lock(mutex_);
  auto& kept = folded_[static_cast<std::size_t>(index)];
  if (!kept) kept = make();
  return kept;
}

std::shared_ptr<const LabelDirections> LabelCache::get(const Model& model, const Backend& backend,
                                                       const std::vector<std::int32_t>& label_ids) {
  constexpr std::size_t kMost = 4;
  const std::lock_guard lock(mutex_);
  const auto known = std::ranges::find(used_, label_ids, [](const auto& d) { return d->label_ids(); });
  if (known != used_.end()) {
    std::rotate(used_.begin(), known, known + 1);
  } else {
    used_.push_front(std::make_shared<const LabelDirections>(model, backend, label_ids, true));
    if (used_.size() > kMost) used_.pop_back();
  }
  return used_.front();
}

std::int64_t bytes_of_directions(const ModelConfig& c, std::int64_t n_label_ids) {
  return n_label_ids * c.n_layers * c.n_heads * c.d_head * static_cast<std::int64_t>(sizeof(float));
}

}  // namespace partwise::internal

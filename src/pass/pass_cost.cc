// What a pass needs: memory and arithmetic.
#include <algorithm>

#include "pass/pass.h"

namespace partwise::internal {

std::int64_t bytes_per_row(const ModelConfig& c) {
  const std::int64_t n_float = c.d_model + 2 * c.n_kv_heads * c.d_head;
  return n_float * static_cast<std::int64_t>(sizeof(float)) + 32;  // and a few integers
}

std::int64_t bytes_per_point(const ModelConfig& c) {
  // its query, z and output of a block; in the last layer, its residual; if there is a norm after attention, its input
  const std::int64_t n_float = 2 * (c.n_heads * c.d_head + c.d_model) + (c.post_norms ? c.d_model : 0);
  return n_float * static_cast<std::int64_t>(sizeof(float));
}

std::int64_t bytes_of_threads(const ModelConfig& c, const Backend& backend) {
  constexpr std::int64_t kOnTheWay = 512;  // hidden units before they are activated
  const std::int64_t n_float = 3 * c.d_model + 2 * c.n_heads * c.d_head + c.d_mlp + kOnTheWay;
  const std::int64_t n_rows = backend.n_threads() * (backend.preferred_rows() + backend.few_rows());
  return n_rows * n_float * static_cast<std::int64_t>(sizeof(float));
}

namespace {

/// Elements of the matrices of one layer: k and v; the rest.
struct LayerSize {
  explicit LayerSize(const ModelConfig& c)
      : kv(c.d_model * 2 * c.n_kv_heads * c.d_head),
        rest(2 * c.d_model * c.n_heads * c.d_head + (c.gated_mlp ? 3 : 2) * c.d_model * c.d_mlp) {}
  std::int64_t kv, rest;
};

}  // namespace

double pass_flops(const ModelConfig& c, const PrefixTree& tree) {
  const LayerSize size(c);
  const auto heads = static_cast<double>(c.n_heads * c.d_head), project = 2.0 * static_cast<double>(size.kv);
  /// One row's flops in a layer with this window, without its keys and values.
  const auto row_flops = [&](std::int64_t row, std::int64_t window) {
    const std::int64_t before = tree.positions[row] + 1, seen = window > 0 ? std::min(window, before) : before;
    return 2.0 * static_cast<double>(size.rest) + 4 * heads * static_cast<double>(seen);
  };
  double flops = static_cast<double>(c.n_layers) * project * static_cast<double>(tree.n_new_rows());
  for (std::int64_t l = 0; l + 1 < c.n_layers; ++l)
    for (std::int64_t row = tree.n_known; row < tree.n_rows(); ++row) flops += row_flops(row, c.window(l));
  for (const std::int64_t row : rows_read(tree)) flops += row_flops(row, c.window(c.n_layers - 1));
  return flops;
}

}  // namespace partwise::internal

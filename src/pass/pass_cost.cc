// What a pass needs: memory and arithmetic.
#include <algorithm>

#include "pass/pass.h"

namespace partwise::internal {

std::int64_t bytes_per_row(const ModelConfig& c) {
  std::int64_t n_float = c.d_model + 2 * c.n_kv_heads * c.d_head;
  std::int64_t others = 32;  // a few integers
  if (c.experts) {
    n_float += c.d_model + 2 * c.experts->n_experts;  // the sum over experts; the router's logits, twice
    others += 2 * c.experts->n_used * static_cast<std::int64_t>(sizeof(WeightedRow));  // lists that grow
  }
  return n_float * static_cast<std::int64_t>(sizeof(float)) + others;
}

std::int64_t bytes_per_point(const ModelConfig& c) {
  // its query, z and output of a block; in the last layer, its residual; if there is a norm after attention, its input
  const std::int64_t n_float = 2 * (c.n_heads * c.d_head + c.d_model) + (c.post_norms ? c.d_model : 0);
  return n_float * static_cast<std::int64_t>(sizeof(float));
}

std::int64_t bytes_of_threads(const ModelConfig& c, const Backend& backend) {
  constexpr std::int64_t kOnTheWay = 512;  // hidden units before they are activated
  const std::int64_t d_mlp = std::max(c.d_mlp, c.experts ? c.experts->d_mlp : 0);
  const std::int64_t n_float = (c.experts ? 5 : 3) * c.d_model + 2 * c.n_heads * c.d_head + d_mlp + kOnTheWay;
  const std::int64_t n_rows = backend.n_threads() * (backend.preferred_rows() + backend.few_rows());
  return n_rows * n_float * static_cast<std::int64_t>(sizeof(float));
}

namespace {

/// Elements of the keys' and values' matrices of a layer.
std::int64_t kv_size(const ModelConfig& c) { return c.d_model * 2 * c.n_kv_heads * c.d_head; }

/// Elements of a layer's other matrices that a row is multiplied by.
std::int64_t other_size(const ModelConfig& c, std::int64_t layer) {
  const std::int64_t attention = 2 * c.d_model * c.n_heads * c.d_head, n_matrices = c.gated_mlp ? 3 : 2;
  if (!c.has_experts(layer)) return attention + n_matrices * c.d_model * c.d_mlp;
  const ExpertsConfig& e = *c.experts;
  return attention + c.d_model * e.n_experts + e.n_used * n_matrices * c.d_model * e.d_mlp;
}

}  // namespace

double pass_flops(const ModelConfig& c, const PrefixTree& tree) {
  const auto heads = static_cast<double>(c.n_heads * c.d_head), project = 2.0 * static_cast<double>(kv_size(c));
  /// One row's flops in a layer, without its keys and values.
  const auto row_flops = [&](std::int64_t row, std::int64_t layer) {
    const std::int64_t window = c.window(layer), before = tree.positions[row] + 1,
                       seen = window > 0 ? std::min(window, before) : before;
    return 2.0 * static_cast<double>(other_size(c, layer)) + 4 * heads * static_cast<double>(seen);
  };
  double flops = static_cast<double>(c.n_layers) * project * static_cast<double>(tree.n_new_rows());
  for (std::int64_t l = 0; l + 1 < c.n_layers; ++l)
    for (std::int64_t row = tree.n_known; row < tree.n_rows(); ++row) flops += row_flops(row, l);
  for (const std::int64_t row : rows_read(tree)) flops += row_flops(row, c.n_layers - 1);
  return flops;
}

}  // namespace partwise::internal

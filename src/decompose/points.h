// Contributions at read points that need not have the same number of labels.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "decompose/contributions.h"
#include "decompose/options.h"
#include "decompose/vocabulary.h"

namespace partwise::internal {

/// Direct contributions of every part at read points (points_of), one point after another. The arrays are those of
/// Contributions without their shapes: of point p, whose labels are entries [first_label[p], first_label[p + 1]) of
/// all points' labels, there is a block [n_layers, n_heads, n_labels of p] in `heads`, and so on.
struct PointParts {
  std::int64_t n_layers = 0, n_heads = 0, d_head = 0, d_model = 0;
  std::int64_t n_sources = 0, n_tokens = 0;  // 0: heads are not split in this way
  std::int64_t n_experts = 0;                // 0: MLPs are not split
  std::vector<bool> has_experts;             // [n_layers] of which layers the MLPs are split, if they are
  std::vector<std::int64_t> first_label;     // [n_points + 1], begins with 0
  VocabularyAtPoints vocabulary;             // what was asked for of the whole vocabulary
  Contributions flat;                        // every array has one dimension, except token_ids [n_points, n_tokens]

  std::int64_t n_points() const { return std::ssize(first_label) - 1; }
  std::int64_t n_labels(std::int64_t point) const { return first_label[point + 1] - first_label[point]; }
  /// A value's block for one point: `per_label` values for each of its labels.
  std::span<float> block(Array<float>& array, std::int64_t point, std::int64_t per_label);
  std::span<const float> block(const Array<float>& array, std::int64_t point, std::int64_t per_label) const;

  /// Sets everything that is known of the point. `stored_row` as in at().
  void fill(std::int64_t point, float value, std::int64_t stored_row);
  /// Some of the points, in this order, with these rows of hidden and z. Of what was read of the vocabulary, they keep
  /// log_sum_exp alone.
  PointParts select(std::span<const std::int64_t> points, std::span<const std::int64_t> stored) const;
  /// The point alone, as contributions of one example. hidden and z are those of the point's row of them, -1: none.
  Contributions at(std::int64_t point, std::int64_t stored_row = -1) const;
  /// All points as examples. They must have the same number of labels.
  Contributions as_examples() &&;
};

/// The row of hidden and z of each point, -1: it is not stored.
std::vector<std::int64_t> stored_rows(std::span<const PromptIds> prompts, std::span<const PointOfPrompt> points);

/// Room for these points, filled with zeros; none for parts if they are not read.
PointParts make_point_parts(const ModelConfig& config, const DecomposeOptions& options,
                            std::span<const PromptIds> prompts, std::span<const PointOfPrompt> points);

}  // namespace partwise::internal

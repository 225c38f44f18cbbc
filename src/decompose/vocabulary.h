// What the logits of the whole vocabulary say at read points.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "decompose/options.h"
#include "ops/rows.h"
#include "tensor/array.h"

namespace partwise::internal {

class Engine;

/// What WholeVocabulary asks for; the rest is empty. Logits are those that the model outputs: capped, if it caps them.
struct VocabularyAtPoints {
  VocabularyAtPoints() = default;
  /// Room for these points, filled with zeros.
  VocabularyAtPoints(const ModelConfig& config, const WholeVocabulary& asked, std::int64_t n_points);

  Array<float> logits;              // [n_points, d_vocab]
  std::vector<double> log_sum_exp;  // of all logits  [n_points]
  Array<std::int32_t> top_ids;      // the tokens with the highest logits, the highest first; of equal ones the lower id
  Array<float> top_logits;          // as label words' logits are read, to the bit  [n_points, n_top]

  // With w, the softmax of the logits of the tokens that are mixed:
  Mixtures mixtures;                      // for DecomposeOptions::mixtures  [n_points]
  std::vector<double> entropy;            // -sum_v w_v log w_v  [n_points]
  std::vector<double> mixed_log_sum_exp;  // of the logits that are mixed  [n_points]

  /// Sets everything that is known of the point.
  void fill(std::int64_t point, float value);
};

/// Reads what is asked for at the points `which`, whose rows `normed` are in this order: the final norm's outputs.
/// Logits are products in float32. Those of the tokens that are named are read once more as the logits of label words
/// are, so that a token named here and read as a label has one logit.
void read_vocabulary(const Engine& engine, const WholeVocabulary& asked, ConstRows normed,
                     std::span<const PointOfPrompt> points, std::span<const std::int64_t> which,
                     VocabularyAtPoints& out);

/// At how many of `n_points` points all logits are held at a time.
std::int64_t points_at_once(const ModelConfig& config, std::int64_t n_points);
/// Bytes of the results of one point.
std::int64_t bytes_of_vocabulary(const ModelConfig& config, const WholeVocabulary& asked);

}  // namespace partwise::internal

// How labels are read that are scored by their own logits (LabelScore::tree and first), and what is found of them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/error.h"
#include "decompose/label_tree.h"
#include "decompose/points.h"

namespace partwise::internal {

/// Prompts whose labels have the same number. If they have one token each, they are read at the prompts' last
/// positions, otherwise at the nodes of their trees.
class LabelReads {
 public:
  /// The prompts must outlive the object. Of `options`, the score and whether there is to be a label mass count. For
  /// the mass, labels are read before every token, in the same pass.
  /// `config` is the model's, and must outlive the object, too.
  LabelReads(std::span<const PromptIds> prompts, const DecomposeOptions& options, const ModelConfig& config);

  /// The prompts, as a pass reads them.
  std::span<const PromptIds> prompts() const { return read_.empty() ? asked_ : read_; }
  /// The options of this pass.
  DecomposeOptions options(DecomposeOptions asked) const;
  /// What decompose() returns, from what was read at the points of prompts().
  Contributions examples(PointParts points) const;

 private:
  /// Whether labels are scored by single logits, which stay as they are before a cap.
  bool is_before_cap() const { return trees_.empty() || score_ == LabelScore::first; }
  Contributions scored(PointParts points) const;
  Contributions at_roots(const PointParts& points) const;
  Array<float> mass(const PointParts& points) const;
  double mass_of(std::int64_t prompt, std::int64_t first_point, const PointParts& points,
                 const std::vector<double>& all) const;

  std::span<const PromptIds> asked_;
  LabelScore score_;
  bool has_mass_;
  const ModelConfig& config_;
  std::vector<PromptIds> read_;   // if they are not read as they are
  std::vector<LabelTree> trees_;  // of the prompts, if they are read at nodes
};

/// What is wrong with the prompt's labels by themselves, for this score: there are fewer than two, one has no
/// tokens, or their tokens do not tell them apart.
std::optional<Error> wrong_labels(const PromptIds& prompt, LabelScore score);

}  // namespace partwise::internal

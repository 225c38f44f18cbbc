// Models that cap their logits (Gemma Team, "Gemma 2", 2024, section 2). What a cap does to one logit is in
// contributions.h, since readers need it.
#pragma once

#include <span>

#include "decompose/points.h"

namespace partwise::internal {

/// Caps the logits of all points. As the final norm is, the cap is held at its value for the whole logit: every part of
/// a label is multiplied by held_cap(logit), so that the parts sum to the capped logit. Mixtures stay as they are: they
/// are of capped logits already.
void hold_cap(const ModelConfig& config, std::span<const PointOfPrompt> points, PointParts& parts);

}  // namespace partwise::internal

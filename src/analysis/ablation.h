// What a part adds itself, compared with what the model loses without it.
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/analysis.h"
#include "analysis/paired.h"

namespace partwise::internal {

/// A margin is the true label's logit minus the mean of the other labels' logits. All effects are means over rows.
struct AblationEffect {
  std::int64_t component = 0;  // order of Contributions
  double alone = 0;            // the part's accuracy by itself
  double direct = 0;           // the margin of what the part adds
  double total = 0;            // the full model's margin minus that of the model without the part
  double accuracy = 0;         // of the model without the part
  PairedDifference gain;       // the full model's accuracy minus `accuracy`, with a 95 % interval
  double changed = 0;          // share of rows whose answer changes
};

/// The effect over `rows`, which must have labels and be the same in both runs. Errors: bad_data if there are no rows.
AblationEffect ablation_effect(const Run& full, const Run& without, const std::vector<std::int64_t>& rows,
                               std::int64_t component);

}  // namespace partwise::internal

// What a part adds itself, beside what becomes of the model without it.
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/analysis.h"
#include "analysis/paired.h"

namespace partwise {

/// Margins are of the true label's logit over the mean of the others'; effects are means over rows, in logits.
struct AblationEffect {
  std::int64_t component = 0;  // order of Contributions
  double alone = 0;            // its accuracy by itself
  double direct = 0;           // the margin of what it adds
  double total = 0;            // the full model's margin less that of the model without it
  double accuracy = 0;         // of the model without it
  PairedDifference gain;       // the full model's accuracy less that, with a 95 % interval
  double changed = 0;          // share of rows whose answer changes
};

/// Over `rows`, which have labels and are the same in both runs. Errors: bad_data where there are none.
AblationEffect ablation_effect(const Run& full, const Run& without, const std::vector<std::int64_t>& rows,
                               std::int64_t component);

}  // namespace partwise

#include "report/text/ablation.h"

#include <fmt/format.h>

#include "report/describe.h"
#include "report/text/text_table.h"

namespace partwise::internal {

std::string ablation_text(const Ablations& found, bool colour, std::size_t width) {
  std::vector<std::vector<std::string>> lines = {
      {"part", "alone", "direct effect", "total effect", "model without it", "gain by it, points", "answers changed"}};
  for (const AblationEffect& e : found.effects)
    lines.push_back({component_name(found.part(e)), percent(e.alone), fmt::format("{:+.3f}", e.direct),
                     fmt::format("{:+.3f}", e.total), percent(e.accuracy),
                     fmt::format("{} ({} to {})", points(e.gain.value), points(e.gain.low), points(e.gain.high)),
                     percent(e.changed)});
  const Proportion& full = found.analysis.full;
  const std::string notes = fmt::format(
      "The full model answers {} of {} rows correctly. Effects are on the true label's logit over the mean of the "
      "others: direct, what the part itself adds; total, what the model loses without it, at every position ({} in its "
      "place).\n",
      percent(full.value), full.n, found.with_mean ? "its mean" : "zero");
  return text_table(lines, 1, kDim, colour, width) + "\n" + folded(notes, width);
}

}  // namespace partwise::internal

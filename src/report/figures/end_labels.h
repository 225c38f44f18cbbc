// The names of a figure's lines, written at their right ends.
#pragma once

#include <string>
#include <vector>

#include "report/figures/svg.h"

namespace partwise::internal {

struct EndLabel {
  double y;  // where the line ends
  std::string css_class, text;
};

/// Writes the labels right of `x` from the top down, without overlaps. A thin line leads from each label to its line.
void draw_end_labels(Svg& svg, double x, std::vector<EndLabel> labels);

}  // namespace partwise::internal

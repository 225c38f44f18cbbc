// The names of a figure's lines, where they end.
#pragma once

#include <string>
#include <vector>

#include "report/figures/svg.h"

namespace partwise {

struct EndLabel {
  double y;  // where the line ends
  std::string css_class, text;
};

/// Right of `x`, from the top down, each at least a line below the one before and with a thin line to its own.
void draw_end_labels(Svg& svg, double x, std::vector<EndLabel> labels);

}  // namespace partwise

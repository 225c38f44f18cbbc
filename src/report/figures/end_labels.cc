#include "report/figures/end_labels.h"

#include <algorithm>

namespace partwise::internal {

namespace {

constexpr double kLine = 15;  // distance between baselines

}  // namespace

void draw_end_labels(Svg& svg, double x, std::vector<EndLabel> labels) {
  std::stable_sort(labels.begin(), labels.end(), [](const EndLabel& a, const EndLabel& b) { return a.y < b.y; });
  double baseline = 0;
  for (const EndLabel& label : labels) {
    baseline = std::max(label.y + 4, baseline + kLine);
    svg.line(x + 3, label.y, x + 11, baseline - 4, "leader");
    svg.text(x + 15, baseline, label.css_class, label.text);
  }
}

}  // namespace partwise::internal

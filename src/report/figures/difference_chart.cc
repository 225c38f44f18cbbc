#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/data/study.h"
#include "report/describe.h"
#include "report/figures/figures.h"
#include "report/figures/study_figures.h"
#include "report/figures/svg.h"

namespace partwise::internal {

namespace {

constexpr double kLeft = 270, kWidth = 760, kRight = 110, kTop = 12, kLine = 22, kBottom = 40;

struct Axis {
  double low = 0, high = 0, step = 5;  // in points; both ends are multiples of `step`

  explicit Axis(const std::vector<MethodSummary>& methods) {
    for (const MethodSummary& m : methods) {
      const double margin = m.difference->margin().value_or(0);
      low = std::min(low, 100 * (m.difference->value - margin));
      high = std::max(high, 100 * (m.difference->value + margin));
    }
    if (high - low > 50) step = high - low > 100 ? 20 : 10;
    low = step * std::floor(low / step - 0.02);
    high = step * std::ceil(high / step + 0.02);
  }
  double x(double points) const { return kLeft + (points - low) / (high - low) * (kWidth - kLeft - kRight); }
};

void draw_method(Svg& svg, const Axis& axis, const MethodSummary& m, const std::string& title, double y) {
  const double value = 100 * m.difference->value, margin = 100 * m.difference->margin().value_or(0);
  const std::string numbers = fmt::format("{:+.1f} ± {:.1f}", value, margin);
  svg.text(kLeft - 12, y + 4, "end small", title);
  svg.rect(axis.x(value - margin), y - 3, axis.x(value + margin) - axis.x(value - margin), 6, "bar learnt");
  svg.path(circle(axis.x(value), y, 4.5), "dot learnt", fmt::format("{}: {} points", title, numbers));
  svg.text(kWidth - kRight + 12, y + 4, "small muted", numbers);
}

}  // namespace

std::string signed_number(long value) { return value == 0 ? "0" : fmt::format("{:+}", value); }

std::string difference_chart(const StudyResults& results, const std::vector<MethodSummary>& summaries,
                             const std::string& model) {
  std::vector<MethodSummary> methods;
  for (const MethodSummary& s : summaries)
    if (s.model == model && s.task.empty() && s.difference) methods.push_back(s);
  if (methods.empty()) return "";
  const Axis axis(methods);
  const double height = kTop + kLine * static_cast<double>(methods.size()) + kBottom;
  Svg svg(kWidth, height,
          "Accuracy of every method less that of in-context learning with the most demonstrations, " + model);
  for (double tick = axis.low; tick <= axis.high; tick += axis.step) {
    svg.line(axis.x(tick), kTop, axis.x(tick), height - kBottom, std::abs(tick) < 1e-9 ? "chance" : "grid");
    svg.text(axis.x(tick), height - kBottom + 16, "middle small muted", signed_number(std::lround(tick)));
  }
  svg.text((kLeft + kWidth - kRight) / 2, height - 6, "middle small", "points of accuracy, mean over tasks");
  double y = kTop + kLine / 2;
  for (const MethodSummary& m : methods) {
    draw_method(svg, axis, m, with_caveat(method_title(m.key, results), m.key.method), y);
    y += kLine;
  }
  return svg.finish();
}

}  // namespace partwise::internal

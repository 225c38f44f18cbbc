#include "report/html/emergence.h"

#include <fmt/format.h>

#include "base/text.h"
#include "report/describe.h"
#include "report/figures/emergence.h"
#include "report/html/page.h"
#include "report/html/warnings_section.h"

namespace partwise::internal {

namespace {

constexpr std::string_view kCaption =
    R"(Dots are checkpoints. The best part is chosen on the rows shown: it tells something where it exceeds the best by
luck, the 95th percentile of the best part’s accuracy when the labels are shuffled. The band holds nine parts in ten,
the line in it is the part in the middle. Chance is the share of the most frequent label. Rest the pointer on a dot for
its numbers.)";

constexpr std::string_view kControlCaption =
    R"( The lines called untrained are the last checkpoint’s shape with weights as they are before training.)";

constexpr std::string_view kTableNote =
    R"(<p>r is the correlation of the accuracies of all parts with those of the last checkpoint, top 5 the overlap of
the five best parts with its five best (intersection over union). The five columns before: the accuracy that this share
of all parts lies below.</p>
)";

std::string lead(const Emergence& emergence) {
  const EmergencePoint &first = emergence.points.front(), &last = emergence.points.back();
  return fmt::format(
      "<p class=\"lead\">From {} to {} the whole model goes from {} to {} of {} rows, its best part from {} to {}; "
      "chance "
      "is {}.</p>\n",
      escape_html(first.checkpoint), escape_html(last.checkpoint), percent(first.full.value), percent(last.full.value),
      format_count(last.full.n), percent(first.best_accuracy), percent(last.best_accuracy), percent(last.chance));
}

std::string table_row(const EmergencePoint& p) {
  std::string html = fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>",
                                 escape_html(p.checkpoint), percent(p.full.value), interval(p.full),
                                 component_name(p.best), percent(p.best_accuracy), percent(p.best_by_chance));
  for (double q : p.quantiles) html += fmt::format("<td>{:.1f}</td>", 100 * q);
  return html + fmt::format("<td>{:.2f}</td><td>{:.2f}</td></tr>\n", p.correlation, p.overlap);
}

std::string table(const Emergence& emergence) {
  std::string html =
      R"(<table><thead><tr><th>Checkpoint</th><th>Full model</th><th>95 % interval</th><th>Best part</th><th>Accuracy</th>
<th>By luck</th><th>5 %</th><th>25 %</th><th>50 %</th><th>75 %</th><th>95 %</th><th>r</th><th>Top 5</th></tr></thead><tbody>
)";
  for (const EmergencePoint* point : emergence.all()) html += table_row(*point);
  return html + "</tbody></table>\n";
}

}  // namespace

std::string emergence_html(const Emergence& emergence, std::string_view series, std::string_view task) {
  const std::string title = fmt::format("{} in training{}{}", series, task.empty() ? "" : ", on ", task);
  const std::string caption = std::string(kCaption) + std::string(emergence.control ? kControlCaption : "");
  return html_page(title, lead(emergence) + warnings_section(emergence.points.back().warnings),
                   "<section><h2>When the model learns the task</h2>\n" +
                       figure(1, "Accuracy over training.", scrolling(emergence_figure(emergence)), caption) +
                       "</section>\n<section><h2>Checkpoint by checkpoint</h2>\n" + std::string(kTableNote) +
                       scrolling(table(emergence)) + "</section>\n");
}

}  // namespace partwise::internal

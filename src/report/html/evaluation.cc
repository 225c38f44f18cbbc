#include "report/html/evaluation.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "prompts/warning.h"
#include "report/describe.h"
#include "report/figures/figures.h"
#include "report/html/calibration.h"
#include "report/html/confusion.h"
#include "report/html/page.h"
#include "report/html/warnings_section.h"
#include "report/html/wrong_answers.h"
#include "report/reader_cells.h"

namespace partwise::internal {

namespace {

using Readers = std::span<const Judged>;

constexpr double kStrip = 150;

constexpr std::string_view kTableCaption =
    R"(Dots are accuracies, bars their 95 % Wilson intervals. The dashed line is chance, the share of the most frequent
label. Log loss is the mean surprise at the right label, in nats; ECE, the expected calibration error, is how far
probabilities lie from accuracy, over ten bins of equal width; the Brier score is the squared distance between
probabilities and truth, summed over labels: smaller is better for all three. Macro F1 is the mean over labels of the
harmonic mean of precision and recall.)";

constexpr std::string_view kDifferenceCaption =
    R"( The difference in accuracy is from the first reader on the same rows, in points, with its 95 % interval (Agresti
and Min) and the p of McNemar’s exact test.)";

constexpr std::string_view kCaveatCaption =
    R"( Transductive readers saw the texts of the rows they are judged on, an oracle their labels, too: their numbers are
no estimate for new rows.)";

constexpr std::string_view kFooter =
    R"(<footer>Readers are fitted on labelled rows of the run and judged on other rows of it. A part’s share is its direct
effect on the label logits: what it does through later layers counts as theirs.)";

/// Shows the section of the reader that is chosen. Without it the page shows all.
constexpr std::string_view kChooser = R"js("use strict";
(() => {
  const box = document.getElementById("reader-choice"), sections = [...document.querySelectorAll("section.reader")];
  const show = (k) => {
    box.value = String(k);
    sections.forEach((section, i) => { section.hidden = i !== k; });
  };
  const follow = () => {
    const k = sections.findIndex((section) => "#" + section.id === location.hash);
    if (k < 0) return;
    show(k);
    box.scrollIntoView();
  };
  box.addEventListener("change", () => show(Number(box.value)));
  window.addEventListener("hashchange", follow);
  show(Number(box.value));
  follow();
})();
)js";

std::string title_of(const RunInfo& info) {
  const std::string model = info.text(facts::kModel), task = info.text(facts::kTask);
  return fmt::format("Readers of {}{}", model.empty() ? "a language model" : model, task.empty() ? "" : " on " + task);
}

/// The share of the most frequent label.
double chance_of(const Evaluation& e) {
  std::int64_t most = 0;
  for (std::int64_t y = 0; y < e.confusion.dim(0); ++y) {
    std::int64_t rows = 0;
    for (std::int64_t p = 0; p < e.confusion.dim(1); ++p) rows += e.confusion(y, p);
    most = std::max(most, rows);
  }
  return static_cast<double>(most) / static_cast<double>(e.n());
}

bool is_fair(const Judged& judged) {
  const ReaderKind* kind = find_reader_kind(judged.kind());
  return kind && caveat(*kind).empty() && !kind->is_control;
}

/// The most accurate of the readers whose accuracy is an estimate for new rows; the first of them, or the first of all.
std::size_t first_shown(Readers readers) {
  std::size_t best = 0;
  for (std::size_t k = 0; k < readers.size(); ++k)
    if (is_fair(readers[k]) &&
        (!is_fair(readers[best]) || readers[k].evaluation.accuracy.hits > readers[best].evaluation.accuracy.hits))
      best = k;
  return best;
}

std::string lead_of(Readers readers) {
  const std::size_t shown = first_shown(readers);
  const Evaluation& e = readers[shown].evaluation;
  std::string text = fmt::format("<code>{}</code> answers <b>{}</b> of {} rows correctly ({})",
                                 escape_html(reader_name(readers[shown])), percent(e.accuracy.value),
                                 format_count(e.n()), interval(e.accuracy));
  if (shown != 0)
    text += fmt::format(", <code>{}</code> {}", escape_html(reader_name(readers[0])),
                        percent(readers[0].evaluation.accuracy.value));
  return fmt::format("<p class=\"lead\">{}; chance is {}.</p>\n", text, percent(chance_of(e)));
}

std::string facts_of(const Run& run, Readers readers) {
  const std::string labelled = run.info.text(facts::kLabelled);
  return "<dl class=\"facts\">\n" + fact_cell("Model", run.info.text(facts::kModel), run.info.text(facts::kPrecision)) +
         fact_cell("Task", run.info.text(facts::kTask), run.info.text(facts::kTemplate)) +
         fact_cell("Rows judged", format_count(readers[0].evaluation.n()),
                   labelled.empty() ? "" : labelled + " labelled rows to learn from") +
         fact_cell("Labels", format_count(run.parts.n_labels())) + "</dl>\n";
}

/// How many of the reader_cells are shown: one reader alone has no difference.
std::size_t n_cells(Readers readers) { return kReaderHeads.size() - (readers.size() > 1 ? 0 : kDifferenceCells); }

std::string reader_line(Readers readers, std::size_t k, double chance) {
  const std::vector<std::string> cells = reader_cells(readers[0], readers[k]);
  std::string html = fmt::format("<tr><td><a href=\"#reader-{}\"><b>{}</b></a></td><td class=\"strip\">{}</td>", k,
                                 escape_html(reader_name(readers[k])),
                                 interval_strip(kStrip, 30, readers[k].evaluation.accuracy, chance,
                                                readers[k].kind() == kFullModel ? "whole" : "learnt"));
  for (std::size_t c = 0; c < n_cells(readers); ++c) html += fmt::format("<td>{}</td>", escape_html(cells[c]));
  return html + "</tr>\n";
}

std::string table_of(Readers readers) {
  const double chance = chance_of(readers[0].evaluation);
  std::string html = fmt::format("<table class=\"dense\"><thead><tr><th>reader</th><th class=\"strip\">{}</th>",
                                 interval_axis(kStrip, chance));
  for (std::size_t c = 0; c < n_cells(readers); ++c) html += fmt::format("<th>{}</th>", kReaderHeads[c]);
  html += "</tr></thead><tbody>\n";
  for (std::size_t k = 0; k < readers.size(); ++k) html += reader_line(readers, k, chance);
  return html + "</tbody></table>\n";
}

std::string side_by_side(Readers readers) {
  const bool all_fair =
      std::ranges::all_of(readers, [](const Judged& judged) { return with_caveat("", judged.kind()).empty(); });
  return "<section><h2>Accuracy</h2>\n" +
         figure(1, "Accuracy and probabilities.", scrolling(table_of(readers)),
                fmt::format("{}{}{}", kTableCaption, readers.size() > 1 ? kDifferenceCaption : "",
                            all_fair ? "" : kCaveatCaption)) +
         "</section>\n";
}

std::string section_of(const Run& run, const Judged& judged, std::size_t k, const std::vector<std::string>& texts) {
  std::string html =
      fmt::format("<section class=\"reader\" id=\"reader-{}\"><h2>{}</h2>\n", k, escape_html(reader_name(judged)));
  html += calibration_figures(2, sure_answers(judged.evaluation)) + "<h3>Answers by label</h3>\n" +
          scrolling(confusion_table(judged.evaluation.confusion, judged.fitted.label_words));
  return html + wrong_answers(run, judged, texts) + "</section>\n";
}

std::string chooser(Readers readers) {
  std::string html = "<div class=\"controls\"><label>reader <select id=\"reader-choice\">";
  for (std::size_t k = 0; k < readers.size(); ++k)
    html += fmt::format("<option value=\"{}\"{}>{}</option>", k, k == first_shown(readers) ? " selected=\"\"" : "",
                        escape_html(reader_name(readers[k])));
  return html + "</select></label></div>\n";
}

std::string footer_of(const RunInfo& info) {
  const std::string version = info.text(facts::kVersion);
  return std::string(kFooter) + (version.empty() ? "" : " Made by partwise " + escape_html(version) + ".") +
         "</footer>\n";
}

}  // namespace

std::string evaluation_html(const Run& run, std::span<const Judged> readers, const std::vector<std::string>& texts) {
  const bool choice = readers.size() > 1;
  std::string body = side_by_side(readers) + (choice ? chooser(readers) : "");
  for (std::size_t k = 0; k < readers.size(); ++k) body += section_of(run, readers[k], k, texts);
  return html_page(title_of(run.info), lead_of(readers) + facts_of(run, readers) + warnings_section(warnings_of(run)),
                   body + footer_of(run.info), choice ? kChooser : "");
}

}  // namespace partwise::internal

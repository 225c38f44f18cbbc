#include "report/html/tables.h"

#include <fmt/format.h>

#include "readers/reader.h"
#include "report/describe.h"
#include "report/figures/figures.h"
#include "report/figures/svg.h"

namespace partwise::internal {

namespace {

constexpr double kReaderStrip = 280, kPartStrip = 190;

// One row of the readers' table. The cells after the interval stay empty if `evaluation` is null.
std::string reader_row(const ReportInput& input, std::string_view title, std::string_view subtitle,
                       const Proportion& accuracy, std::string_view css_class, const Evaluation* evaluation) {
  std::string row =
      fmt::format("<tr><td><b>{}</b><small>{}</small></td><td class=\"strip\">{}</td>", escape_html(title),
                  escape_html(subtitle), interval_strip(kReaderStrip, 46, accuracy, input.analysis.chance, css_class));
  row += fmt::format("<td><b>{}</b></td><td>{}</td>", percent(accuracy.value), interval(accuracy));
  if (evaluation) {
    row += fmt::format("<td>{:.3f}</td><td>{:.3f}</td><td>{:.3f}</td><td>{:.3f}</td>", evaluation->nll, evaluation->ece,
                       evaluation->brier, evaluation->macro_f1);
  } else if (!input.evaluations.empty()) {
    row += "<td></td><td></td><td></td><td></td>";
  }
  return row + "</tr>\n";
}

// What a reader learnt from: "learnt from 24 labels".
std::string source_of(const ReportInput& input, std::string_view reader) {
  const ReaderKind* kind = find_reader_kind(reader);
  const LearnsFrom from = kind ? kind->learns_from : LearnsFrom::pool;
  const std::string how = kind && kind->picks_one_part ? "chosen" : "learnt";
  if (from == LearnsFrom::nothing) return "as it is";
  if (from == LearnsFrom::content_free) return how + " from inputs without content";
  if (from == LearnsFrom::random_words) return how + " from random words";
  if (from == LearnsFrom::test_inputs) return how + " from the test texts";
  if (from == LearnsFrom::test_labels) return how + " with the test labels";
  const std::string labelled = input.info.text(facts::kLabelled);
  return how + " from " + (labelled.empty() ? "the pool" : labelled + " labels");
}

std::string reader_rows(const ReportInput& input) {
  std::string rows = reader_row(input, std::string(kFullModel), source_of(input, kFullModel), input.analysis.full,
                                "whole", evaluation_of(input, kFullModel));
  for (const auto& [reader, evaluation] : input.evaluations) {
    if (reader == kFullModel) continue;
    rows += reader_row(input, with_caveat(std::string(reader), reader), source_of(input, reader), evaluation.accuracy,
                       "learnt", &evaluation);
  }
  return rows;
}

bool has_label_columns(const ReportInput& input) { return input.label_words.size() <= kMaxLabelColumns; }

std::string label_heads(const ReportInput& input) {
  if (!has_label_columns(input)) return "<th class=\"left\">answers most often</th>";
  std::string cells;
  for (const std::string& word : input.label_words) {
    cells += fmt::format("<th class=\"word\" title=\"{0}\">{0}</th>", escape_html(word));
  }
  return cells;
}

// The share of each true label, to compare the answers with.
std::string truth_row(const ReportInput& input) {
  if (!has_label_columns(input)) return "";
  std::string row = "<tr class=\"truth\"><td colspan=\"6\">true labels</td>";
  for (std::int64_t count : input.analysis.label_counts) {
    row += fmt::format("<td>{:.0f} %</td>",
                       100.0 * static_cast<double>(count) / static_cast<double>(input.analysis.full.n));
  }
  return row + "</tr>\n";
}

std::string answers(const ReportInput& input, const ComponentStats& part) {
  if (!has_label_columns(input)) {
    return fmt::format("<td class=\"left words\">{}</td>", escape_html(describe_shares(part, input.label_words, 3)));
  }
  std::string cells;
  for (double share : part.label_shares) {
    cells += fmt::format("<td class=\"share\" style=\"--share:{:.0f}%\">{:.0f} %</td>", 45 * share, 100 * share);
  }
  return cells;
}

std::string part_row(const ReportInput& input, const ComponentStats& part) {
  const std::string kind = to_string(part.kind);
  return fmt::format(
      "<tr><td><code>{}</code></td><td class=\"strip\">{}</td><td><b>{}</b></td><td>{}</td><td class=\"left kind\">{}{}"
      "</td><td>{}</td>{}</tr>\n",
      component_name(part.component), interval_strip(kPartStrip, 28, part.accuracy, input.analysis.chance, kind),
      percent(part.accuracy.value), interval(part.accuracy), kind_icon(part.kind), kind, hundredths(part.push),
      answers(input, part));
}

std::string part_group(const ReportInput& input, std::string_view heading, std::string_view note,
                       const std::vector<std::int64_t>& which) {
  std::string html = fmt::format("<tbody><tr class=\"group\"><th colspan=\"{}\">{}<small>{}</small></th></tr>\n",
                                 6 + (has_label_columns(input) ? input.label_words.size() : 1), heading, note);
  for (std::int64_t c : which) html += part_row(input, input.analysis.components[static_cast<std::size_t>(c)]);
  return html + "</tbody>\n";
}

}  // namespace

std::string kind_icon(ComponentKind kind) {
  Svg icon(12, 12, to_string(kind));
  icon.path(kind_mark(kind, 6, 6, 4.5), "mark " + to_string(kind));
  return icon.finish();
}

std::string readers_table(const ReportInput& input) {
  std::string html =
      fmt::format("<table><thead><tr><th>reader</th><th class=\"strip\">{}</th><th>accuracy</th><th>95 % interval</th>",
                  interval_axis(kReaderStrip, input.analysis.chance));
  if (!input.evaluations.empty()) html += "<th>log loss</th><th>calibration error</th><th>Brier</th><th>macro F1</th>";
  html += "</tr></thead><tbody>\n" + reader_rows(input);
  for (std::int64_t c : input.analysis.best(1)) {
    const ComponentStats& part = input.analysis.components[static_cast<std::size_t>(c)];
    html += reader_row(input, component_name(part.component), "best on these rows", part.accuracy, "picked", nullptr);
  }
  return html + "</tbody></table>\n";
}

std::string parts_table(const ReportInput& input, std::int64_t n) {
  const Analysis& analysis = input.analysis;
  std::string html = fmt::format(
      "<table><thead>\n<tr><th>part</th><th class=\"strip\">{}</th><th>accuracy</th><th>95 % interval</th>"
      "<th class=\"left\">kind</th><th title=\"how much the part adds, on average, to the label that it answers most, "
      "compared with the others\">push</th>{}</tr>\n{}</thead>\n",
      interval_axis(kPartStrip, analysis.chance), label_heads(input), truth_row(input));
  html += part_group(input, "Best", "highest accuracy by themselves", analysis.best(n));
  html += part_group(input, "Worst", "lowest accuracy; a part that is reliably wrong carries information too",
                     analysis.worst(n));
  html += part_group(input, "Label-biased", "the same answer for nearly every row; the hardest push first",
                     analysis.most_biased(n));
  return html + "</table>\n";
}

}  // namespace partwise::internal

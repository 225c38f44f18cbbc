#include "report/html/labelled.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "base/text.h"
#include "prompts/prompts.h"
#include "readers/reader.h"
#include "report/describe.h"
#include "report/figures/figures.h"
#include "report/html/calibration.h"
#include "report/html/confusion.h"
#include "report/html/labelled_rows.h"
#include "report/html/page.h"

namespace partwise::internal {

namespace {

constexpr double kReadersStrip = 180;

constexpr std::string_view kReadersCaption =
    R"(Every reader answered the same held-out rows, or those without which it could be fitted. Dots are
accuracies, bars their 95 % Wilson intervals; the dashed line is the share of the most frequent label. Log loss is the
mean surprise at the right label, in nats; ECE, the expected calibration error, is how far probabilities lie from
accuracy: smaller is better for both.)";

constexpr std::string_view kLabelledFooter =
    R"(<footer>Labelled rows are a sample: what was found on them holds for the other rows if a person picked the rows to
label without looking at what they say.)";

/// "9 of 10 rows without a label are answered, and 1 is left blank." What is expected holds for all.
std::string lead_with_blanks(const Expected& expected, const LabelledTable& done, std::int64_t n) {
  const std::int64_t n_given = done.n_given(), n_blank = done.n_blank();
  const std::string wanted =
      done.giving.precision ? fmt::format(", so that {:g} % of the answers are right", 100 * *done.giving.precision)
                            : "";
  return fmt::format(
      "<p class=\"lead\"><b>{}</b> of {} answers {} given, and {} {} left blank{}. Of all {}, <b>{}</b> would be right "
      "(95 % interval {} %).</p>\n",
      format_count(n_given), format_count(n), n_given == 1 ? "is" : "are", format_count(n_blank),
      n_blank == 1 ? "is" : "are", n_given > 0 ? wanted : "", format_count(n), percent(expected.accuracy.value),
      interval(expected.accuracy));
}

std::string lead_of(const Expected& expected, const LabelledTable& done) {
  if (expected.accuracy.n == 0)
    return "<p class=\"lead\">No labelled row could be held out, so nobody knows how good the answers are. Label more "
           "rows.</p>\n";
  const std::int64_t n = std::ssize(done.answered());
  if (done.n_blank() > 0) return lead_with_blanks(expected, done, n);
  return fmt::format("<p class=\"lead\">Expect <b>{}</b> of the {} answers to be right (95 % interval {} %).</p>\n",
                     percent(expected.accuracy.value), format_count(n), interval(expected.accuracy));
}

std::string left_over(const LabelledTable& done) {
  const std::int64_t n_blank = done.n_blank(), n_failed = std::ssize(done.failed());
  std::string text = n_blank > 0 ? format_count(n_blank) + " left blank" : "";
  if (n_failed > 0) text += (text.empty() ? "" : ", ") + format_count(n_failed) + " with an error";
  return text;
}

std::string facts_of(const LabelledPage& page) {
  return "<dl class=\"facts\">\n" +
         fact_cell("Model", page.info.text(facts::kModel), page.info.text(facts::kPrecision)) +
         fact_cell("Reader", page.expected.reader) +
         fact_cell("Labelled rows", page.info.text(facts::kLabelled),
                   format_count(page.expected.accuracy.n) + " were held out in turn") +
         fact_cell("Answers given", format_count(page.done.n_given()), left_over(page.done)) +
         fact_cell("Labels", format_count(std::ssize(page.done.labels))) + "</dl>\n";
}

/// The share of the most frequent label among the held-out rows.
double chance_of(const LabelledTable& done) {
  std::map<std::int32_t, double> counts;
  double most = 0, n = 0;
  for (const LabelledRow* row : done.held_out()) {
    most = std::max(most, ++counts[*row->held_out_label]);
    ++n;
  }
  return n == 0 ? 0 : most / n;
}

std::string what_it_is(const std::string& reader) {
  if (reader == kMostFrequentLabel) return "always the label that most rows have";
  const ReaderKind* kind = find_reader_kind(reader);
  return kind ? std::string(kind->summary) : "";
}

std::string reader_row(const JudgedReader& reader, bool is_used, double chance) {
  return fmt::format(
      "<tr><td><b>{}{}</b><small>{}</small></td><td class=\"strip\">{}</td><td>{}</td><td>{}</td><td>{:.3f}</td>"
      "<td>{:.3f}</td><td>{}</td></tr>\n",
      escape_html(reader.name), is_used ? " ← used" : "", escape_html(what_it_is(reader.name)),
      interval_strip(kReadersStrip, 40, reader.accuracy, chance, is_used ? "learnt" : "whole"),
      percent(reader.accuracy.value), interval(reader.accuracy), reader.log_loss, reader.ece,
      format_count(reader.accuracy.n));
}

std::string judged_table(const LabelledPage& page) {
  const double chance = chance_of(page.done);
  std::string html = fmt::format(
      "<table class=\"dense\"><thead><tr><th>reader</th><th class=\"strip\">{}</th><th>accuracy</th><th>95 % "
      "interval</th>"
      "<th>log loss</th><th>ECE</th><th>rows</th></tr></thead><tbody>\n",
      interval_axis(kReadersStrip, chance));
  for (const JudgedReader& reader : page.expected.readers)
    html += reader_row(reader, reader.name == page.expected.reader, chance);
  return html + "</tbody></table>\n";
}

/// "committee in 9 folds, linear-probe in 1"
std::string choices_text(const std::vector<std::string>& choices) {
  std::map<std::string, std::int64_t> counts;
  for (const std::string& choice : choices)
    if (!choice.empty()) ++counts[choice];
  std::string text;
  for (const auto& [name, n] : counts) text += fmt::format("{}{} in {}", text.empty() ? "" : ", ", name, n);
  return text;
}

std::string how_it_was_found(const LabelledPage& page) {
  const Proportion& accuracy = page.expected.accuracy;
  return fmt::format(
      "<p>The labelled rows were parted into {} folds. Each fold was answered by a reader that was fitted on the other "
      "folds, and chosen by them ({}). So no answer was judged by a row that taught it: {} of {} rows were answered "
      "right. The interval allows for both samples, the {} rows that were held out and the {} that are answered.</p>\n",
      page.choices.size(), escape_html(choices_text(page.choices)), format_count(accuracy.hits),
      format_count(accuracy.n), format_count(accuracy.n), format_count(std::ssize(page.done.answered())));
}

std::string expectation_section(const LabelledPage& page) {
  if (page.expected.accuracy.n == 0) return "";
  return "<section><h2>What to expect</h2>\n" + how_it_was_found(page) +
         figure(1, "Readers on held-out rows.", scrolling(judged_table(page)), kReadersCaption) + "</section>\n";
}

std::string coverage_table(const LabelledTable& done) {
  std::string html =
      "<table><thead><tr><th>wanted share of right answers</th><th>answers given</th><th>least probability</th></tr>"
      "</thead><tbody>\n";
  const std::int64_t n = std::ssize(done.answered());
  for (const Coverage& each : coverages(done))
    html += fmt::format("<tr><td>{:.0f} %</td><td>{} of {}</td><td>{}</td></tr>\n", 100 * each.precision,
                        format_count(each.n_given), format_count(n),
                        each.n_given == 0 ? "" : fmt::format("{:.3f}", each.least));
  return html + "</tbody></table>\n";
}

std::string trust_section(const LabelledTable& done) {
  const std::vector<SureAnswer> answers = sure_answers(done);
  if (answers.empty()) return "";
  std::string html = "<section><h2>How sure the answers are</h2>\n<p>As the held-out rows show.</p>\n" +
                     calibration_figures(2, answers);
  if (done.answered().empty()) return html + "</section>\n";
  return html +
         "<h3>If a share of the answers has to be right</h3>\n<p>How many answers can be given then. The others "
         "would be left blank, for a person to label.</p>\n" +
         scrolling(coverage_table(done)) + "</section>\n";
}

Array<std::int64_t> confusion_of(const LabelledTable& done) {
  const std::int64_t n = std::ssize(done.labels);
  Array<std::int64_t> confusion({n, n});
  for (const LabelledRow* row : done.held_out()) ++confusion(*row->held_out_label, row->first());
  return confusion;
}

std::string held_out_section(const ShownRows& rows) {
  if (rows.done.held_out().empty()) return "";
  return "<section><h2>Labelled rows, held out</h2>\n" +
         scrolling(confusion_table(confusion_of(rows.done), rows.done.labels)) +
         "<h3>Answered wrongly, or mislabelled</h3>\n" + wrong_held_out_rows(rows) + "</section>\n";
}

/// How often each label was answered, beside how often a person gave it.
std::string counts_table(const LabelledTable& done) {
  std::vector<std::int64_t> given(done.labels.size()), blank = given, labelled = given;
  for (const LabelledRow* row : done.answered())
    ++(row->is_given ? given : blank)[static_cast<std::size_t>(row->first())];
  for (const LabelledRow* row : done.held_out()) ++labelled[static_cast<std::size_t>(*row->held_out_label)];
  const std::string more = done.giving.precision ? "<th>left blank</th>" : "";
  std::string html =
      "<table><thead><tr><th>label</th><th>answers</th>" + more + "<th>labelled rows</th></tr></thead><tbody>\n";
  for (std::size_t y = 0; y < done.labels.size(); ++y) {
    html += fmt::format("<tr><td><b>{}</b></td><td>{}</td>", escape_html(done.labels[y]), format_count(given[y]));
    if (done.giving.precision) html += fmt::format("<td>{}</td>", format_count(blank[y]));
    html += fmt::format("<td>{}</td></tr>\n", format_count(labelled[y]));
  }
  return html + "</tbody></table>\n";
}

std::string what_is_blank(const LabelledTable& done) {
  if (!done.giving.precision) return "";
  const auto n = std::ssize(done.answered());
  const std::string wanted = fmt::format("{:g} % of the given answers", 100 * *done.giving.precision);
  if (done.least > 1)
    return fmt::format("<p>No answer is sure enough that {} would be right, so all {} are left blank.</p>\n", wanted,
                       format_count(n));
  return fmt::format("<p>So that {} are right, {} of {} are left blank: those with a probability below {:.3f}.</p>\n",
                     wanted, format_count(done.n_blank()), format_count(n), done.least);
}

std::string answers_section(const ShownRows& rows) {
  return "<section><h2>Answers</h2>\n" + what_is_blank(rows.done) + scrolling(counts_table(rows.done)) +
         "<h3>The least sure</h3>\n" + least_sure_rows(rows) + "</section>\n";
}

std::string prompt_section(const LabelledPage& page) {
  std::string html =
      "<section><h2>The prompt</h2>\n<p>As the model reads it, for one of the labelled rows. The label "
      "follows.</p>\n<pre>" +
      lines_html(page.prompt) + "</pre>\n";
  if (page.task.empty()) return html + "</section>\n";
  return html +
         "<details><summary>The task that was made from the columns"
         "</summary>\n<pre>" +
         lines_html(page.task) + "</pre></details>\n</section>\n";
}

std::string footer_of(const LabelledPage& page) {
  const std::string version = page.info.text(facts::kVersion);
  return std::string(kLabelledFooter) + (version.empty() ? "" : " Made by partwise " + escape_html(version) + ".") +
         "</footer>\n";
}

}  // namespace

std::string labelled_html(const LabelledPage& page) {
  const PromptRecipe recipe = page.info.find(facts::kRecipe).value_or(PromptRecipe{});
  const ShownRows rows{page.table, page.done, recipe};
  return html_page("The labels of " + page.table.name, lead_of(page.expected, page.done) + facts_of(page),
                   expectation_section(page) + trust_section(page.done) + held_out_section(rows) +
                       answers_section(rows) + rows_to_label(rows) + failed_rows(rows) + prompt_section(page) +
                       footer_of(page));
}

}  // namespace partwise::internal

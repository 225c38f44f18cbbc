#include "report/html/labelled_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "base/text.h"
#include "report/describe.h"
#include "report/html/page.h"
#include "report/row_texts.h"

namespace partwise::internal {

namespace {

constexpr std::size_t kMostShown = 100;

using Picked = std::vector<const LabelledRow*>;

constexpr std::string_view kWrongNote =
    R"(The readers that answered these rows had not seen them. Look at the surest first: either the answer is wrong, or the
label in the table is. A corrected label teaches better.)";

std::string shown_of(std::size_t n, std::string_view order) {
  return n > kMostShown ? fmt::format("The {} {} of {}.", kMostShown, order, format_count(static_cast<std::int64_t>(n)))
                        : fmt::format("All {}, the {} first.", n, order);
}

/// Which columns a table has besides row, text, answer, probability and second choice.
struct Extra {
  bool label = false;  // the row's own
  bool ask = false;
};

class RowTable {
 public:
  RowTable(const ShownRows& rows, Picked picked, Extra extra) : rows_(rows), picked_(std::move(picked)), extra_(extra) {
    picked_.resize(std::min(picked_.size(), kMostShown));
    has_reasons_ = std::ranges::any_of(picked_, [](const LabelledRow* row) { return !row->answer.reasons.empty(); });
  }

  std::string html() const {
    std::string html = "<table class=\"rows\"><thead><tr><th>row</th>";
    if (extra_.ask) html += "<th>to label</th>";
    html += "<th class=\"left\">text</th>";
    if (extra_.label) html += "<th class=\"left\">label</th>";
    html += "<th class=\"left\">answer</th><th>probability</th><th class=\"left\">second choice</th>";
    if (has_reasons_) html += "<th class=\"left\">reasons</th>";
    html += "</tr></thead><tbody>\n";
    for (const LabelledRow* row : picked_) html += line(*row);
    return scrolling(html + "</tbody></table>\n");
  }

 private:
  std::string word(std::int32_t label) const { return escape_html(rows_.done.labels[static_cast<std::size_t>(label)]); }

  std::string line(const LabelledRow& row) const {
    const std::string text = shown_text(rows_.recipe, rows_.table.rows[row.row]);
    std::string html = fmt::format("<tr><td>{}</td>", row.row + 1);
    if (extra_.ask) html += fmt::format("<td>{}</td>", row.ask);
    html += fmt::format("<td class=\"left words\"><div dir=\"auto\">{}</div></td>", lines_html(text));
    if (extra_.label) html += fmt::format("<td class=\"left\">{}</td>", word(*row.held_out_label));
    const bool is_blank = !row.held_out_label && !row.is_given;
    html += fmt::format("<td class=\"left{}\">{}{}</td><td>{:.3f}</td><td class=\"left\">{}</td>",
                        is_blank ? " unsure" : "", word(row.first()), is_blank ? " <small>(left blank)</small>" : "",
                        row.probability(), word(row.second()));
    if (has_reasons_) html += fmt::format("<td class=\"left why\">{}</td>", lines_html(row.answer.reasons));
    return html + "</tr>\n";
  }

  const ShownRows& rows_;
  Picked picked_;
  Extra extra_;
  bool has_reasons_ = false;
};

}  // namespace

std::string wrong_held_out_rows(const ShownRows& rows) {
  Picked wrong = rows.done.held_out();
  std::erase_if(wrong, [](const LabelledRow* row) { return row->first() == row->held_out_label; });
  if (wrong.empty()) return "<p>All held-out rows were answered as they are labelled.</p>\n";
  std::ranges::stable_sort(wrong, std::greater{}, &LabelledRow::probability);
  return fmt::format("<p>{} {}</p>\n", shown_of(wrong.size(), "surest"), kWrongNote) +
         RowTable(rows, wrong, {.label = true}).html();
}

std::string least_sure_rows(const ShownRows& rows) {
  Picked answered = rows.done.answered();
  if (answered.empty()) return "<p>No row without a label was answered.</p>\n";
  std::ranges::stable_sort(answered, {}, &LabelledRow::probability);
  return fmt::format("<p>{}</p>\n", shown_of(answered.size(), "least sure")) + RowTable(rows, answered, {}).html();
}

std::string rows_to_label(const ShownRows& rows) {
  const Picked asked = rows.done.asked();
  if (asked.empty()) return "";
  const std::string shown = asked.size() > kMostShown ? fmt::format(" The first {} are shown.", kMostShown) : "";
  return fmt::format(
             "<section><h2>Rows to label next</h2>\n<p>The {} rows whose answers are most open, numbered in the column "
             "<code>partwise_ask</code>. If a person labels them, they teach most.{}</p>\n",
             format_count(std::ssize(asked)), shown) +
         RowTable(rows, asked, {.ask = true}).html() + "</section>\n";
}

std::string failed_rows(const ShownRows& rows) {
  Picked failed = rows.done.failed();
  if (failed.empty()) return "";
  std::string html = fmt::format(
      "<section><h2>Rows without an answer</h2>\n<p>{} rows could not be answered.{}</p>\n"
      "<table class=\"rows\"><thead><tr><th>row</th><th class=\"left\">why</th></tr></thead><tbody>\n",
      format_count(std::ssize(failed)),
      failed.size() > kMostShown ? fmt::format(" The first {} are shown.", kMostShown) : "");
  failed.resize(std::min(failed.size(), kMostShown));
  for (const LabelledRow* row : failed)
    html +=
        fmt::format("<tr><td>{}</td><td class=\"left\">{}</td></tr>\n", row->row + 1, lines_html(row->answer.error));
  return html + "</tbody></table>\n</section>\n";
}

}  // namespace partwise::internal

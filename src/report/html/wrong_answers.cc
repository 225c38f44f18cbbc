#include "report/html/wrong_answers.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>

#include "base/text.h"
#include "readers/explain.h"
#include "report/describe.h"
#include "report/html/page.h"

namespace partwise::internal {

namespace {

constexpr std::size_t kMostWrong = 100, kReasons = 3;

constexpr std::string_view kReasonNote =
    R"( A lead is the answer’s score minus the mean of the other labels’ scores. The three parts that add most to it are
named; with the other parts, and what is outside of parts (embedding, biases, the reader’s own constants), they sum to
it.)";

std::vector<JudgedRow> surest_wrong(const Evaluation& evaluation) {
  std::vector<JudgedRow> wrong;
  for (const JudgedRow& row : evaluation.rows)
    if (!row.right()) wrong.push_back(row);
  std::ranges::stable_sort(wrong, std::greater{}, &JudgedRow::probability);
  return wrong;
}

std::string reasons_html(const Explanation& why) {
  std::string html;
  for (const Driver& part : why.parts) html += fmt::format("<code>{}</code> {:+.2f}, ", part.name, part.contribution);
  return html +
         fmt::format("others {:+.2f}, outside {:+.2f}: <b>lead {:.2f}</b>", why.other_parts, why.outside, why.lead);
}

class WrongTable {
 public:
  WrongTable(const Run& run, const Judged& judged, const std::vector<std::string>& texts)
      : run_(run), judged_(judged), texts_(texts), numbered_(test_rows(run)), wrong_(surest_wrong(judged.evaluation)) {
    n_shown_ = std::min(wrong_.size(), kMostWrong);
    has_texts_ = std::any_of(begin(), end(), [&](const JudgedRow& row) { return !text_of(row).empty(); });
    has_reasons_ = n_shown_ > 0 && why(wrong_[0]).explains != Explains::nothing;
  }

  std::string html() const {
    std::string html = "<h3>Wrong answers</h3>\n<p>" + note() + "</p>\n";
    return n_shown_ == 0 ? html : html + scrolling(table());
  }

 private:
  std::vector<JudgedRow>::const_iterator begin() const { return wrong_.begin(); }
  std::vector<JudgedRow>::const_iterator end() const { return begin() + static_cast<std::ptrdiff_t>(n_shown_); }

  const std::string& text_of(const JudgedRow& row) const { return texts_.at(static_cast<std::size_t>(row.example)); }
  Explanation why(const JudgedRow& row) const {
    return explain(*judged_.fitted.reader, run_.parts, row.example, row.answer, kReasons);
  }
  std::string word(std::int32_t label) const {
    return escape_html(judged_.fitted.label_words[static_cast<std::size_t>(label)]);
  }

  std::string note() const {
    if (n_shown_ == 0) return "There are none.";
    std::string text = n_shown_ < wrong_.size()
                           ? fmt::format("The {} surest of {}.", n_shown_, format_count(std::ssize(wrong_)))
                           : fmt::format("All {}, the surest first.", n_shown_);
    text += " Rows are numbered from 1 among the rows that the run tests on.";
    return text + (has_reasons_ ? std::string(kReasonNote) : "");
  }

  std::string table() const {
    std::string html = "<table class=\"rows\"><thead><tr><th>row</th>";
    if (has_texts_) html += "<th class=\"left\">text</th>";
    html += "<th class=\"left\">label</th><th class=\"left\">answer</th><th>probability</th>";
    if (has_reasons_) html += "<th class=\"left\">parts that drove the answer</th>";
    html += "</tr></thead><tbody>\n";
    for (auto row = begin(); row != end(); ++row) html += table_row(*row);
    return html + "</tbody></table>\n";
  }

  std::string table_row(const JudgedRow& row) const {
    const auto place = std::ranges::lower_bound(numbered_, row.example) - numbered_.begin();
    std::string html = fmt::format("<tr><td>{}</td>", place + 1);
    if (has_texts_)
      html += fmt::format("<td class=\"left words\"><div dir=\"auto\">{}</div></td>", lines_html(text_of(row)));
    html += fmt::format("<td class=\"left\">{}</td><td class=\"left\">{}</td><td>{:.3f}</td>", word(row.label),
                        word(row.answer), row.probability);
    if (has_reasons_) html += fmt::format("<td class=\"left why\">{}</td>", reasons_html(why(row)));
    return html + "</tr>\n";
  }

  const Run& run_;
  const Judged& judged_;
  const std::vector<std::string>& texts_;
  std::vector<std::int64_t> numbered_;
  std::vector<JudgedRow> wrong_;  // all wrong answers, the surest first
  std::size_t n_shown_ = 0;
  bool has_texts_ = false, has_reasons_ = false;
};

}  // namespace

std::string wrong_answers(const Run& run, const Judged& judged, const std::vector<std::string>& texts) {
  return WrongTable(run, judged, texts).html();
}

}  // namespace partwise::internal

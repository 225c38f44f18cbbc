#include "report/html/labelled.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "prompts/prompts.h"
#include "report/markup.h"

namespace partwise::internal {
namespace {

using test::count;
using test::first_mismatch;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// 24 rows: 12 held out, of which rows 3 and 7 were answered "yes" and are labelled "no"; 10 answered, row 14 with 0.55
/// and the others with 0.8; 2 with an error.
struct Case {
  Table table{{}, "tickets.csv", {"body"}, {}, {}};
  Expected expected{"committee", {10, 12, 10.0 / 12, 0.55, 0.95}, 0.05, {}};
  std::vector<std::string> choices = {"committee", "committee", "reweight", ""};
  LabelledTable done{{"yes", "no"}, {}, {}};
  RunInfo info;
  std::string prompt = "The kind is one of: no, yes.\n\nHello\nKind:", task = "task: made\n";

  Case() {
    for (int i = 0; i < 24; ++i) table.rows.push_back({{{"body", fmt::format("text {}.", i)}}, "", {}, {}});
    for (std::size_t i = 0; i < 12; ++i) {
      const std::int32_t label = i == 3 || i == 7 ? 1 : 0;
      done.rows.push_back({i, label, {{i == 7 ? 0.95 : 0.9, i == 7 ? 0.05 : 0.1}, "", ""}, true});
    }
    for (std::size_t i = 12; i < 22; ++i)
      done.rows.push_back({i, std::nullopt, {{i == 14 ? 0.45 : 0.8, i == 14 ? 0.55 : 0.2}, "", ""}, true});
    for (std::size_t i = 22; i < 24; ++i) done.rows.push_back({i, std::nullopt, {{}, "", "too long"}});
    expected.readers = {{"most-frequent", {6, 12, 0.5, 0.25, 0.75}, 0.7, 0.1},
                        {"committee", {10, 12, 10.0 / 12, 0.55, 0.95}, 0.4, 0.05}};
    PromptRecipe recipe;
    recipe.doc_to_text = "{{body}}\nKind:";
    recipe.options = {" yes", " no"};
    info.set(facts::kRecipe, recipe);
    info.entries.insert({{"model", "tiny"}, {"labelled", "12"}, {"version", "1.2.3"}});
  }
  LabelledRow& row(std::size_t i) { return done.rows[i]; }
  std::string html() const { return labelled_html({table, expected, choices, done, info, prompt, task}); }
};

/// What lies between the two texts.
std::string between(const std::string& html, const std::string& begin, const std::string& end) {
  const std::size_t at = html.find(begin);
  return at == std::string::npos ? "" : html.substr(at, html.find(end, at) - at);
}

TEST(LabelledHtml, IsOnePageThatNeedsNothingElse) {
  const std::string html = Case().html();
  EXPECT_EQ(first_mismatch(html), "");
  for (const char* outside : {"http:", "https:", "src=", "href=\"h", "url(", "@import", "<link", "<script"})
    EXPECT_THAT(html, Not(HasSubstr(outside)));
  EXPECT_THAT(html, AllOf(HasSubstr("The labels of tickets.csv"), HasSubstr("partwise 1.2.3"), Not(HasSubstr("nan"))));
}

TEST(LabelledHtml, SaysWhatToExpectAndHowItWasFound) {
  const std::string html = Case().html();
  EXPECT_THAT(
      html,
      HasSubstr("Expect <b>83.3\u00a0%</b> of the 10 answers to be right (95\u00a0% interval 55.0 to 95.0\u00a0%)"));
  EXPECT_THAT(html, HasSubstr("(committee in 2, reweight in 1)"));
  EXPECT_THAT(html, HasSubstr("10 of 12 rows were answered right"));
  EXPECT_THAT(html, HasSubstr("<b>committee ← used</b>"));
  EXPECT_THAT(html, HasSubstr("<b>most-frequent</b><small>always the label that most rows have</small>"));
}

TEST(LabelledHtml, ListsWrongHeldOutRowsTheSurestFirst) {
  const std::string part = between(Case().html(), "Answered wrongly, or mislabelled", "</section>");
  EXPECT_EQ(count(part, "<tr><td>"), 2);
  const std::string cells = "</div></td><td class=\"left\">no</td><td class=\"left\">yes</td><td>0.9";
  EXPECT_THAT(part, HasSubstr("<tr><td>8</td><td class=\"left words\"><div dir=\"auto\">text 7." + cells + "50"));
  EXPECT_THAT(part, HasSubstr("<tr><td>4</td><td class=\"left words\"><div dir=\"auto\">text 3." + cells + "00"));
  EXPECT_LT(part.find("text 7."), part.find("text 3."));
}

TEST(LabelledHtml, ListsAnswersTheLeastSureFirst) {
  const std::string part = between(Case().html(), "<h3>The least sure", "</section>");
  EXPECT_EQ(count(part, "<tr><td>"), 10);
  EXPECT_LT(part.find("text 14."), part.find("text 12."));
  EXPECT_THAT(part, HasSubstr("<td class=\"left\">no</td><td>0.550</td><td class=\"left\">yes</td></tr>"));
  EXPECT_THAT(part, Not(HasSubstr("reasons")));
}

TEST(LabelledHtml, ShowsAtMostAHundredAnswers) {
  Case one;
  for (int i = 0; i < 100; ++i) one.done.rows.push_back({12, std::nullopt, {{0.7, 0.3}, "", ""}, true});
  const std::string part = between(one.html(), "<h3>The least sure", "</section>");
  EXPECT_EQ(count(part, "<tr><td>"), 100);
  EXPECT_THAT(part, HasSubstr("The 100 least sure of 110."));
}

TEST(LabelledHtml, CountsAnswersByLabel) {
  const std::string part = between(Case().html(), "<h2>Answers</h2>", "<h3>");
  EXPECT_THAT(
      part, AllOf(HasSubstr("<b>yes</b></td><td>9</td><td>10</td>"), HasSubstr("<b>no</b></td><td>1</td><td>2</td>")));
}

TEST(LabelledHtml, ShowsReasonsAndRowsToLabelIfThereAreAny) {
  Case one;
  EXPECT_THAT(one.html(), Not(HasSubstr("Rows to label next")));
  one.row(14).answer.reasons = "a word";
  one.row(14).ask = 1;
  one.row(12).ask = 2;
  const std::string html = one.html(), part = between(html, "Rows to label next", "</section>");
  EXPECT_THAT(between(html, "<h3>The least sure", "</section>"), HasSubstr("<td class=\"left why\">a word</td>"));
  EXPECT_THAT(part, AllOf(HasSubstr("<tr><td>15</td><td>1</td>"), HasSubstr("<tr><td>13</td><td>2</td>")));
  EXPECT_EQ(count(part, "<tr><td>"), 2);
}

TEST(LabelledHtml, SaysWhichAnswersAreLeftBlank) {
  Case one;
  one.done.giving.precision = 0.9;
  one.done.least = 0.8;
  one.row(14).is_given = false;
  const std::string html = one.html();
  EXPECT_THAT(html, HasSubstr("So that 90\u00a0% of the given answers are right, 1 of 10 are left blank: those with a "
                              "probability below 0.800."));
  EXPECT_EQ(count(html, "(left blank)"), 1);
  EXPECT_THAT(html, HasSubstr("1 left blank, 2 with an error"));
  const std::string lead = between(html, "<p class=\"lead\">", "</p>");
  EXPECT_THAT(lead, HasSubstr("<b>9</b> of 10 answers are given, and 1 is left blank, so that 90\u00a0% of the answers "
                              "are right. Of all 10, <b>83.3\u00a0%</b> would be right"));
  one.done.least = 2;
  EXPECT_THAT(one.html(), HasSubstr("so all 10 are left blank"));
}

TEST(LabelledHtml, ListsErrors) {
  const std::string part = between(Case().html(), "Rows without an answer", "</section>");
  EXPECT_THAT(
      part, AllOf(HasSubstr("2 rows could not be answered"), HasSubstr("<td>23</td><td class=\"left\">too long</td>")));
}

TEST(LabelledHtml, ShowsThePromptAndATaskThatWasMade) {
  Case one;
  EXPECT_THAT(one.html(), AllOf(HasSubstr("<br/>Hello<br/>Kind:</pre>"), HasSubstr("<pre>task: made<br/></pre>")));
  one.task = "";
  EXPECT_THAT(one.html(), Not(HasSubstr("task: made")));
}

TEST(LabelledHtml, SaysThatNothingIsKnownWithoutHeldOutRows) {
  Case one;
  one.expected = {"committee", {}, 0, {}};
  std::erase_if(one.done.rows, [](const LabelledRow& row) { return row.held_out_label.has_value(); });
  const std::string html = one.html();
  EXPECT_THAT(html, AllOf(HasSubstr("nobody knows how good the answers are"), Not(HasSubstr("nan")),
                          Not(HasSubstr("How sure the answers are"))));
  EXPECT_EQ(first_mismatch(html), "");
}

TEST(LabelledHtml, SaysThatNoRowWasWithoutALabel) {
  Case one;
  std::erase_if(one.done.rows, [](const LabelledRow& row) { return !row.held_out_label; });
  const std::string html = one.html();
  EXPECT_THAT(html, AllOf(HasSubstr("No row without a label was answered."), Not(HasSubstr("nan"))));
  EXPECT_EQ(first_mismatch(html), "");
}

TEST(LabelledHtml, EscapesEverythingThatUsersWrote) {
  const std::string hostile = "\"><script>alert('x')</script>&\x01\xff\n</div></td></pre>";
  Case one;
  one.table.name = one.prompt = one.task = hostile;
  one.done.labels = {hostile, hostile + "2"};
  for (DataRow& row : one.table.rows) row.fields["body"] = hostile;
  for (LabelledRow& row : one.done.rows)
    if (row.answer.error.empty()) row.answer.reasons = hostile, row.ask = 1;
  for (std::size_t i = 22; i < 24; ++i) one.row(i).answer.error = hostile;
  for (const char* key : {"model", "labelled", "precision", "version"}) one.info.entries[key] = hostile;
  const std::string html = one.html();
  EXPECT_EQ(first_mismatch(html), "");
  EXPECT_THAT(
      html, AllOf(Not(HasSubstr("<script")), Not(HasSubstr("alert('")), Not(HasSubstr("\x01")), Not(HasSubstr("\xff")),
                  HasSubstr("alert(&#39;x&#39;)&lt;/script&gt;&amp;\ufffd\ufffd<br/>")));
}

}  // namespace
}  // namespace partwise::internal

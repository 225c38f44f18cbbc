#include "report/html/evaluation.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "readers/explain.h"
#include "report/describe.h"
#include "report/html/confusion.h"
#include "report/markup.h"
#include "support/runs.h"

namespace partwise::internal {
namespace {

using test::count;
using test::first_mismatch;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// A run of three labels with readers that were judged on all of its rows.
struct Case {
  Run run = test::make_run(30, 3, 2, 3);
  std::vector<Judged> readers;
  std::vector<std::string> texts;

  explicit Case(const std::vector<std::string>& kinds, const std::string& word = "word") {
    run.info.entries = {{"model", "tiny"}, {"task", "numbers"}, {"labelled", "12"}, {"version", "1.2.3"}};
    for (const std::string& kind : kinds) {
      Judged& judged = readers.emplace_back();
      judged.fitted.reader = make_reader(kind);
      judged.fitted.reader->fit(run.parts, run.labels, fit_rows(run));
      for (int y = 0; y < 3; ++y) judged.fitted.label_words.push_back(fmt::format("{}{}", word, y));
      judged.evaluation = evaluate(*judged.fitted.reader, run, test_rows(run));
    }
    for (int i = 0; i < 30; ++i) texts.push_back(fmt::format("text {}.", i));
  }

  std::string html() const { return evaluation_html(run, readers, texts); }
  std::vector<JudgedRow> wrong(std::size_t reader) const {
    std::vector<JudgedRow> rows;
    for (const JudgedRow& row : readers[reader].evaluation.rows)
      if (!row.right()) rows.push_back(row);
    return rows;
  }
};

TEST(EvaluationHtml, IsOnePageThatNeedsNothingElse) {
  const std::string html = Case({"full", "comprw", "oracle"}).html();
  EXPECT_EQ(first_mismatch(html), "");
  for (const char* outside : {"http:", "https:", "src=", "href=\"h", "url(", "@import", "<link"})
    EXPECT_THAT(html, Not(HasSubstr(outside)));
  EXPECT_THAT(html, AllOf(HasSubstr("Readers of tiny on numbers"), HasSubstr("oracle [oracle]"),
                          HasSubstr("no estimate for new rows"), HasSubstr("partwise 1.2.3"), Not(HasSubstr("nan"))));
}

TEST(EvaluationHtml, HasASectionForEachReaderAndAChooserForSeveral) {
  const std::string several = Case({"full", "comprw"}).html(), one = Case({"comprw"}).html();
  EXPECT_EQ(count(several, "<section class=\"reader\""), 2);
  EXPECT_EQ(count(several, "<option "), 2);
  EXPECT_EQ(count(several, "How far probabilities can be trusted."), 2);
  EXPECT_EQ(count(one, "<section class=\"reader\""), 1);
  EXPECT_THAT(one, AllOf(Not(HasSubstr("<option")), Not(HasSubstr("<script")), Not(HasSubstr("McNemar"))));
  EXPECT_THAT(several, HasSubstr("McNemar"));
}

TEST(EvaluationHtml, ListsEveryWrongAnswerWithItsTextAndReasons) {
  const Case one({"full"});
  const std::vector<JudgedRow> wrong = one.wrong(0);
  ASSERT_GE(wrong.size(), 5u);
  const std::string html = one.html();
  EXPECT_EQ(count(html, "<td class=\"left why\">"), std::ssize(wrong));
  for (const JudgedRow& row : wrong) {
    const Explanation why = explain(*one.readers[0].fitted.reader, one.run.parts, row.example, row.answer, 3);
    EXPECT_THAT(html, HasSubstr(fmt::format("<tr><td>{}</td><td class=\"left words\"><div dir=\"auto\">text {}.</div>"
                                            "</td><td class=\"left\">word{}</td><td class=\"left\">word{}</td>"
                                            "<td>{:.3f}</td><td class=\"left why\"><code>{}</code> {:+.2f}",
                                            row.example + 1, row.example, row.label, row.answer, row.probability,
                                            why.parts[0].name, why.parts[0].contribution)));
  }
}

TEST(EvaluationHtml, LeavesOutTextsAndReasonsThatAreNotKnown) {
  Case one({"knn"});
  for (std::string& text : one.texts) text.clear();
  ASSERT_FALSE(one.wrong(0).empty());
  const std::string html = one.html();
  EXPECT_THAT(html,
              AllOf(HasSubstr("Wrong answers"), Not(HasSubstr(">text</th>")), Not(HasSubstr("drove the answer"))));
  EXPECT_EQ(first_mismatch(html), "");
}

TEST(EvaluationHtml, SaysIfNothingIsWrong) {
  Case one({"full"});
  std::erase_if(one.readers[0].evaluation.rows, [](const JudgedRow& row) { return !row.right(); });
  EXPECT_THAT(one.html(), HasSubstr("There are none."));
}

TEST(EvaluationHtml, EscapesEverythingThatUsersWrote) {
  const std::string hostile = "\"><script>alert('x')</script>&\x01\xff\n</div></td>";
  Case one({"full", "comprw"}, hostile);
  for (const char* key : {"model", "task", "template", "labelled", "precision", "version"})
    one.run.info.entries[key] = hostile;
  for (std::string& text : one.texts) text = hostile;
  for (Judged& judged : one.readers) judged.file = hostile;
  const std::string html = one.html();
  EXPECT_EQ(first_mismatch(html), "");
  EXPECT_EQ(count(html, "<script"), 1) << "the chooser's";
  EXPECT_THAT(html, AllOf(Not(HasSubstr("alert('")), Not(HasSubstr("\x01")), Not(HasSubstr("\xff")),
                          HasSubstr("alert(&#39;x&#39;)&lt;/script&gt;&amp;\ufffd\ufffd<br/>&lt;/div&gt;")));
}

TEST(ConfusionTable, ShowsCountsAndTheShareThatIsRight) {
  Array<std::int64_t> confusion({2, 2});
  confusion(0, 0) = 3;
  confusion(0, 1) = 1;
  const std::string html = confusion_table(confusion, {"no", "yes"});
  EXPECT_THAT(html, HasSubstr("<td><b>no</b></td><td class=\"share\" style=\"--share:45%\">3</td>"
                              "<td class=\"share wrong\" style=\"--share:15%\">1</td><td>4</td><td>75.0 %</td>"));
  EXPECT_THAT(html, AllOf(HasSubstr("<td>0</td><td></td></tr>"), Not(HasSubstr("nan"))));
}

TEST(ConfusionTable, OfManyLabelsIsAListOfTheMostFrequentConfusions) {
  Array<std::int64_t> confusion({31, 31});
  confusion(4, 4) = 9;
  confusion(4, 7) = 2;
  confusion(30, 0) = 5;
  std::vector<std::string> words;
  for (int y = 0; y < 31; ++y) words.push_back(fmt::format("w{}", y));
  const std::string html = confusion_table(confusion, words);
  EXPECT_EQ(count(html, "<tr>"), 3);
  EXPECT_LT(html.find("<td>w30</td><td class=\"left\">w0</td><td>5</td>"),
            html.find("<td>w4</td><td class=\"left\">w7</td><td>2</td>"));
  EXPECT_THAT(html, Not(HasSubstr("<td>9</td>")));
}

}  // namespace
}  // namespace partwise::internal

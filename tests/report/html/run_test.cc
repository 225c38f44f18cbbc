#include "report/html/run.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/input.h"
#include "report/markup.h"

namespace partwise::internal {
namespace {

using test::count;
using test::first_mismatch;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(HtmlReport, IsOnePageThatNeedsNothingElse) {
  const std::string html = html_report(test::report_input());
  EXPECT_TRUE(html.starts_with("<!DOCTYPE html>"));
  EXPECT_EQ(first_mismatch(html), "");
  for (const char* outside : {"http:", "https:", "src=", "href=", "url(", "@import", "<script", "<link"}) {
    EXPECT_THAT(html, Not(HasSubstr(outside)));
  }
  EXPECT_THAT(html, AllOf(HasSubstr("prefers-color-scheme: dark"), HasSubstr("@media print")));
  EXPECT_EQ(html, html_report(test::report_input()));
}

TEST(HtmlReport, SaysWhatItIsAbout) {
  ReportInput input = test::report_input();
  const std::string html = html_report(input);
  EXPECT_THAT(html, AllOf(HasSubstr("tiny on numbers"), HasSubstr("45,000"), HasSubstr("12,000 computed"),
                          HasSubstr("1,500 tokens/s"), HasSubstr("Direct effect only"), HasSubstr("partwise 1.2.3")));
  const Evaluation& comprw = input.evaluations[1].second;
  EXPECT_THAT(html, HasSubstr(fmt::format("<b>{:.1f}\u00a0%</b> correctly", 100 * comprw.accuracy.value)));
  EXPECT_THAT(html, HasSubstr(fmt::format("<td>{:.3f}</td>", comprw.nll)));
}

TEST(HtmlReport, ShowsEveryPartInBothFigures) {
  const ReportInput input = test::report_input();
  const std::string html = html_report(input);
  for (const ComponentStats& part : input.analysis.components) {
    EXPECT_EQ(count(html, fmt::format("<title>{}: {:.1f}\u00a0% (", component_name(part.component),
                                      100 * part.accuracy.value)),
              2);
  }
}

TEST(HtmlReport, ShowsEveryPointOfALearningCurve) {
  ReportInput input = test::report_input();
  input.curves[0].reader = "oracle";
  input.curves[1].points = {{6, {0.5, 0.75, 1.0}}, {1000, {0.9}}};
  const std::string html = html_report(input);
  EXPECT_THAT(html, AllOf(HasSubstr("<title>CompRW, 6 labelled rows: 75.0\u00a0% ± 25.0 over 3 draws</title>"),
                          HasSubstr("<title>CompRW, 1000 labelled rows: 90.0\u00a0%</title>"),
                          HasSubstr(">CompRW 90.0\u00a0%</text>"), HasSubstr("Figure 2. Accuracy over"),
                          HasSubstr("Figure 4. Accuracy against")));
  input.curves.clear();
  EXPECT_THAT(html_report(input), AllOf(HasSubstr("Figure 3. Accuracy against"), Not(HasSubstr("Figure 4"))));
}

TEST(HtmlReport, DrawsACurveOfOnePoint) {
  ReportInput input = test::report_input();
  input.analysis.full = wilson(0, 30);
  input.analysis.chance = 0;
  input.curves = {{"comprw", {{12, {0.0}}}, {}}};
  EXPECT_EQ(count(html_report(input), "nan"), 0);
}

TEST(HtmlReport, LeavesOutWhatIsNotKnown) {
  ReportInput input = test::report_input();
  input.evaluations.clear();
  input.curves.clear();
  input.info.entries.clear();
  input.stats.reset();
  input.analysis.has_certificate = false;
  const std::string html = html_report(input);
  EXPECT_EQ(first_mismatch(html), "");
  for (const char* unknown :
       {"CompRW)", "log loss", "Certificate", "tokens/s", "fingerprint", "more labels", "Brier"}) {
    EXPECT_THAT(html, Not(HasSubstr(unknown)));
  }
  EXPECT_THAT(html, HasSubstr("A language model, part by part"));
}

TEST(HtmlReport, EscapesEverythingThatUsersWrote) {
  ReportInput input = test::report_input();
  const std::string hostile = "\"><script>alert('x')</script>&\x01\xff";
  for (const char* key : {"model", "task", "template", "labelled", "precision", "version", "fingerprint"}) {
    input.info.entries[key] = hostile;
  }
  for (std::string& word : input.label_words) word = hostile;
  input.evaluations[1].first = hostile;
  const std::string html = html_report(input);
  EXPECT_EQ(first_mismatch(html), "");
  EXPECT_THAT(html, AllOf(Not(HasSubstr("<script")), Not(HasSubstr("\x01")), Not(HasSubstr("\xff"))));
  EXPECT_THAT(html, HasSubstr("&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)"));
}

TEST(HtmlReport, SaysWhetherTheCertificateHolds) {
  ReportInput input = test::report_input();
  EXPECT_THAT(html_report(input), HasSubstr("✓"));
  input.analysis.certificate_max = 2e-4;
  EXPECT_THAT(html_report(input), HasSubstr("✗"));
}

TEST(HtmlReport, TakesAnyShape) {
  for (auto [n_layers, n_heads, n_labels] : {std::tuple{1, 1, 2}, {2, 40, 2}, {40, 2, 9}, {12, 64, 14}}) {
    const std::string html = html_report(test::report_input(n_layers, n_heads, n_labels));
    EXPECT_EQ(first_mismatch(html), "");
    for (const char* wrong : {"nan", "inf\"", " x=\"-", " y=\"-", " width=\"-", " height=\"-"}) {
      EXPECT_EQ(count(html, wrong), 0) << wrong;
    }
  }
}

TEST(HtmlReport, ShowsWhatIsWarnedOfBeforeAnyNumber) {
  ReportInput input = test::report_input();
  EXPECT_THAT(html_report(input), Not(HasSubstr("class=\"warnings\"")));
  input.warnings = {{"double-bos", "two <s>", "take one out"}, {"x", "y", "z"}};
  const std::string html = html_report(input);
  EXPECT_THAT(html,
              HasSubstr("<li>two &lt;s&gt; <code>double-bos</code><small>What to do: take one out.</small></li>"));
  EXPECT_LT(html.find("class=\"warnings\""), html.find("<h2>Readers"));
}

}  // namespace
}  // namespace partwise::internal

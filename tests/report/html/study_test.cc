#include "report/html/study.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "report/html/study_sections.h"
#include "support/studies.h"

namespace partwise::internal {
namespace {

using test::study_with_parts;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(StudyHtml, IsOnePageThatNeedsNothingElse) {
  const std::string html = study_html(study_with_parts());
  for (const char* outside : {"http:", "https:", "src=", "url(", "@import", "<link"})
    EXPECT_THAT(html, Not(HasSubstr(outside)));
  EXPECT_THAT(html, AllOf(HasSubstr("prefers-color-scheme: dark"), HasSubstr("@media print")));
  EXPECT_EQ(html, study_html(study_with_parts()));
}

TEST(StudyHtml, KeepsTextsFromBreakingThePage) {
  const std::string html = study_html(study_with_parts());
  EXPECT_THAT(html, AllOf(Not(HasSubstr("m<1>")), Not(HasSubstr("<b>bad")), Not(HasSubstr("</script> fine"))));
  EXPECT_THAT(html, AllOf(HasSubstr("m&lt;1&gt;"), HasSubstr("\\u003c/script> fine"), HasSubstr("no &lt;reason&gt;")));
  EXPECT_THAT(html, HasSubstr("href=\"#m%3C1%3E/L0H0\""));
}

TEST(StudyHtml, SaysWhatItComesTo) {
  const std::string html = study_html(study_with_parts());
  EXPECT_THAT(html, HasSubstr("1 model on 1 task, part by part"));
  EXPECT_THAT(html, HasSubstr("answers 62.5\u00a0% of the rows correctly with 8 demonstrations"));
  EXPECT_THAT(html, HasSubstr("The best method that saw no test row is Reweight, K = 8: 87.5\u00a0%, +25.0 points"));
  EXPECT_THAT(html, HasSubstr("Oracle (best part, test labels) [oracle]"));
}

TEST(StudyHtml, WarnsOfWhatRunsWarnOf) {
  StudyResults results = study_with_parts();
  EXPECT_THAT(study_html(results), Not(HasSubstr("class=\"warnings\"")));
  results.models[0].runs[1].warnings = {{"double-bos", "two <s>", "take it out"}};
  EXPECT_THAT(study_html(results), AllOf(HasSubstr("films, 1 of 4 runs: two &lt;s&gt; <code>double-bos</code>"),
                                         HasSubstr("What to do: take it out.")));
}

TEST(PartPages, SumConfusionsAndNameExamples) {
  const OrderedJson json = part_pages_json(study_with_parts());
  const OrderedJson& part = json["models"]["m<1>"]["tasks"]["films"]["parts"][0];
  EXPECT_EQ(part["confusion"], (OrderedJson{8, 0, 4, 4}));
  EXPECT_EQ(part["accuracies"], (OrderedJson{0.75, 0.75}));
  EXPECT_EQ(json["texts"]["films"]["5"], "six");
  EXPECT_FALSE(json["texts"]["films"].contains("4"));  // no part's example
}

}  // namespace
}  // namespace partwise::internal

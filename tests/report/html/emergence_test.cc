#include "report/html/emergence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/emergence_points.h"

namespace partwise::internal {
namespace {

using test::point;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(EmergenceHtml, IsOnePageThatNeedsNothingElseAndEscapesNames) {
  const std::string html = emergence_html(emergence({point(0, 2, 0.25)}, point(0, 1, 0.5)), "<b>/step*", "a & b");
  for (const char* outside : {"http:", "https:", "src=", "href=", "url(", "<script", "<link", "<b>/"})
    EXPECT_THAT(html, Not(HasSubstr(outside)));
  EXPECT_THAT(html, AllOf(HasSubstr("&lt;b&gt;/step* in training, on a &amp; b"), HasSubstr("untrained, full model"),
                          HasSubstr("weights as they are before training")));
}

}  // namespace
}  // namespace partwise::internal

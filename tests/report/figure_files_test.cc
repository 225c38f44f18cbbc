#include "report/figure_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/studies.h"

namespace partwise::internal {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(StudyFigures, AreFilesOfTheirOwn) {
  const auto figures = study_figures(test::study_with_parts());
  ASSERT_EQ(figures.size(), 3u);  // methods, the task's map, accuracy against bias
  EXPECT_EQ(figures[1].first, "m-1--map-films.svg");
  for (const auto& [name, svg] : figures) {
    EXPECT_TRUE(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
    EXPECT_THAT(svg, AllOf(HasSubstr("<style>"), HasSubstr("aria-label")));
  }
}

}  // namespace
}  // namespace partwise::internal

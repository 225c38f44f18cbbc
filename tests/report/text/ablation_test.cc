#include "report/text/ablation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/ablations.h"
#include "report/text/widest_line.h"

namespace partwise::internal {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(AblationText, HasALineForEachPart) {
  const std::string text = ablation_text(test::two_ablations(), false);
  EXPECT_THAT(text, StartsWith("  part    alone  direct effect  total effect  model without it      gain by it, points"
                               "  answers changed\n"
                               "  L0MLP  50.0 %         +0.250        +1.500            25.0 %  +50.0 (-12.5 to +75.0)"
                               "           50.0 %\n"
                               "  L0H0   25.0 %         -1.000        +0.000            75.0 %   +0.0 (-25.0 to +25.0)"
                               "            0.0 %\n"));
  EXPECT_THAT(text, HasSubstr("answers 75.0 % of 4 rows correctly"));
}

TEST(AblationText, FitsATerminal) {
  EXPECT_LE(test::widest_line(ablation_text(test::two_ablations(), false, 50)), 50u);
}

TEST(AblationText, SaysWhatStandsInAPartsPlace) {
  Ablations found = test::two_ablations();
  EXPECT_THAT(ablation_text(found, false), HasSubstr("every position (zero"));
  found.with_mean = true;
  EXPECT_THAT(ablation_text(found, false), HasSubstr("every position (its mean"));
}

}  // namespace
}  // namespace partwise::internal

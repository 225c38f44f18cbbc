#include "report/text/emergence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/emergence_points.h"

namespace partwise::internal {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(EmergenceText, HoldsThePointsAndTheControl) {
  EXPECT_THAT(emergence_text(test::two_steps_and_control(), false),
              AllOf(HasSubstr("step3"), HasSubstr("untrained"), HasSubstr("3 parts, 8 ")));
}

}  // namespace
}  // namespace partwise::internal

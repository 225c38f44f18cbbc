#include "report/data/emergence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "report/emergence_points.h"

namespace partwise::internal {
namespace {

using ::testing::HasSubstr;

TEST(EmergenceCsv, HoldsThePointsAndTheControl) {
  const std::string csv = emergence_csv(test::two_steps_and_control());
  // The interval: scipy.stats.binomtest(7, 8).proportion_ci(method="wilson")
  EXPECT_THAT(csv, HasSubstr("step3,3,8,0.875,0.529"));
  EXPECT_THAT(csv, HasSubstr(",0.25,L0H1,0.75,0.375,0.125,0.1875,0.25,0.375,0.5,"));
  EXPECT_THAT(csv, HasSubstr("\nuntrained,,8,0.125,"));
}

TEST(EmergenceJson, HoldsThePointsAndTheControl) {
  const OrderedJson json = emergence_json(test::two_steps_and_control());
  EXPECT_EQ(json["checkpoints"][1]["step"], 3);
  EXPECT_EQ(json["control"]["step"], nullptr);
  // r: scipy.stats.pearsonr
  EXPECT_NEAR(json["checkpoints"][0]["correlation"].get<double>(), 0.6546536707079772, 1e-15);
}

}  // namespace
}  // namespace partwise::internal

#include "report/data/ablation.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "report/ablations.h"

namespace partwise::internal {
namespace {

TEST(AblationJson, HoldsEveryNumber) {
  const OrderedJson json = ablation_json(test::two_ablations(), {{"code", "message", "hint"}});
  EXPECT_EQ(json["ablate_with"], "zero");
  EXPECT_EQ(json["n"], 4);
  EXPECT_EQ(json["accuracy"], 0.75);
  EXPECT_EQ(json["parts"][0].dump(),
            R"({"name":"L0MLP","accuracy_alone":0.5,"direct_effect":0.25,"total_effect":1.5,"accuracy_without":0.25,)"
            R"("gain":{"value":0.5,"low":-0.125,"high":0.75},"answers_changed":0.5})");
  EXPECT_EQ(json["parts"][1]["name"], "L0H0");
  EXPECT_EQ(json["warnings"][0]["code"], "code");
}

}  // namespace
}  // namespace partwise::internal

#include "report/text/decompose_plan.h"

#include <gtest/gtest.h>

namespace partwise::internal {
namespace {

DecomposePlan small_plan() {
  DecomposePlan plan;
  plan.model = "tiny";
  plan.n_parameters = 43168;
  plan.n_components = 15;
  plan.n_prompts = 28;
  plan.label_words = {"good", "bad"};
  plan.stats = {.n_prompt_tokens = 2231, .n_computed_tokens = 442, .flops = 2.5e12, .n_groups = 1, .memory = 3200000};
  return plan;
}

TEST(DecomposePlanText, HasALineForEachFact) {
  EXPECT_EQ(decompose_plan_text(small_plan(), ""),
            "model     tiny, 43,168 parameters, 15 components\n"
            "prompts   28\n"
            "labels    good, bad\n"
            "tokens    2,231 in all, 442 to compute, 2.5 TFLOP\n"
            "memory    about 3.2 MB, 1 group of prompts\n");
}

TEST(DecomposePlanText, SaysWhatIsOutOfTheOrdinary) {
  DecomposePlan plan = small_plan();
  plan.has_split = true;
  plan.n_pool = 6;
  plan.n_test = 1022;
  plan.content_free = "3 content-free";
  plan.too_long = TooLongRows{TooLong::cut, 2, 1028, 256, {"line 3"}, {}};
  plan.warnings = {{"double-bos", "two\033", "take one out"}};
  plan.stored = "z (1 kB)";
  plan.without = {"L0H0", "L1MLP"};
  plan.with_mean = true;
  plan.stats.n_groups = 2;
  EXPECT_EQ(decompose_plan_text(plan, "9 rows"),
            "model     tiny, 43,168 parameters, 15 components\n"
            "prompts   6 in the pool, 1,022 to test on, 3 content-free\n"
            "labels    good, bad\n"
            "warning   " +
                describe(*plan.too_long) +
                "\n"
                "warning   two\uFFFD [double-bos]\n"
                "not used  9 rows\n"
                "tokens    2,231 in all, 442 to compute, 2.5 TFLOP\n"
                "stored    z (1 kB)\n"
                "without   L0H0, L1MLP, after a pass that finds their means\n"
                "memory    about 3.2 MB, 2 groups of prompts\n");
}

TEST(SeriesPlanText, NamesTheFirstAndTheLastCheckpoint) {
  EXPECT_EQ(series_plan_text({{"step0", {}}, {"step8", {}}}),
            "series    2 checkpoints, step0 to step8; each of them:\n");
  EXPECT_EQ(series_plan_text({{"step0", {}}}), "series    1 checkpoint, step0 to step0; each of them:\n");
}

}  // namespace
}  // namespace partwise::internal

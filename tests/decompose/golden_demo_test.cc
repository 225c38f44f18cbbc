// Compares the demo model, which is real and quantised, with decompositions by another program
// (scripts/make-demo-golden).
#include <gtest/gtest.h>

#include <algorithm>

#include "decompose/decompose.h"
#include "support/golden.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

// A float32 sum of 1,536 products (the widest here) is off by about sqrt(1536) * 2^-24 = 2.3e-6 of its size, since its
// roundings are independent. The model has 60 blocks in a row, and each reads the results of those before. If no error
// cancels another, they add up to at most 60 times that: 1.4e-4. Weights are exact in both programs.
constexpr double kBound = 2e-4;

TEST(GoldenDemo, GivesEveryPart) {
  const auto path = test::demo_model();
  if (!path) GTEST_SKIP() << "the demo model is not here (make demo fetches it)";
  const test::Golden golden = test::read_golden(test::source_dir() / "tests" / "golden-demo");
  ASSERT_EQ(golden.heads.shape(), (Shape{4, 30, 9, 4}));
  const Contributions g = decompose(Model::load(*path), *make_cpu_backend(), golden.prompts);
  EXPECT_LT(test::relative_miss(g.heads.flat(), golden.heads.flat()), kBound);
  EXPECT_LT(test::relative_miss(g.mlps.flat(), golden.mlps.flat()), kBound);
  EXPECT_LT(test::relative_miss(g.embed.flat(), golden.embed.flat()), kBound);
  EXPECT_LT(test::relative_miss(g.bias.flat(), golden.bias.flat()), kBound);
  EXPECT_LT(test::relative_miss(g.logits.flat(), golden.logits.flat()), kBound);
  EXPECT_LT(*std::ranges::max_element(g.certificate.flat()), 1e-5);
}

}  // namespace
}  // namespace partwise::internal

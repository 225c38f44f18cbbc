#include "decompose/label_directions.h"

#include <gtest/gtest.h>

#include "support/paths.h"

namespace partwise::internal {
namespace {

const Model& tiny_gemma() {  // which has a norm after attention
  static const Model model = Model::load(test::source_dir() / "tests" / "golden" / "tiny-gemma3");
  return model;
}

const Backend& backend() {
  static const auto reference = make_reference_backend();
  return *reference;
}

std::vector<float> values(const OwnedRows& rows) {
  HostMatrix host(rows.n_rows(), rows.n_cols());
  backend().download(rows.view(), host.view());
  return host.values;
}

TEST(LabelDirections, AreTheSameKeptOrNot) {
  const LabelDirections kept(tiny_gemma(), backend(), {5, 9}, true), made(tiny_gemma(), backend(), {5, 9}, false);
  for (std::int64_t l = 0; l < tiny_gemma().config().n_layers; ++l) {
    const LayerWeights layer = tiny_gemma().layer(l);
    const auto first = kept.folded(layer, l);
    EXPECT_EQ(values(*first), values(*made.folded(layer, l)));
    EXPECT_EQ(kept.folded(layer, l), first) << "made once";
    EXPECT_NE(made.folded(layer, l), made.folded(layer, l)) << "made each time";
  }
}

TEST(LabelCache, KeepsTheFourThatWereUsedLast) {
  LabelCache cache;
  const auto first = cache.get(tiny_gemma(), backend(), {5, 9});
  for (const std::int32_t id : {10, 11, 12}) cache.get(tiny_gemma(), backend(), {5, id});
  EXPECT_EQ(cache.get(tiny_gemma(), backend(), {5, 9}), first);
  const auto second = cache.get(tiny_gemma(), backend(), {5, 10});
  cache.get(tiny_gemma(), backend(), {5, 13});  // in place of {5, 11}
  EXPECT_EQ(cache.get(tiny_gemma(), backend(), {5, 9}), first);
  EXPECT_EQ(cache.get(tiny_gemma(), backend(), {5, 10}), second);
}

}  // namespace
}  // namespace partwise::internal

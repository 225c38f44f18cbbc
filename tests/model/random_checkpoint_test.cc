// Untrained models on disk.
#include "model/random_checkpoint.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/json.h"
#include "model/model.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

// Parameter counts of the publishers' weight files.
TEST(KnownShapes, HaveThePublishedNumberOfParameters) {
  const std::map<std::string_view, std::int64_t> published = {
      {"llama-2-7b", 6'738'415'616}, {"llama-2-13b", 13'015'864'320}, {"mistral-7b", 7'241'732'096},
      {"llama-3-8b", 8'030'261'248}, {"pythia-6.9b", 6'857'302'016},  {"gpt2-xl", 1'557'611'200},
      {"gemma-2-9b", 9'241'705'984}, {"olmo-3-7b", 7'298'011'136},    {"qwen3-30b-a3b", 30'532'122'624}};
  ASSERT_EQ(known_shapes().size(), published.size());
  for (const KnownShape& shape : known_shapes())
    EXPECT_EQ(random_checkpoint_bytes(Json::parse(shape.config), DType::bf16), 2 * published.at(shape.name))
        << shape.name;
}

/// A published shape, made small.
Json small(std::string_view config) {
  Json json = Json::parse(config);
  if (json["model_type"] == "gpt2") {
    json.update({{"n_embd", 32}, {"n_inner", 48}, {"n_layer", 2}, {"n_head", 4}, {"vocab_size", 50}});
    return json;
  }
  json.update({{"hidden_size", 32},
               {"intermediate_size", 48},
               {"num_hidden_layers", 2},
               {"num_attention_heads", 4},
               {"vocab_size", 50}});
  if (json.contains("num_key_value_heads")) json["num_key_value_heads"] = 2;
  if (json.contains("num_experts")) json.update({{"num_experts", 4}, {"moe_intermediate_size", 16}});
  if (json.contains("num_experts_per_tok")) json["num_experts_per_tok"] = 2;
  return json;
}

std::vector<float> all_rows(const RowReader& source) {
  std::vector<float> values(static_cast<std::size_t>(source.rows * source.cols));
  source.read(0, {values.data(), source.rows, source.cols, source.cols});
  return values;
}

TEST(RandomCheckpoint, HoldsWhatRandomInitDraws) {
  for (const KnownShape& shape : known_shapes()) {
    const test::TempDir dir;
    std::int64_t shards = 0;
    write_random_checkpoint(dir.path(), small(shape.config), DType::f32, 5,
                            [&](const Progress& p) { shards = p.done; });
    EXPECT_EQ(shards, 4) << "embedding, two layers, the rest";
    const Model written = Model::load(dir.path()), drawn = Model::load(dir.path(), {.random_init = 5});
    const auto mlp = [](const Model& model) {
      return model.config().has_experts(1) ? model.expert(1, 3) : model.layer(1).mlp;
    };
    EXPECT_EQ(all_rows(mlp(written).out), all_rows(mlp(drawn).out)) << shape.name;
    EXPECT_EQ(all_rows(mlp(written).in), all_rows(mlp(drawn).in)) << shape.name;
    EXPECT_EQ(written.final_norm().gain, drawn.final_norm().gain);
    const std::vector<std::int32_t> ids = {0, 49};
    EXPECT_EQ(written.embed(ids).values, drawn.embed(ids).values);
    EXPECT_NE(drawn.embed(ids).values, Model::load(dir.path(), {.random_init = 6}).embed(ids).values);
  }
}

TEST(RandomCheckpoint, AnInterruptedOneIsNoModel) {
  const test::TempDir dir;
  const auto stop = [](const Progress& p) {
    if (p.done == 3) throw Error(ErrorCode::interrupted, "stopped");
  };
  EXPECT_THROW(write_random_checkpoint(dir.path(), small(known_shapes()[0].config), DType::f16, 0, stop), Error);
  EXPECT_THROW(Model::load(dir.path()), Error);
}

}  // namespace
}  // namespace partwise::internal

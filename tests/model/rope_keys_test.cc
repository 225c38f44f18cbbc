// All spellings of rope settings, in folders and in the keys of GGUF files.
#include "model/rope_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/file.h"
#include "base/json.h"
#include "model/model.h"
#include "support/errors.h"
#include "support/golden.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// A golden model whose only rope settings are these.
RopeConfig rope_of(const Json& changes, const std::string& name = "tiny-llama") {
  const std::filesystem::path golden = test::source_dir() / "tests" / "golden" / name;
  const test::TempDir dir;
  Json config = read_json_file(golden / "config.json");
  config.erase("rope_parameters");
  config.update(changes);
  test::link_model(golden, config.dump(), dir / "model");
  return Model::load(dir / "model").config().rope;
}

std::string refusal_of(const Json& changes, const std::string& name = "tiny-llama") {
  const Error error = test::error_of([&] { rope_of(changes, name); });
  EXPECT_EQ(error.code(), ErrorCode::bad_data);
  std::string said = std::string(error.what()) + " | " + error.hint();
  for (const std::string& unknown : error.refused_names()) said += " | allow-unknown " + unknown;
  return said;
}

TEST(RopeKeys, DynamicScalingPassesInBothSpellings) {
  EXPECT_EQ(rope_of({{"rope_theta", 500.0}, {"rope_scaling", {{"type", "dynamic"}, {"factor", 2.0}}}}).type, "dynamic");
  const Json newer = {{"rope_type", "dynamic"}, {"factor", 2.0}, {"rope_theta", 500.0}};
  EXPECT_EQ(rope_of({{"rope_parameters", newer}}).theta, 500);
  // HunYuan's also changes the base of short prompts.
  EXPECT_THAT(refusal_of({{"rope_scaling", {{"type", "dynamic"}, {"factor", 2.0}, {"alpha", 1000.0}}}}),
              HasSubstr("'alpha'"));
}

TEST(RopeKeys, BothSpellingsMayAgree) {
  const Json newer = {{"rope_type", "linear"}, {"factor", 2.0}, {"rope_theta", 50000.0}};
  const Json older = {{"type", "linear"}, {"factor", 2}};
  const RopeConfig rope = rope_of({{"rope_parameters", newer}, {"rope_scaling", older}, {"rope_theta", 50000.0}});
  EXPECT_EQ(rope.type, "linear");
  EXPECT_EQ(rope.factor, 2);
  EXPECT_EQ(rope.theta, 50000);
  EXPECT_EQ(rope_of({{"rope_parameters", newer}, {"rope_scaling", nullptr}}).theta, 50000);
}

TEST(RopeKeys, SpellingsThatDifferAreRefusedByBothNames) {
  const Json newer = {{"rope_type", "linear"}, {"factor", 2.0}, {"rope_theta", 50000.0}};
  const auto both = AllOf(HasSubstr("'rope_parameters' (linear, theta 50000, factor 2)"), HasSubstr("'rope_scaling'"),
                          Not(HasSubstr("allow-unknown")));
  EXPECT_THAT(refusal_of({{"rope_parameters", newer}, {"rope_scaling", {{"type", "dynamic"}, {"factor", 2.0}}}}), both);
  EXPECT_THAT(refusal_of({{"rope_parameters", newer}, {"rope_scaling", {{"type", "linear"}, {"factor", 4.0}}}}), both);
  EXPECT_THAT(refusal_of({{"rope_parameters", newer}, {"rope_theta", 10000.0}}),
              HasSubstr("rope_parameters: 'rope_theta' is 50000, and 10000 beside"));
  EXPECT_THAT(refusal_of({{"rope_scaling", {{"type", "linear"}, {"rope_type", "yarn"}, {"factor", 2.0}}}}),
              HasSubstr("'type' is 'linear', and 'rope_type' is 'yarn'"));
}

TEST(RopeKeys, AFactorIsMoreThanNothing) {
  for (const char* type : {"linear", "dynamic", "llama3", "yarn"})
    for (const double factor : {-2.0, 0.0})
      EXPECT_THAT(refusal_of({{"rope_scaling", {{"type", type}, {"factor", factor}}}}),
                  AllOf(HasSubstr("'factor' is "), HasSubstr("must be more than 0")))
          << type;
}

TEST(RopeKeys, OtherTypesAreRefusedBeforeTheirParameters) {
  for (const char* type : {"ntk", "proportional", "mrope"})
    EXPECT_THAT(
        refusal_of({{"rope_scaling", {{"type", type}, {"short_factor", {1.0}}, {"long_factor", {2.0}}}}}),
        AllOf(HasSubstr(": rope scaling of the types default, linear, dynamic, llama3, yarn, longrope is supported"),
              HasSubstr(type), Not(HasSubstr("factor'")), Not(HasSubstr("allow-unknown"))));
}

// What transformers computes of the same keys (modeling_rope_utils, _compute_longrope_parameters).
TEST(RopeKeys, LongropeTakesTheShortFactorsAndTheFactorOfTheLongContext) {
  const Json factors = {{"short_factor", {1, 1.5, 2, 2.5}}, {"long_factor", {2, 3, 4, 5}}};
  Json keys = factors;
  keys.update({{"type", "su"}, {"original_max_position_embeddings", 64}});
  const RopeConfig rope = rope_of({{"rope_scaling", keys}});
  EXPECT_EQ(rope.type, "longrope");
  EXPECT_EQ(rope.divisors, (std::vector<float>{1, 1.5, 2, 2.5}));
  EXPECT_NEAR(rope.attention_factor, std::sqrt(1 + std::log(4.0) / std::log(64.0)), 1e-15);  // 256 / 64
  keys["attention_factor"] = 1.25;
  EXPECT_EQ(rope_of({{"rope_scaling", keys}}).attention_factor, 1.25);
  keys["short_factor"] = {1, 1.5};
  EXPECT_THAT(refusal_of({{"rope_scaling", keys}}), HasSubstr("2 factors for 4 pairs"));
  keys.erase("short_factor");
  EXPECT_THAT(refusal_of({{"rope_scaling", keys}}), HasSubstr("'short_factor' is missing"));
}

TEST(RopeKeys, YarnTakesWhatItDoesNotSayFromTransformers) {
  const RopeConfig rope = rope_of({{"rope_scaling", {{"type", "yarn"}, {"factor", 4.0}}}});
  EXPECT_EQ(rope.original_context, 256);  // max_position_embeddings
  EXPECT_EQ(rope.beta_fast, 32);
  EXPECT_EQ(rope.beta_slow, 1);
  EXPECT_TRUE(rope.truncate);
  EXPECT_NEAR(rope.attention_factor, 1.138629436111989, 1e-15);
}

TEST(RopeKeys, YarnReadsAllItsKeys) {
  const Json keys = {{"rope_type", "yarn"}, {"factor", 8.0},         {"original_max_position_embeddings", 64},
                     {"beta_fast", 16},     {"beta_slow", 0},        {"truncate", false},
                     {"mscale", 0.707},     {"mscale_all_dim", 0.5}, {"finetuned", true}};
  const RopeConfig rope = rope_of({{"rope_scaling", keys}});
  EXPECT_EQ(rope.original_context, 64);
  EXPECT_EQ(rope.beta_fast, 16);
  EXPECT_EQ(rope.beta_slow, 1);  // 0 means 1
  EXPECT_FALSE(rope.truncate);
  EXPECT_NEAR(rope.attention_factor, 1.0389905150739585, 1e-15);
  Json own = keys;
  own["attention_factor"] = 1.5;
  EXPECT_EQ(rope_of({{"rope_scaling", own}}).attention_factor, 1.5);
}

TEST(RopeKeys, YarnRefusesWhatProgramsReadDifferently) {
  EXPECT_THAT(refusal_of({{"rope_scaling", {{"type", "yarn"}, {"factor", 4.0}, {"attn_factor", 0.88}}}}),
              AllOf(HasSubstr("'attn_factor' (in rope_scaling) is 0.88; only 1"), Not(HasSubstr("allow-unknown"))));
  const Json yarn = {{"type", "yarn"}, {"factor", 4.0}, {"original_max_position_embeddings", 64}};
  EXPECT_THAT(refusal_of({{"rope_scaling", yarn}, {"original_max_position_embeddings", 128}}),
              HasSubstr("is 64, and 128"));
  EXPECT_THAT(refusal_of({{"rope_scaling", {{"type", "yarn"}}}}), HasSubstr("'factor' is missing"));
}

TEST(RopeKeys, GptNeoxKeepsItsOwnNamesForBaseAndShare) {
  const Json own = {{"rotary_emb_base", 500}, {"rotary_pct", 0.5}};
  Json written_by_transformers = own;
  written_by_transformers.update({{"rope_theta", 500}, {"partial_rotary_factor", 0.5}, {"rope_scaling", nullptr}});
  EXPECT_EQ(rope_of(own, "tiny-pythia").theta, 500);
  EXPECT_EQ(rope_of(written_by_transformers, "tiny-pythia").theta, 500);
  EXPECT_THAT(refusal_of({{"rope_theta", 500}}, "tiny-pythia"), HasSubstr("'rope_theta' is 500; only 10000.0"));
}

TEST(RopeKeys, TwoSharesOfGptNeoxMustAgree) {
  const Json quarter = {{"partial_rotary_factor", 0.25}};
  EXPECT_THAT(refusal_of({{"rotary_pct", 0.5}, {"rope_parameters", quarter}}, "tiny-pythia"),
              HasSubstr("'partial_rotary_factor' is 0.25, and 'rotary_pct' beside this object 0.5"));
  EXPECT_EQ(rope_of({{"rotary_pct", 0.25}, {"rope_parameters", quarter}}, "tiny-pythia").theta, 10000);
}

RopeConfig gguf_yarn(const Json& keys) {
  static const std::set<std::string> none;
  ConfigReader reader(keys, "model.gguf", none);
  RopeConfig rope{.type = "yarn"};
  read_gguf_yarn(reader, "llama.", 1024, rope);
  reader.refuse_rest();
  return rope;
}

TEST(RopeKeys, GgufNamesYarnsNumbers) {
  const RopeConfig plain = gguf_yarn({{"llama.rope.scaling.factor", 4.0}});
  EXPECT_EQ(plain.factor, 4);
  EXPECT_EQ(plain.original_context, 1024);
  EXPECT_NEAR(plain.attention_factor, 1.138629436111989, 1e-15);
  const RopeConfig full = gguf_yarn({{"llama.rope.scaling.factor", 4.0},
                                     {"llama.rope.scaling.original_context_length", 256},
                                     {"llama.rope.scaling.yarn_beta_fast", 16.0},
                                     {"llama.rope.scaling.yarn_beta_slow", 2.0},
                                     {"llama.rope.scaling.yarn_ext_factor", 1.0},
                                     {"llama.rope.scaling.yarn_attn_factor", 1.5},
                                     {"llama.rope.scaling.attn_factor", 0.5}});
  EXPECT_EQ(full.original_context, 256);
  EXPECT_EQ(full.beta_fast, 16);
  EXPECT_EQ(full.beta_slow, 2);
  EXPECT_EQ(full.attention_factor, 0.75);
  EXPECT_THROW(gguf_yarn({{"llama.rope.scaling.factor", 4.0}, {"llama.rope.scaling.yarn_log_multiplier", 0.1}}), Error);
}

}  // namespace
}  // namespace partwise::internal

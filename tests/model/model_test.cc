// Loading models: what is refused, and the names in the messages.
#include "model/model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "formats/safetensors.h"
#include "support/errors.h"
#include "support/golden.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::filesystem::path kTiny = test::source_dir() / "tests" / "golden" / "tiny-llama";

/// tiny-llama with a changed configuration.
class ModelLoading : public testing::Test {
 protected:
  Json config = read_json_file(kTiny / "config.json");

  Model load(const ModelOptions& options = {}) {
    test::link_model(kTiny, config.dump(), dir / "model");
    return Model::load(dir / "model", options);
  }

  void expect_refused(const std::string& what) {
    try {
      load();
      FAIL() << "loaded; expected an error about " << what;
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ErrorCode::bad_data);
      EXPECT_THAT(e.what(), HasSubstr(what));
    }
    std::filesystem::remove_all(dir / "model");
  }

  test::TempDir dir;
};

TEST_F(ModelLoading, UnchangedIsFine) {
  const Model model = load();
  EXPECT_EQ(model.config().n_layers, 3);
  EXPECT_EQ(model.config().arch, "llama");
  EXPECT_GT(model.n_parameters(), 0);
}

TEST_F(ModelLoading, UnknownArchitecture) {
  config["model_type"] = "mamba";
  expect_refused("'mamba'");
}

TEST_F(ModelLoading, ArchitecturesOfOtherKindsAreCalledByThem) {
  const std::pair<const char*, const char*> kinds[] = {{"bert", "an encoder"},
                                                       {"t5", "with a decoder"},
                                                       {"deepseek_v3", "mixture of experts"},
                                                       {"qwen2_vl", "pictures"},
                                                       {"falcon_mamba", "without attention"}};
  for (const auto& [type, kind] : kinds) {
    config["model_type"] = type;
    expect_refused(kind);
  }
}

TEST_F(ModelLoading, UnknownKey) {
  config["attn_logit_softcapping"] = 50.0;
  expect_refused("'attn_logit_softcapping'");
}

TEST_F(ModelLoading, UnknownKeyMayBeAllowed) {
  config["attn_logit_softcapping"] = 50.0;
  EXPECT_NO_THROW(load({.allow_unknown = {"attn_logit_softcapping"}}));
}

TEST_F(ModelLoading, AllThatIsUnknownIsRefusedAtOnceWithOneLineThatAllowsIt) {
  config["one_thing"] = 1;
  config["rope_parameters"]["other thing"] = 2;
  const Error error = test::error_of([&] { load(); });
  EXPECT_THAT(error.what(), HasSubstr("'other thing' (in rope_parameters), 'one_thing' are not known here"));
  EXPECT_THAT(error.refused_names(), ElementsAre("other thing", "one_thing"));
  std::filesystem::remove_all(dir / "model");
  EXPECT_NO_THROW(load({.allow_unknown = {"one_thing", "other thing"}}));
}

TEST_F(ModelLoading, WhatIsNotSupportedIsRefusedWithWhatIsUnknown) {
  config["one_thing"] = 1;
  config["rope_interleaved"] = true;
  const Error error = test::error_of([&] { load(); });
  EXPECT_THAT(error.what(), HasSubstr("'rope_interleaved' is true; only false is supported"));
  EXPECT_THAT(error.what(), HasSubstr("'one_thing' is not known here"));
  EXPECT_EQ(error.hint(), "");  // allowing one name would leave the other refused
}

TEST_F(ModelLoading, KeysOfKindsThatChangeNothingPass) {
  config.update({{"unsloth_version", "2025.3"},
                 {"_model_name_or_path", "x"},
                 {"unk_token_id", 0},
                 {"top_k", 50},
                 {"hidden_dropout_prob", 0.1},
                 {"max_sequence_length", 64},
                 {"qkv_bias", false},
                 {"pad_token_id", -1}});
  EXPECT_NO_THROW(load());
}

TEST_F(ModelLoading, UnknownKeyThatIsNullIsNone) {
  config["attn_logit_softcapping"] = nullptr;
  EXPECT_NO_THROW(load());
}

TEST_F(ModelLoading, OtherActivation) {
  config["hidden_act"] = "gelu";
  expect_refused("'hidden_act'");
}

TEST_F(ModelLoading, UnknownRopeScaling) {
  config["rope_parameters"] = {{"rope_type", "ntk"}, {"rope_theta", 10000.0}, {"factor", 2}};
  expect_refused("'ntk'");
}

TEST_F(ModelLoading, UnknownRopeKey) {
  config["rope_parameters"] = {{"rope_type", "default"}, {"rope_theta", 10000.0}, {"mscale", 2.0}};
  expect_refused("'mscale'");
}

TEST_F(ModelLoading, RopeInBothSpellings) {
  config["rope_scaling"] = {{"rope_type", "linear"}, {"factor", 4.0}};
  expect_refused("'rope_scaling'");
  config["rope_scaling"] = nullptr;
  EXPECT_NO_THROW(load());
}

TEST_F(ModelLoading, MissingSize) {
  config.erase("hidden_size");
  expect_refused("'hidden_size'");
}

TEST_F(ModelLoading, AbsurdSizes) {
  for (const Json& value : {Json(0), Json(-4), Json(1e30), Json("64"), Json(18446744073709551615ull)}) {
    config["num_hidden_layers"] = value;
    expect_refused("'num_hidden_layers'");
  }
}

TEST_F(ModelLoading, SizesBeyondMemoryAreRefusedBeforeAnythingIsMadeOfThem) {
  config["num_hidden_layers"] = 2147483647;
  expect_refused("'num_hidden_layers' is 2147483647");
  config["num_hidden_layers"] = 65536;
  expect_refused("65536 layers");
  config["num_hidden_layers"] = 3;
  config["head_dim"] = 2147483646;
  expect_refused("self_attn.q_proj.weight");
}

TEST_F(ModelLoading, NumbersThatNoModelComputesWith) {
  config["rms_norm_eps"] = -0.5;
  expect_refused("epsilon -0.5");
  config["rms_norm_eps"] = 1e300;
  expect_refused("epsilon inf");
  config["rms_norm_eps"] = 1e-5;
  config["rope_parameters"]["rope_theta"] = -10000.0;
  expect_refused("rope settings");
}

TEST(GemmaLoading, QueriesScaledByNoNumber) {
  const std::filesystem::path gemma = kTiny.parent_path() / "tiny-gemma3";
  const test::TempDir dir;
  Json config = read_json_file(gemma / "config.json");
  config["query_pre_attn_scalar"] = 0;
  test::link_model(gemma, config.dump(), dir / "model");
  EXPECT_THAT(test::error_of([&] { Model::load(dir / "model"); }).what(), HasSubstr("cannot be scaled"));
}

TEST_F(ModelLoading, HeadsThatDoNotDivide) {
  config["num_key_value_heads"] = 3;
  expect_refused("3 key/value heads");
}

TEST_F(ModelLoading, WrongShape) {
  config["intermediate_size"] = config["intermediate_size"].get<int>() + 1;
  expect_refused("mlp.gate_proj.weight");
}

TEST_F(ModelLoading, MissingTensor) {
  config["num_hidden_layers"] = 4;
  expect_refused("'model.layers.3.input_layernorm.weight' is missing");
}

TEST_F(ModelLoading, SurplusTensor) {
  config["num_hidden_layers"] = 2;
  expect_refused("model.layers.2.");
}

TEST(NeoxLoading, AShareOfTheHeadThatLeavesNothingToRotateIsNotTheWholeHead) {
  const std::filesystem::path pythia = kTiny.parent_path() / "tiny-pythia";
  const test::TempDir dir;
  Json config = read_json_file(pythia / "config.json");
  config["rope_parameters"]["partial_rotary_factor"] = 0.01;  // of 16 columns
  test::link_model(pythia, config.dump(), dir / "model");
  EXPECT_THAT(test::error_of([&] { Model::load(dir / "model"); }).what(), HasSubstr("no column to rotate"));
}

using Tensors = std::map<std::string, TensorView>;

/// Copies a golden model to a folder with changed tensors.
template <class Change>
void rewrite(const std::filesystem::path& from, const std::filesystem::path& to, const Change& change) {
  std::filesystem::create_directories(to);
  test::write_file(to / "config.json", read_text_file(from / "config.json"));
  const SafetensorsFile file(from / "model.safetensors");
  Tensors changed = file.tensors();
  change(changed);
  OutputFile out(to / "model.safetensors");
  write_safetensors(out, {changed.begin(), changed.end()}, {});
  out.commit();
}

void write_with_extra(const std::filesystem::path& to, const std::string& name, const TensorView& extra) {
  rewrite(kTiny, to, [&](Tensors& tensors) { tensors[name] = extra; });
}

TEST(ModelTensors, NeutralAndAllowedNamesPassOthersDoNot) {
  test::TempDir dir;
  const std::vector<float> values(4);
  const TensorView extra{DType::f32, {4}, std::as_bytes(std::span(values))};
  write_with_extra(dir / "neutral", "model.layers.0.self_attn.rotary_emb.inv_freq", extra);
  EXPECT_NO_THROW(Model::load(dir / "neutral"));
  write_with_extra(dir / "unknown", "model.layers.0.self_attn.sinks", extra);
  EXPECT_THROW(Model::load(dir / "unknown"), Error);
  EXPECT_NO_THROW(Model::load(dir / "unknown", {.allow_unknown = {"model.layers.0.self_attn.sinks"}}));
}

TEST(ModelTensors, AllThatAreUnknownAreRefusedAtOnceWithOneLineThatAllowsThem) {
  const test::TempDir dir;
  const std::vector<float> values(4);
  const TensorView extra{DType::f32, {4}, std::as_bytes(std::span(values))};
  rewrite(kTiny, dir / "model", [&](Tensors& tensors) {
    tensors["model.extra"] = tensors["model.layers.0.self_attn.sinks"] = tensors["model.layers.1.self_attn.sinks"] =
        extra;
  });
  const Error error = test::error_of([&] { Model::load(dir / "model"); });
  EXPECT_THAT(error.what(), AllOf(HasSubstr("'model.extra'"), HasSubstr("'model.layers.*.self_attn.sinks'")));
  const std::vector<std::string> names = error.refused_names();
  EXPECT_THAT(names, testing::UnorderedElementsAre("model.extra", "model.layers.*.self_attn.sinks"));
  EXPECT_NO_THROW(Model::load(dir / "model", {.allow_unknown = {names.begin(), names.end()}}));
  EXPECT_THROW(Model::load(dir / "model", {.allow_unknown = {"model.extra"}}), Error);
}

TEST(ModelTensors, BuffersOfAnyTypePass) {
  const std::vector<std::byte> bytes(64);
  const auto view = [&](DType type, const Shape& shape) {
    return TensorView{type, shape, std::span(bytes).first(static_cast<std::size_t>(*byte_count(type, shape)))};
  };
  const test::TempDir dir;
  rewrite(kTiny, dir / "llama", [&](Tensors& tensors) {
    tensors["model.rotary_emb.inv_freq"] = view(DType::f16, {4});
    tensors["model.layers.0.self_attn.rotary_emb.original_inv_freq"] = view(DType::f64, {4});
    tensors["model.layers.1.self_attn.rotary_emb.cos_cached"] = view(DType::f32, {1, 1, 2, 4});
    tensors["model.layers.1.self_attn.bias"] = view(DType::boolean, {1, 1, 3, 3});
    tensors["model.causal_mask"] = view(DType::boolean, {4, 4});
    tensors["model.position_ids"] = view(DType::i64, {1, 4});
  });
  EXPECT_NO_THROW(Model::load(dir / "llama"));
  rewrite(kTiny, dir / "bias",
          [&](Tensors& tensors) { tensors["model.layers.1.self_attn.bias"] = view(DType::f32, {4}); });
  EXPECT_THROW(Model::load(dir / "bias"), Error);
  for (const DType type : {DType::boolean, DType::u8, DType::f16, DType::f32, DType::i32, DType::u64}) {
    test::TempDir neox;
    rewrite(kTiny.parent_path() / "tiny-pythia", neox / "model", [&](Tensors& tensors) {
      tensors["gpt_neox.layers.0.attention.bias"] = view(type, {1, 1, 2, 2});
      tensors["gpt_neox.layers.0.attention.masked_bias"] = view(type, {});
      tensors["gpt_neox.layers.0.attention.rotary_emb.inv_freq"] = view(type, {2});
    });
    EXPECT_NO_THROW(Model::load(neox / "model")) << dtype_info(type).name;
  }
}

TEST(ModelTensors, WeightsAreFloatingPoint) {
  const test::TempDir dir;
  const std::vector<std::byte> bytes(4096);
  rewrite(kTiny, dir / "model", [&](Tensors& tensors) {
    TensorView& norm = tensors.at("model.norm.weight");
    norm = {DType::i8, norm.shape, std::span(bytes).first(static_cast<std::size_t>(norm.shape[0]))};
  });
  EXPECT_THAT(test::error_of([&] { Model::load(dir / "model"); }).what(),
              HasSubstr("'model.norm.weight' is of type I8, which is not read as weights"));
}

class TiedHead : public testing::Test {
 protected:
  /// The embedding's bytes as the head of tiny-llama-tied, after a change.
  template <class Change>
  void write(const Change& change) {
    rewrite(kTied, dir_ / "model", [&](Tensors& tensors) {
      const TensorView embedding = tensors.at("model.embed_tokens.weight");
      head_.assign(embedding.bytes.begin(), embedding.bytes.end());
      TensorView head{embedding.dtype, embedding.shape, head_};
      change(tensors, head);
      tensors["lm_head.weight"] = head;
    });
  }

  const std::filesystem::path kTied = kTiny.parent_path() / "tiny-llama-tied";
  test::TempDir dir_;
  std::vector<std::byte> head_;
};

TEST_F(TiedHead, ThatRepeatsTheEmbeddingPasses) {
  write([](Tensors&, TensorView&) {});
  EXPECT_NO_THROW(Model::load(dir_ / "model"));
}

TEST_F(TiedHead, OfTheSameValuesInAnotherTypePasses) {
  std::vector<double> wide;
  write([&](Tensors& tensors, TensorView& head) {
    const TensorView& embedding = tensors.at("model.embed_tokens.weight");
    std::vector<float> values(static_cast<std::size_t>(element_count(embedding.shape)));
    dequantize(embedding, 0, values);
    wide.assign(values.begin(), values.end());
    head = {DType::f64, embedding.shape, std::as_bytes(std::span(wide))};
  });
  EXPECT_NO_THROW(Model::load(dir_ / "model"));
}

TEST_F(TiedHead, ThatDiffersIsRefusedWithTheWayToUseIt) {
  write([&](Tensors&, TensorView&) { head_[0] ^= std::byte{1}; });
  const Error error = test::error_of([&] { Model::load(dir_ / "model"); });
  EXPECT_EQ(error.code(), ErrorCode::bad_data);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("'lm_head.weight'"), HasSubstr("tie_word_embeddings")));
  EXPECT_THAT(error.hint(), HasSubstr("\"tie_word_embeddings\": false"));
  EXPECT_THAT(error.refused_names(), IsEmpty());

  Json config = read_json_file(kTied / "config.json");
  config["tie_word_embeddings"] = false;
  test::write_file(dir_ / "model" / "config.json", config.dump());
  const Model untied = Model::load(dir_ / "model");
  const std::vector<std::int32_t> first = {0};
  EXPECT_NE(untied.unembed(first).values, untied.embed(first).values);
}

TEST_F(TiedHead, IsTheEmbeddingWhereOnlyItIsThere) {
  write([](Tensors& tensors, TensorView&) { tensors.erase("model.embed_tokens.weight"); });
  const std::vector<std::int32_t> ids = {0, 3};
  EXPECT_EQ(Model::load(dir_ / "model").embed(ids).values, Model::load(kTied).embed(ids).values);
}

TEST(ModelTensors, AHeadThatIsMissingSaysWhy) {
  const test::TempDir dir;
  const auto without_head = [](Tensors& tensors) { tensors.erase("lm_head.weight"); };
  rewrite(kTiny, dir / "model", without_head);
  EXPECT_THAT(test::error_of([&] { Model::load(dir / "model"); }).hint(), HasSubstr("\"tie_word_embeddings\": true"));
  Json config = read_json_file(kTiny / "config.json");
  config["architectures"] = {"LlamaForSequenceClassification"};
  test::write_file(dir / "model" / "config.json", config.dump());
  EXPECT_THAT(test::error_of([&] { Model::load(dir / "model"); }).hint(), HasSubstr("LlamaForSequenceClassification"));
}

std::vector<float> all_rows(const RowReader& source) {
  std::vector<float> values(static_cast<std::size_t>(source.rows * source.cols));
  source.read(0, {values.data(), source.rows, source.cols, source.cols});
  return values;
}

// Rows of q and k in GGUF are in another order. Both files must give the same matrix.
TEST(ModelTensors, GgufRowsAreOurs) {
  const Model folder = Model::load(kTiny), gguf = Model::load(kTiny.string() + ".gguf");
  for (std::int64_t l = 0; l < folder.config().n_layers; ++l) {
    EXPECT_EQ(all_rows(folder.layer(l).q), all_rows(gguf.layer(l).q));
    EXPECT_EQ(all_rows(folder.layer(l).kv), all_rows(gguf.layer(l).kv));
    EXPECT_EQ(all_rows(folder.layer(l).mlp.out), all_rows(gguf.layer(l).mlp.out));
  }
}

}  // namespace
}  // namespace partwise::internal

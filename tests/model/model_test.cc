// Loading: what is refused, and by which name.
#include "model/model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "formats/safetensors.h"
#include "support/errors.h"
#include "support/golden.h"
#include "support/paths.h"

namespace partwise {
namespace {

using testing::HasSubstr;

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
  EXPECT_THAT(error.hint(), HasSubstr("pass --allow-unknown 'other thing' --allow-unknown one_thing"));
  std::filesystem::remove_all(dir / "model");
  EXPECT_NO_THROW(load({.allow_unknown = {"one_thing", "other thing"}}));
}

TEST_F(ModelLoading, WhatIsNotSupportedIsRefusedWithWhatIsUnknown) {
  config["one_thing"] = 1;
  config["rope_interleaved"] = true;
  const Error error = test::error_of([&] { load(); });
  EXPECT_THAT(error.what(), HasSubstr("'rope_interleaved' is true; only false is supported"));
  EXPECT_THAT(error.what(), HasSubstr("'one_thing' is not known here"));
  EXPECT_EQ(error.hint(), "");  // allowing the one would leave the other
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
  config["rope_parameters"] = {{"rope_type", "longrope"}, {"rope_theta", 10000.0}, {"short_factor", {1, 2}}};
  expect_refused("'longrope'");
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

/// Writes tiny-llama's tensors and more to a folder of its own.
void write_with_extra(const std::filesystem::path& to, const std::string& name, const TensorView& extra) {
  std::filesystem::create_directories(to);
  test::write_file(to / "config.json", read_text_file(kTiny / "config.json"));
  const SafetensorsFile file(kTiny / "model.safetensors");
  std::vector<std::pair<std::string, TensorView>> tensors(file.tensors().begin(), file.tensors().end());
  tensors.emplace_back(name, extra);
  OutputFile out(to / "model.safetensors");
  write_safetensors(out, tensors, {});
  out.commit();
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

TEST(ModelTensors, AHeadBesideATiedEmbeddingMustRepeatIt) {
  const auto tied = test::source_dir() / "tests" / "golden" / "tiny-llama-tied";
  const SafetensorsFile file(tied / "model.safetensors");
  const TensorView embedding = file.tensors().at("model.embed_tokens.weight");
  std::vector<std::byte> other(embedding.bytes.begin(), embedding.bytes.end());
  for (bool same : {true, false}) {
    if (!same) other[0] ^= std::byte{1};
    test::TempDir dir;
    test::write_file(dir / "config.json", read_text_file(tied / "config.json"));
    std::vector<std::pair<std::string, TensorView>> tensors(file.tensors().begin(), file.tensors().end());
    tensors.emplace_back("lm_head.weight", TensorView{embedding.dtype, embedding.shape, other});
    OutputFile out(dir / "model.safetensors");
    write_safetensors(out, tensors, {});
    out.commit();
    if (same) {
      EXPECT_NO_THROW(Model::load(dir.path()));
    } else {
      EXPECT_THROW(Model::load(dir.path()), Error);
    }
  }
}

std::vector<float> all_rows(const RowSource& source) {
  std::vector<float> values(static_cast<std::size_t>(source.rows * source.cols));
  source.read(0, {values.data(), source.rows, source.cols, source.cols});
  return values;
}

// Rows of q and k in a GGUF stand in another order; both files must give the same matrix.
TEST(ModelTensors, GgufRowsAreOurs) {
  const Model folder = Model::load(kTiny), gguf = Model::load(kTiny.string() + ".gguf");
  for (std::int64_t l = 0; l < folder.config().n_layers; ++l) {
    EXPECT_EQ(all_rows(folder.layer(l).q), all_rows(gguf.layer(l).q));
    EXPECT_EQ(all_rows(folder.layer(l).kv), all_rows(gguf.layer(l).kv));
    EXPECT_EQ(all_rows(folder.layer(l).out), all_rows(gguf.layer(l).out));
  }
}

}  // namespace
}  // namespace partwise

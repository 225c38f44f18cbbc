#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/safetensors.h"
#include "model/arch/changed_model.h"
#include "support/gguf_writer.h"

namespace partwise::internal {
namespace {

using testing::HasSubstr;

const std::filesystem::path kFolder = test::source_dir() / "tests" / "golden" / "tiny-gptj";

// EleutherAI/gpt-j-6b: what its config.json has beside sizes.
TEST(GptJ, PublishedKeysChangeNothing) {
  const Json published = {{"gradient_checkpointing", false},
                          {"n_inner", 48},
                          {"rotary", true},
                          {"scale_attn_weights", true},
                          {"summary_activation", nullptr},
                          {"summary_first_dropout", 0.1},
                          {"summary_proj_to_labels", true},
                          {"summary_type", "cls_index"},
                          {"summary_use_proj", true},
                          {"task_specific_params", {{"text-generation", {{"temperature", 1.0}}}}},
                          {"tokenizer_class", "GPT2Tokenizer"}};
  const ModelConfig c = test::changed("tiny-gptj", published, "config.old.json");
  EXPECT_TRUE(c.parallel_residual && c.shared_norm);
  EXPECT_EQ(c.rotary_width(), 8);
  EXPECT_EQ(c.activation, Activation::gelu_tanh);
}

TEST(GptJ, SizesMayHaveTheNamesOfNewerArchitectures) {
  const Json newer = {
      {"n_embd", nullptr}, {"n_head", nullptr},        {"n_layer", nullptr},     {"n_positions", nullptr},
      {"hidden_size", 32}, {"num_attention_heads", 2}, {"num_hidden_layers", 2}, {"max_position_embeddings", 64}};
  const ModelConfig c = test::changed("tiny-gptj", newer);
  EXPECT_EQ(c.d_head, 16);
  EXPECT_EQ(c.n_ctx, 64);
}

TEST(GptJ, OtherBlocksAreRefused) {
  EXPECT_THAT(test::refusal("tiny-gptj", {{"rotary", false}}), HasSubstr("'rotary' is false"));
  EXPECT_THAT(test::refusal("tiny-gptj", {{"scale_attn_weights", false}}), HasSubstr("'scale_attn_weights' is false"));
  EXPECT_THAT(test::refusal("tiny-gptj", {{"activation_function", "relu"}}), HasSubstr("'relu'"));
  EXPECT_THAT(test::refusal("tiny-gptj", {{"rope_scaling", {{"type", "linear"}}}}), HasSubstr("'rope_scaling'"));
  // without the key, transformers rotates 64 columns
  EXPECT_THAT(test::refusal("tiny-gptj", {{"rotary_dim", nullptr}}), HasSubstr("64 of the 16 columns"));
}

std::vector<float> values_of(const Model& model, const std::string& name) {
  const TensorView& view = model.checkpoint().tensors().at(name);
  std::vector<float> values(static_cast<std::size_t>(element_count(view.shape)));
  dequantize(view, 0, values);
  return values;
}

// Columns 2j and 2j + 1 of the first 8 of a head's 16 are a pair in the file, j and j + 4 are one here.
TEST(GptJ, NeighboursThatAreRotatedBecomeHalves) {
  const Model model = Model::load(kFolder);
  const LayerWeights w = model.layer(1);
  const std::vector<float> file = values_of(model, "transformer.h.1.attn.q_proj.weight");
  HostMatrix ours(32, 32);
  w.q.read(0, ours.view());
  const int row_in_file[16] = {0, 2, 4, 6, 1, 3, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  for (int head = 0; head < 2; ++head)
    for (int r = 0; r < 16; ++r)
      for (int i = 0; i < 32; ++i)
        ASSERT_EQ(ours.view().row(head * 16 + r)[i], file[(head * 16 + row_in_file[r]) * 32 + i]) << head << " " << r;
  HostMatrix kv(64, 32);
  w.kv.read(0, kv.view());
  const std::vector<float> v = values_of(model, "transformer.h.1.attn.v_proj.weight");
  EXPECT_EQ(std::vector<float>(kv.values.begin() + 32 * 32, kv.values.end()), v);
}

TEST(GptJ, TheHeadHasABias) {
  const Model model = Model::load(kFolder);
  EXPECT_EQ(std::vector<float>(model.logit_bias().begin(), model.logit_bias().end()), values_of(model, "lm_head.bias"));
  EXPECT_TRUE(Model::load(kFolder.parent_path() / "tiny-gpt2").logit_bias().empty());
}

/// tiny-gptj with other tensors and changes to its configuration.
class GptJFolder : public testing::Test {
 protected:
  GptJFolder() {
    for (const auto& [name, view] : file.tensors()) tensors[name] = view;
  }
  Model load(const Json& changes = Json::object()) const {
    Json config = read_json_file(kFolder / "config.json");
    config.merge_patch(changes);
    test::write_file(dir / "config.json", config.dump());
    OutputFile out(dir / "model.safetensors");
    write_safetensors(out, {tensors.begin(), tensors.end()}, {});
    out.commit();
    return Model::load(dir.path());
  }

  test::TempDir dir;
  SafetensorsFile file{kFolder / "model.safetensors"};
  std::map<std::string, TensorView> tensors;
};

TEST_F(GptJFolder, MayHaveNoPrefix) {
  std::map<std::string, TensorView> bare;
  for (const auto& [name, view] : tensors) bare[name.starts_with("transformer.") ? name.substr(12) : name] = view;
  tensors = bare;
  const Model plain = Model::load(kFolder), model = load();
  EXPECT_TRUE(std::ranges::equal(model.logit_bias(), plain.logit_bias()));
}

TEST_F(GptJFolder, MayHoldMasksAndTablesThatAreComputedAnew) {
  const std::vector<float> values(16 * 16);
  const std::span<const std::byte> bytes = std::as_bytes(std::span(values));
  tensors["transformer.h.0.attn.bias"] = {DType::f32, {1, 1, 16, 16}, bytes};
  tensors["transformer.h.0.attn.masked_bias"] = {DType::f32, {}, bytes.first(4)};
  tensors["transformer.h.0.attn.embed_positions"] = {DType::f32, {32, 8}, bytes};
  EXPECT_NO_THROW(load());
}

TEST_F(GptJFolder, WithoutTheHeadsBiasIsRefused) {
  tensors.erase("lm_head.bias");
  EXPECT_THAT(test::error_of([&] { load(); }).what(), HasSubstr("'lm_head.bias' is missing"));
}

TEST_F(GptJFolder, ThatTiesItsHeadHasABiasStill) {
  tensors.erase("lm_head.weight");
  const Model model = load({{"tie_word_embeddings", true}});
  const std::vector<std::int32_t> ids = {3};
  EXPECT_EQ(model.unembed(ids).values, model.embed(ids).values);
  EXPECT_EQ(std::ssize(model.logit_bias()), model.config().d_vocab);
}

TEST(GptJ, AGgufFileIsRefusedByTheNameOfItsArchitecture) {
  const test::TempDir dir;
  test::GgufWriter file;
  file.add("general.architecture", "gptj");
  file.add_tensor("token_embd.weight", {2, 4}, std::vector<float>(8));
  file.write(dir / "model.gguf");
  EXPECT_THAT(test::error_of([&] { Model::load(dir / "model.gguf"); }).what(), HasSubstr("'gptj' is not supported"));
}

}  // namespace
}  // namespace partwise::internal

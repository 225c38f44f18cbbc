// Files that can be opened but are no whole model: adapters beside or within weights, quantised weights, other GGUF
// files.
#include "formats/whole_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "formats/checkpoints.h"
#include "formats/quantised.h"
#include "support/errors.h"
#include "support/gguf_writer.h"

namespace partwise::internal {
namespace {

namespace fs = std::filesystem;
using test::error_of;
using testing::AllOf;
using testing::HasSubstr;

/// A folder with one matrix per name, all of one type.
class Folder {
 public:
  explicit Folder(const Json& config = Json::object()) {
    Json all = {{"model_type", "llama"}};
    all.update(config);
    test::write_file(dir_ / "config.json", all.dump());
    tensors({{"model.layers.0.self_attn.q_proj.weight", DType::bf16}});
  }

  Folder& tensors(const std::vector<std::pair<std::string, DType>>& named) {
    const std::vector<std::byte> bytes(64);
    std::vector<std::pair<std::string, TensorView>> views;
    for (const auto& [name, type] : named)
      views.emplace_back(name, TensorView{type, {2, 4}, std::span(bytes).first(8 * dtype_info(type).block_bytes)});
    OutputFile out(dir_ / "model.safetensors");
    write_safetensors(out, views, {});
    out.commit();
    return *this;
  }

  void check(const std::set<std::string>& allowed = {}) const {
    check_whole_model(*open_checkpoint(dir_.path()), allowed);
  }
  Error refusal(const std::set<std::string>& allowed = {}) const {
    return error_of([&] { check(allowed); });
  }
  fs::path operator/(const std::string& name) const { return dir_ / name; }

 private:
  test::TempDir dir_;
};

TEST(WholeModel, AnAdapterBesideWeightsIsRefusedByItsFile) {
  Folder folder;
  EXPECT_NO_THROW(folder.check());
  test::write_file(folder / "adapter_config.json", R"({"peft_type": "LORA", "base_model_name_or_path": "org/base"})");
  EXPECT_EQ(folder.refusal().code(), ErrorCode::bad_data);
  EXPECT_THAT(folder.refusal().what(), AllOf(HasSubstr("adapter_config.json"), HasSubstr("'org/base'")));
  EXPECT_THAT(folder.refusal().hint(), HasSubstr("merge_and_unload"));
  EXPECT_THAT(folder.refusal().refused_names(), testing::ElementsAre("adapter_config.json"));
  EXPECT_NO_THROW(folder.check({"adapter_config.json"}));
}

TEST(WholeModel, AdaptersInFoldersBelowAreNobodysBusiness) {
  Folder folder;
  fs::create_directory(folder / "speech-lora");
  test::write_file(folder / "speech-lora/adapter_config.json", "{}");
  EXPECT_NO_THROW(folder.check());
}

TEST(WholeModel, AnAdapterWithinTheWeightsIsNotMerged) {
  for (const char* name : {"base_model.model.model.layers.0.self_attn.q_proj.lora_A.default.weight",
                           "model.layers.0.self_attn.q_proj.base_layer.weight"}) {
    const Error error = Folder().tensors({{name, DType::f32}}).refusal();
    EXPECT_THAT(error.what(), AllOf(HasSubstr("not merged"), HasSubstr(name)));
    EXPECT_THAT(error.refused_names(), testing::IsEmpty());
  }
}

struct Scheme {
  Json config;
  const char *tensor, *said;
  DType type = DType::i32;
};

// Each program's own way to write the settings.
TEST(WholeModel, QuantisedWeightsAreNamedByTheirMethod) {
  const std::string layer = "model.layers.0.self_attn.q_proj";
  const Scheme schemes[] = {
      {{{"quantization_config", {{"quant_method", "gptq"}, {"bits", 4}, {"group_size", 128}}}},
       ".qweight",
       "GPTQ, 4 bit"},
      {{{"quantization_config", {{"quant_method", "awq"}, {"bits", 4}, {"version", "gemm"}}}},
       ".qweight",
       "AWQ, 4 bit"},
      {{{"quantization_config", {{"quant_method", "bitsandbytes"}, {"load_in_4bit", true}, {"load_in_8bit", false}}}},
       ".weight.absmax",
       "bitsandbytes, 4 bit"},
      {{{"quantization_config", {{"load_in_8bit", true}}}}, ".SCB", "bitsandbytes, 8 bit"},
      {{{"quantization_config", {{"quant_method", "fp8"}, {"weight_block_size", {128, 128}}}}},
       ".weight",
       "(FP8)",
       DType::f8_e4m3},
      {{{"quantization_config",
         {{"quant_method", "compressed-tensors"},
          {"config_groups",
           {{"group_0", {{"input_activations", {{"num_bits", 8}}}, {"weights", {{"num_bits", 4}}}}}}}}}},
       ".weight_packed",
       "compressed-tensors, 4 bit"},
      {{{"quantization", {{"group_size", 64}, {"bits", 4}}},
        {"quantization_config", {{"group_size", 64}, {"bits", 4}}}},
       ".weight",
       "MLX, 4 bit",
       DType::u32},
      {{{"quantization_config",
         {{"quant_method", "hqq"}, {"quant_config", {{"weight_quant_params", {{"nbits", 3}}}}}}}},
       ".W_q",
       "HQQ, 3 bit"},
      {{{"quantization_config", {{"quant_method", "exl2"}, {"bits", 4.5}}}}, ".q_weight", "EXL2, 4.5 bit"},
      {Json::object(), ".g_idx", "GPTQ"},
      {Json::object(), ".SCB", "bitsandbytes, 8 bit"},
      {Json::object(), ".weight", "FP8", DType::f8_e5m2},
      {Json::object(), ".weight", "packed as U8", DType::u8},
  };
  for (const Scheme& scheme : schemes) {
    const Error error = Folder(scheme.config).tensors({{layer + scheme.tensor, scheme.type}}).refusal();
    EXPECT_EQ(error.code(), ErrorCode::bad_data);
    EXPECT_THAT(error.what(), AllOf(HasSubstr("the weights are quantised ("), HasSubstr(scheme.said),
                                    HasSubstr(layer + scheme.tensor)));
    EXPECT_THAT(error.hint(), HasSubstr("GGUF"));
    EXPECT_THAT(error.refused_names(), testing::IsEmpty());
  }
}

TEST(WholeModel, AFileBesideTheConfigurationMayNameTheMethod) {
  Folder folder;
  folder.tensors({{"model.layers.0.mlp.up_proj.qweight", DType::i32}});
  test::write_file(folder / "quantize_config.json", R"({"bits": 8, "group_size": 32})");
  EXPECT_THAT(folder.refusal().what(), HasSubstr("GPTQ, 8 bit"));
  test::write_file(folder / "quantize_config.json", "{");
  EXPECT_THAT(folder.refusal().what(), HasSubstr("GPTQ or AWQ"));
}

TEST(WholeModel, WeightsThatOnlyTheConfigurationCallsQuantised) {
  const Folder folder(Json{{"quantization_config", {{"quant_method", "bitsandbytes"}, {"load_in_4bit", true}}}});
  EXPECT_THAT(folder.refusal().what(), HasSubstr("but no tensor is"));
  EXPECT_THAT(folder.refusal().refused_names(), testing::ElementsAre("quantization_config"));
  EXPECT_NO_THROW(folder.check({"quantization_config"}));
}

TEST(WholeModel, SettingsThatQuantiseNothingPass) {
  for (const Json& settings :
       {Json(), Json::object(),
        Json{{"quant_method", "bitsandbytes"}, {"load_in_4bit", false}, {"load_in_8bit", false}}})
    EXPECT_NO_THROW(Folder(Json{{"quantization_config", settings}}).check()) << settings;
}

TEST(WholeModel, GgufFilesOfOtherKinds) {
  const auto refusal = [](const test::GgufWriter& writer) {
    const test::TempDir dir;
    writer.write(dir / "x.gguf");
    return error_of([&] { check_whole_model(*open_checkpoint(dir / "x.gguf"), {}); });
  };
  const auto writer = [] {
    test::GgufWriter w;
    return w.add_tensor("blk.0.attn_q.weight", {2}, {1, 2});
  };
  const Error adapter = refusal(writer().add("general.type", "adapter").add("general.base_model.0.name", "Base"));
  EXPECT_THAT(adapter.what(), HasSubstr("a LoRA adapter of Base, not a model"));
  EXPECT_THAT(adapter.hint(), HasSubstr("llama-export-lora"));
  EXPECT_THAT(refusal(writer().add("general.architecture", "clip")).what(), HasSubstr("mmproj"));
  EXPECT_THAT(refusal(writer().add("general.type", "imatrix")).what(), HasSubstr("importance matrix"));
  EXPECT_THAT(refusal(writer().add("general.architecture", "controlvector")).what(), HasSubstr("control vector"));
  EXPECT_THAT(refusal(test::GgufWriter().add("general.architecture", "llama")).what(), HasSubstr("vocabulary alone"));
  EXPECT_THAT(refusal(writer().add_tensor("blk.0.attn_q.weight.lora_a", {1}, {1})).what(), HasSubstr("not merged"));
  const test::TempDir dir;
  writer().add("general.type", "model").write(dir / "x.gguf");
  EXPECT_NO_THROW(check_whole_model(*open_checkpoint(dir / "x.gguf"), {}));
}

}  // namespace
}  // namespace partwise::internal

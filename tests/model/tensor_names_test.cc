// Tensors may have another prefix or none. The model must have the same bits of weights as the golden model.
#include "model/tensor_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "base/file.h"
#include "base/json.h"
#include "formats/safetensors.h"
#include "model/model.h"
#include "support/errors.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

using Rename = std::function<std::string(const std::string&)>;

fs::path golden(const std::string& name) { return test::source_dir() / "tests" / "golden" / name; }

void write_renamed(const std::string& model, const fs::path& to, const Rename& rename) {
  fs::create_directories(to);
  test::write_file(to / "config.json", read_text_file(golden(model) / "config.json"));
  const SafetensorsFile file(golden(model) / "model.safetensors");
  std::vector<std::pair<std::string, TensorView>> tensors;
  for (const auto& [name, view] : file.tensors()) tensors.emplace_back(rename(name), view);
  OutputFile out(to / "model.safetensors");
  write_safetensors(out, tensors, {});
  out.commit();
}

std::vector<float> rows(const RowReader& source) {
  std::vector<float> values(static_cast<std::size_t>(source.rows * source.cols));
  source.read(0, {values.data(), source.rows, source.cols, source.cols});
  return values;
}

void expect_same_weights(const Model& model, const Model& original) {
  const std::vector<std::int32_t> ids = {0, 1, 5};
  EXPECT_EQ(model.embed(ids).values, original.embed(ids).values);
  EXPECT_EQ(model.unembed(ids).values, original.unembed(ids).values);
  EXPECT_EQ(model.final_norm().gain, original.final_norm().gain);
  for (std::int64_t l = 0; l < original.config().n_layers; ++l) {
    EXPECT_EQ(rows(model.layer(l).q), rows(original.layer(l).q));
    EXPECT_EQ(rows(model.layer(l).kv), rows(original.layer(l).kv));
    EXPECT_EQ(rows(model.layer(l).mlp.out), rows(original.layer(l).mlp.out));
    EXPECT_EQ(model.layer(l).ln1.gain, original.layer(l).ln1.gain);
  }
}

std::string without(const std::string& name, const std::string& prefix) {
  return name.starts_with(prefix) ? name.substr(prefix.size()) : name;
}

std::string replaced(std::string name, const std::string& from, const std::string& to) {
  const std::size_t at = name.find(from);
  return at == std::string::npos ? name : name.replace(at, from.size(), to);
}

struct Renaming {
  const char *what, *model;
  Rename rename;
};

TEST(TensorNames, PrefixesThatChangeNothing) {
  const Renaming cases[] = {
      {"a base model saved alone", "tiny-llama-tied", [](auto& n) { return without(n, "model."); }},
      {"the same with its head", "tiny-llama", [](auto& n) { return without(n, "model."); }},
      {"the same of GPT-NeoX", "tiny-pythia", [](auto& n) { return without(n, "gpt_neox."); }},
      {"the same of Gemma 3", "tiny-gemma3", [](auto& n) { return without(n, "model."); }},
      {"DataParallel", "tiny-llama", [](auto& n) { return "module." + n; }},
      {"torch.compile", "tiny-llama", [](auto& n) { return "_orig_mod." + n; }},
      {"torch.compile of blocks", "tiny-llama", [](auto& n) { return replaced(n, ".0.", ".0._orig_mod."); }},
      {"FSDP", "tiny-llama", [](auto& n) { return replaced(n, ".1.", ".1._fsdp_wrapped_module."); }},
      {"activation checkpoints", "tiny-llama",
       [](auto& n) { return replaced(n, "mlp.", "mlp._checkpoint_wrapped_module."); }},
      {"PEFT without an adapter", "tiny-llama", [](auto& n) { return "base_model.model." + n; }},
      {"a module around the model", "tiny-llama", [](auto& n) { return "model." + n; }},
      {"a module around a base model", "tiny-llama-tied", [](auto& n) { return "encoder." + without(n, "model."); }},
      {"several at once", "tiny-llama", [](auto& n) { return "module._orig_mod.net." + n; }},
  };
  for (const Renaming& one : cases) {
    SCOPED_TRACE(one.what);
    const test::TempDir dir;
    write_renamed(one.model, dir / "model", one.rename);
    expect_same_weights(Model::load(dir / "model"), Model::load(golden(one.model)));
  }
}

TEST(TensorNames, APrefixThatOnlySomeHaveIsNotDropped) {
  const test::TempDir dir;
  write_renamed("tiny-llama", dir / "model",
                [](auto& n) { return n.starts_with("model.layers") ? "tower." + n : "text." + n; });
  const Error error = test::error_of([&] { Model::load(dir / "model"); });
  EXPECT_THAT(error.what(), HasSubstr("tensor 'model.embed_tokens.weight' is missing"));
}

TEST(TensorNames, TwoThatComeToOneNameContradictEachOther) {
  const test::TempDir dir;
  write_renamed("tiny-llama", dir / "model", [](auto& n) {
    return n == "model.norm.weight"           ? std::string("module.lm_head.weight")
           : n == "model.embed_tokens.weight" ? "module." + n
                                              : n;
  });
  const Error error = test::error_of([&] { Model::load(dir / "model"); });
  EXPECT_THAT(error.what(), AllOf(HasSubstr("'lm_head.weight'"), HasSubstr("'module.lm_head.weight'")));
}

TEST(TensorNames, ASurplusTensorIsCalledAsInTheFile) {
  const test::TempDir dir;
  Json config = read_json_file(golden("tiny-llama") / "config.json");
  write_renamed("tiny-llama", dir / "model", [](auto& n) { return "module." + n; });
  config["num_hidden_layers"] = 2;
  test::write_file(dir / "model" / "config.json", config.dump());
  EXPECT_THAT(test::error_of([&] { Model::load(dir / "model"); }).what(),
              HasSubstr("'module.model.layers.2.input_layernorm.weight'"));
}

}  // namespace
}  // namespace partwise::internal

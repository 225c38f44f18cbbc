#include "formats/whole_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "formats/adapter.h"
#include "formats/quantised.h"

namespace partwise::internal {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const Checkpoint& checkpoint, const std::string& message, const Advice& advice) {
  throw Error(ErrorCode::bad_data, fmt::format("{}: {}", checkpoint.path().string(), message), advice);
}

std::string metadata_text(const Json& config, const char* key) {
  const auto value = config.find(key);
  return value != config.end() && value->is_string() ? value->get<std::string>() : "";
}

/// transformers applies the adapter of a folder, but not adapters in folders below it.
void check_nothing_beside(const Checkpoint& checkpoint, const std::set<std::string>& allow_unknown) {
  const fs::path folder = checkpoint.files().front().parent_path();
  const auto adapter = find_adapter(folder);
  if (!adapter || allow_unknown.contains(kAdapterConfig)) return;
  const std::string file =
      is_there(folder / kAdapterConfig) ? kAdapterConfig : "adapter_model without adapter_config.json";
  // transformers applies it to these weights, whichever base model the adapter names.
  const std::string merge =
      adapter->merge.empty()
          ? ""
          : "to apply it, put its files into a folder of their own and merge it into these weights with PEFT: "
            "PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(MODEL), "
            "ADAPTER).merge_and_unload().save_pretrained(OUT); ";
  fail(checkpoint,
       fmt::format("beside the weights lies {} ({}), which other programs apply to them and partwise does not",
                   adapter->text(), file),
       {merge + "for the weights without it, remove it, or let it pass", allowing({kAdapterConfig})});
}

/// Names of PEFT for the parts of a layer with an adapter in it.
bool is_of_adapter(std::string_view name) {
  constexpr std::string_view marks[] = {
      ".lora_A.",          ".lora_B.",   ".lora_embedding_A", ".lora_embedding_B",
      ".base_layer.",      ".lora_a",    ".lora_b",           ".lora_magnitude_vector",
      ".modules_to_save.", ".hada_w1_a", ".lokr_w1",          ".ia3_l"};
  return std::any_of(std::begin(marks), std::end(marks),
                     [&](std::string_view mark) { return name.find(mark) != std::string_view::npos; });
}

void check_nothing_within(const Checkpoint& checkpoint) {
  const auto& tensors = checkpoint.tensors();
  const auto found = std::find_if(tensors.begin(), tensors.end(), [](const auto& t) { return is_of_adapter(t.first); });
  if (found == tensors.end()) return;
  fail(checkpoint, fmt::format("it holds an adapter that is not merged into the weights: tensor '{}'", found->first),
       "merge it with the program that trained it (PEFT: merge_and_unload, then save_pretrained), and take what this "
       "writes");
}

/// "org/name" of the base model, as newer files name it.
std::string gguf_base(const Json& config) {
  const std::string name = metadata_text(config, "general.base_model.0.name");
  const std::string repository = metadata_text(config, "general.base_model.0.repo_url");
  return !repository.empty() ? repository : !name.empty() ? name : "a model that it does not name";
}

void check_gguf_kind(const Checkpoint& checkpoint) {
  const Json& config = checkpoint.config();
  const std::string type = metadata_text(config, "general.type"),
                    architecture = metadata_text(config, "general.architecture");
  if (type == "adapter" || config.contains("adapter.type")) {
    fail(checkpoint, fmt::format("this is a LoRA adapter of {}, not a model", gguf_base(config)),
         "merge it into its base model first: llama-export-lora -m BASE.gguf --lora ADAPTER.gguf -o MERGED.gguf");
  }
  if (type == "mmproj" || architecture == "clip" || config.contains("clip.has_vision_encoder"))
    fail(checkpoint, "this is the part of a model that sees pictures (mmproj), not the language model",
         "give the language model's GGUF file, which lies beside it where both were got");
  if (type == "imatrix" || config.contains("imatrix.chunk_count"))
    fail(checkpoint, "this is an importance matrix for quantising, not a model", "give the model's GGUF file");
  if (architecture == "controlvector")
    fail(checkpoint, "this is a control vector, not a model", "give the model's GGUF file");
  if (checkpoint.tensors().empty())
    fail(checkpoint, "there are no tensors in it: it is a vocabulary alone", "give the GGUF file with the weights");
  if (!type.empty() && type != "model")
    fail(checkpoint, fmt::format("its general.type is '{}', which is not 'model'", type), "give the model's GGUF file");
}

}  // namespace

void check_whole_model(const Checkpoint& checkpoint, const std::set<std::string>& allow_unknown) {
  if (checkpoint.format() == "gguf") {
    check_gguf_kind(checkpoint);
    return check_nothing_within(checkpoint);
  }
  check_not_quantised(checkpoint, allow_unknown);
  check_nothing_within(checkpoint);
  check_nothing_beside(checkpoint, allow_unknown);
}

}  // namespace partwise::internal

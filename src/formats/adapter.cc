// Files of PEFT (https://huggingface.co/docs/peft/developer_guides/checkpoint) and of mlx-lm.
#include "formats/adapter.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "formats/hub_name.h"

namespace partwise::internal {

namespace fs = std::filesystem;

namespace {

/// A string from a user's file, for a message; empty if the value is not a string of one line.
std::string text_of(const Json& object, const char* key) {
  constexpr std::size_t longest = 200;
  const auto value = object.find(key);
  if (value == object.end() || !value->is_string()) return "";
  const auto text = value->get<std::string>();
  const bool plain = std::none_of(text.begin(), text.end(), [](unsigned char c) { return std::iscntrl(c); });
  return plain && text.size() <= longest ? text : "";
}

/// The file's object; empty if the file is damaged, since an adapter with a damaged file is an adapter all the same.
Json read_adapter_config(const fs::path& folder) {
  try {
    Json config = read_json_file(folder / kAdapterConfig);
    if (config.is_object()) return config;
  } catch (const Error&) {
    return Json::object();
  }
  return Json::object();
}

bool has_adapter_weights(const fs::path& folder) {
  constexpr const char* names[] = {"adapter_model.safetensors", "adapter_model.bin", "adapters.safetensors",
                                   "adapters.npz"};
  return std::any_of(std::begin(names), std::end(names), [&](const char* name) { return is_there(folder / name); });
}

/// PEFT's kinds of adapters that put tokens in front of a prompt instead of changing weights.
bool is_of_prompts(const std::string& type) {
  return type.find("PROMPT") != std::string::npos || type == "PREFIX_TUNING" || type == "P_TUNING" ||
         type == "CARTRIDGE";
}

/// The tokenizer is copied as well: the adapter's if it has one (it may have added tokens), otherwise the base model's.
std::string merge_with_peft(const fs::path& folder) {
  const std::string to = folder_for_result(folder, "-merged"), copy = copy_tokenizer_command(folder, to);
  const std::string of_base =
      "; from peft import PeftConfig; from transformers import AutoTokenizer; "
      "AutoTokenizer.from_pretrained(PeftConfig.from_pretrained(sys.argv[1]).base_model_name_or_path)"
      ".save_pretrained(sys.argv[2])";
  return fmt::format(
      "python3 -c 'import sys; from peft import AutoPeftModelForCausalLM; "
      "AutoPeftModelForCausalLM.from_pretrained(sys.argv[1]).merge_and_unload().save_pretrained(sys.argv[2]){}' {} "
      "{}{}",
      copy.empty() ? of_base : "", shell_word(folder.string()), shell_word(to), copy);
}

Adapter adapter_of_peft(const fs::path& folder, const Json& config) {
  const std::string type = text_of(config, "peft_type");
  Adapter adapter;
  adapter.base = text_of(config, "base_model_name_or_path");
  adapter.kind = type.empty() || type == "LORA" ? "LoRA adapter" : type + " adapter";
  if (!is_of_prompts(type)) adapter.merge = merge_with_peft(folder);
  return adapter;
}

/// mlx-lm calls the base "model", and merges by itself.
Adapter adapter_of_mlx(const fs::path& folder, const Json& config) {
  Adapter adapter{"LoRA adapter (MLX)", text_of(config, "model"), ""};
  const std::string base = adapter.base.empty() ? "BASE" : shell_word(adapter.base);
  adapter.merge = fmt::format("python3 -m mlx_lm fuse --model {} --adapter-path {} --save-path {}", base,
                              shell_word(folder.string()), shell_word(folder_for_result(folder, "-merged")));
  return adapter;
}

/// The folders directly below that hold adapters.
std::vector<std::string> adapters_below(const fs::path& folder) {
  std::vector<std::string> names = folders_in(folder);
  std::erase_if(names, [&](const std::string& name) { return !find_adapter(folder / name); });
  std::sort(names.begin(), names.end(), natural_less);
  return names;
}

std::string advice(const Adapter& adapter) {
  if (adapter.merge.empty()) return "such an adapter cannot be merged into weights: take a model that is whole";
  return "merge it into its base model first, and take the folder that this makes: " + adapter.merge;
}

}  // namespace

std::string Adapter::text() const {
  return fmt::format("a {} of {}", kind, base.empty() ? "a model that it does not name" : "'" + base + "'");
}

std::optional<Adapter> find_adapter(const fs::path& folder) {
  if (!is_there(folder / kAdapterConfig) && !has_adapter_weights(folder)) return std::nullopt;
  const Json config = read_adapter_config(folder);
  const bool mlx = config.contains("lora_parameters") || config.contains("fine_tune_type") ||
                   (!config.contains("peft_type") && is_there(folder / "adapters.safetensors"));
  return mlx ? adapter_of_mlx(folder, config) : adapter_of_peft(folder, config);
}

std::optional<Foreign> recognise_adapter(const fs::path& folder) {
  if (const auto adapter = find_adapter(folder)) {
    return Foreign{fmt::format("this is {}, not a model", adapter->text()), advice(*adapter)};
  }
  const std::vector<std::string> below = adapters_below(folder);
  if (below.empty()) return std::nullopt;
  const Adapter first = *find_adapter(folder / below[0]);
  return Foreign{
      fmt::format("there are only adapters in it, in {}: {} is {}", list_shortly(below), below[0], first.text()),
      advice(first)};
}

}  // namespace partwise::internal

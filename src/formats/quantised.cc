// The keys are those of transformers' utils/quantization_config.py, and of the programs that quantise.
#include "formats/quantised.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/json.h"

namespace partwise::internal {

namespace fs = std::filesystem;

namespace {

using Names = std::pair<std::string_view, std::string_view>;

constexpr const char* kNotNamed = "by a method that is not named";

constexpr Names kMethods[] = {
    {"gptq", "GPTQ"},
    {"awq", "AWQ"},
    {"fp8", "FP8"},
    {"fbgemm_fp8", "FP8"},
    {"hqq", "HQQ"},
    {"exl2", "EXL2"},
    {"exl3", "EXL3"},
    {"aqlm", "AQLM"},
    {"quip", "QuIP"},
    {"quanto", "Quanto"},
    {"eetq", "EETQ"},
    {"vptq", "VPTQ"},
    {"spqr", "SpQR"},
    {"higgs", "HIGGS"},
    {"mxfp4", "MXFP4"},
    {"bitnet", "BitNet"},
    {"modelopt", "ModelOpt"},
    {"auto-round", "AutoRound"},
    {"intel/auto-round", "AutoRound"},
};

/// Ends of names of tensors that only quantised weights have. More specific ones come first.
constexpr Names kSuffixes[] = {
    {".g_idx", "GPTQ"},
    {".qweight", "GPTQ or AWQ"},
    {".qzeros", "GPTQ or AWQ"},
    {".q_weight", "EXL2"},
    {".q_invperm", "EXL2"},
    {".trellis", "EXL3"},
    {".W_q", "HQQ"},
    {".SCB", "bitsandbytes, 8 bit"},
    {".absmax", "bitsandbytes, 4 bit"},
    {".quant_map", "bitsandbytes, 4 bit"},
    {".weight_packed", "compressed-tensors"},
    {".weight_scale", "FP8 or INT8"},
    {".weight_scale_inv", "FP8"},
    {".weight_scale_2", "FP4"},
    {".codebooks", "AQLM"},
    {".weight._data", "Quanto"},
    {"_blocks", "MXFP4"},
};

/// The number at a key anywhere in the object. If there are numbers for weights and for activations: that of the
/// weights.
std::string number_at(const Json& object, std::initializer_list<const char*> keys) {
  if (const auto weights = object.find("weights"); weights != object.end() && weights->is_object())
    return number_at(*weights, keys);
  for (const auto& [key, value] : object.items()) {
    const bool named = std::ranges::find(keys, key) != keys.end();
    if (named && value.is_number()) return value.dump();
    if (!value.is_object()) continue;
    if (std::string inner = number_at(value, keys); !inner.empty()) return inner;
  }
  return "";
}

bool is_set(const Json& object, const char* key) {
  const auto value = object.find(key);
  return value != object.end() && value->is_boolean() && value->get<bool>();
}

std::string text_at(const Json& object, const char* key) {
  const auto value = object.find(key);
  return value != object.end() && value->is_string() ? value->get<std::string>() : "";
}

std::string spelled(const std::string& method) {
  constexpr std::size_t longest = 40;
  const auto control = [](unsigned char c) { return std::iscntrl(c) != 0; };
  if (method.size() > longest || std::any_of(method.begin(), method.end(), control)) return kNotNamed;
  std::string lower = method;
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto* known = std::find_if(std::begin(kMethods), std::end(kMethods), [&](auto& m) { return m.first == lower; });
  return known == std::end(kMethods) ? method : std::string(known->second);
}

std::string method_of(const Json& settings, const std::string& key) {
  for (const char* named : {"quant_method", "quant_algo"})
    if (const std::string method = text_at(settings, named); !method.empty()) return spelled(method);
  if (settings.contains("load_in_4bit") || settings.contains("load_in_8bit")) return "bitsandbytes";
  if (settings.contains("w_bit")) return "AWQ";
  return key == "quantization" ? "MLX" : key == "quantize_config.json" ? "GPTQ" : kNotNamed;
}

std::string bits_of(const Json& settings, const std::string& method) {
  if (method.find("FP") != std::string::npos || method.find("INT") != std::string::npos) return "";
  if (is_set(settings, "load_in_4bit") || is_set(settings, "_load_in_4bit")) return "4 bit";
  if (is_set(settings, "load_in_8bit") || is_set(settings, "_load_in_8bit")) return "8 bit";
  const std::string bits = number_at(settings, {"bits", "w_bit", "num_bits", "weight_bits", "nbits", "w_bits"});
  return bits.empty() ? "" : bits + " bit";
}

/// Settings of bitsandbytes are also written if neither of its modes is on.
bool says_nothing(const Json& settings) {
  if (!settings.is_object() || settings.empty()) return true;
  const std::string method = text_at(settings, "quant_method");
  const bool switched = settings.contains("load_in_4bit") || settings.contains("load_in_8bit");
  return (method.empty() || method == "bitsandbytes") && switched && !is_set(settings, "load_in_4bit") &&
         !is_set(settings, "load_in_8bit");
}

Quantisation described(const Json& settings, const std::string& key, const std::string& where) {
  const std::string method = method_of(settings, key);
  return {method, bits_of(settings, method), where};
}

/// Files that AutoGPTQ, AutoAWQ and ModelOpt write beside config.json.
std::optional<Quantisation> from_file_beside(const fs::path& folder) {
  for (const char* name : {"quantize_config.json", "quant_config.json", "hf_quant_config.json"}) {
    std::error_code ignored;
    if (!fs::is_regular_file(folder / name, ignored)) continue;
    try {
      const Json content = read_json_file(folder / name);
      const Json settings = content.is_object() ? content.value("quantization", content) : Json();
      if (settings.is_object()) return described(settings, name, name);
    } catch (const Error&) {  // a damaged file tells nothing
    }
  }
  return std::nullopt;
}

struct Evidence {
  std::string tensor, method;
};

/// The first tensor whose name shows that weights are quantised.
std::optional<Evidence> find_evidence(const Checkpoint& checkpoint) {
  for (const auto& [suffix, method] : kSuffixes)
    for (const auto& [name, view] : checkpoint.tensors())
      if (name.ends_with(suffix)) return Evidence{name, std::string(method)};
  for (const auto& [name, view] : checkpoint.tensors()) {
    if (holds_weights(view.dtype) || view.shape.size() < 2 || !name.ends_with(".weight")) continue;
    const std::string_view type = dtype_info(view.dtype).name;
    return Evidence{name, type.starts_with("F8") ? "FP8" : fmt::format("packed as {}", type)};
  }
  return std::nullopt;
}

/// Whether this is the one kind of such weights that is read: gpt-oss, as it is published (tensor/mxfp4.h).
bool holds_mxfp4(const Checkpoint& checkpoint) {
  const auto seen = find_evidence(checkpoint);
  return text_at(checkpoint.config(), "model_type") == "gpt_oss" && seen && seen->method == "MXFP4";
}

std::string advice_for(const std::string& method) {
  std::string advice =
      "take the folder of the model with its own weights (BF16, F16 or F32), or a GGUF file, where Q8_0 to Q4_0 are "
      "read";
  if (method.starts_with("MLX")) advice += "; mlx_lm.convert --dequantize makes such a folder, too";
  if (method.starts_with("bitsandbytes"))
    advice += "; transformers makes such a folder, too: from_pretrained, dequantize, save_pretrained";
  return advice;
}

}  // namespace

std::string Quantisation::text() const { return bits.empty() ? method : method + ", " + bits; }

void Quantisation::refuse(const fs::path& path, const std::string& tensor) const {
  const std::string shown = tensor.empty() ? "" : fmt::format("{}tensor '{}'", seen.empty() ? "" : ", ", tensor);
  throw Error(
      ErrorCode::bad_data,
      fmt::format("{}: the weights are quantised ({}), which is not read; by {}{}", path.string(), text(), seen, shown),
      advice_for(method));
}

std::optional<Quantisation> quantisation_of(const Json& config, const fs::path& folder) {
  for (const char* key : kQuantisationKeys) {
    const auto settings = config.find(key);
    if (settings == config.end() || says_nothing(*settings)) continue;
    return described(*settings, key, fmt::format("'{}' in config.json", key));
  }
  return from_file_beside(folder);
}

void check_not_quantised(const Checkpoint& checkpoint, const std::set<std::string>& allow_unknown) {
  if (checkpoint.format() != "hugging-face") return;
  const Json& config = checkpoint.config();
  if (holds_mxfp4(checkpoint)) return;
  const auto said = quantisation_of(config, checkpoint.files().front().parent_path());
  const auto seen = find_evidence(checkpoint);
  if (seen) said.value_or(Quantisation{seen->method, "", ""}).refuse(checkpoint.path(), seen->tensor);
  for (const char* key : kQuantisationKeys) {
    const auto settings = config.find(key);
    if (settings == config.end() || says_nothing(*settings) || allow_unknown.contains(key)) continue;
    throw Error(
        ErrorCode::bad_data,
        fmt::format("{}: '{}' says that weights are quantised ({}), but no tensor is", checkpoint.path().string(), key,
                    described(*settings, key, "").text()),
        {"other programs may quantise such weights as they read them; to take them as they are, let the key pass",
         allowing({key})});
  }
}

}  // namespace partwise::internal

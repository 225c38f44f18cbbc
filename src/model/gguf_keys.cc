// The keys are those of llama.cpp's src/llama-arch.cpp, and of the converters since 2023.
#include "model/gguf_keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <initializer_list>

#include "base/error.h"
#include "base/json.h"

namespace partwise::internal {

namespace {

/// A key with one of these numbers, or a switch that is false, has no effect.
struct NeutralValue {
  std::string_view key;
  std::initializer_list<double> numbers;
};
const NeutralValue kNeutralValues[] = {
    {"attention.max_alibi_bias", {0}},
    {"attention.clamp_kqv", {0}},
    {"attention.scale", {0}},
    {"attention.sliding_window", {0}},
    {"attention.shared_kv_layers", {0}},
    {"attn_logit_softcapping", {0}},
    {"final_logit_softcapping", {0}},
    {"logit_scale", {0, 1}},
    {"residual_scale", {0, 1}},
    {"embedding_scale", {0, 1}},
    {"leading_dense_block_count", {0}},
    {"nextn_predict_layers", {0}},
    {"rescale_every_n_layers", {0}},
    {"swin_norm", {0}},
};

/// Keys that describe a file, or things that are not computed here: training, embeddings of texts.
constexpr std::string_view kDescriptions[] = {"rope.scaling.finetuned", "pooling_type", "decoder_start_token_id"};

bool equals(const Json& value, double number) {
  if (value.is_boolean()) return value.get<bool>() == (number != 0);
  return value.is_number() && value.get<double>() == number;
}

class GgufKeys {
 public:
  GgufKeys(Json& own, std::string_view prefix, const std::string& where)
      : own_(own), prefix_(fmt::format("{}.", prefix)), where_(where) {}

  void settle() {
    for (const std::string_view key : kDescriptions) drop(key);
    for (const NeutralValue& neutral : kNeutralValues) drop_at(neutral.key, neutral.numbers);
    if (is_at("attention.causal", 1)) drop("attention.causal");
    if (prefix_ != "gptneox.") drop_at("use_parallel_residual", {0});
    settle_layout();
    settle_experts();
    settle_window();
    settle_scaling();
    for (const char* key : {"attention.head_count", "attention.head_count_kv", "feed_forward_length"}) settle_list(key);
  }

 private:
  Json* find(std::string_view key) {
    const auto found = own_.find(prefix_ + std::string(key));
    return found == own_.end() ? nullptr : &*found;
  }
  void drop(std::string_view key) { own_.erase(prefix_ + std::string(key)); }
  bool is_at(std::string_view key, double number) {
    const Json* value = find(key);
    return value && equals(*value, number);
  }
  void drop_at(std::string_view key, std::initializer_list<double> numbers) {
    if (std::any_of(numbers.begin(), numbers.end(), [&](double number) { return is_at(key, number); })) drop(key);
  }

  /// `tensor_data_layout`, under its former names: all files have this order of rows.
  void settle_layout() {
    const Json* layout = find("tensor_data_layout");
    if (!layout || !layout->is_string()) return;
    auto name = layout->get<std::string>();
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (name == "meta ai original pth" || name == "reference") drop("tensor_data_layout");
  }

  /// How experts are chosen does not matter in a model without experts.
  void settle_experts() {
    if (find("expert_count") && !is_at("expert_count", 0)) return;
    const std::string first = prefix_ + "expert_";
    for (auto it = own_.begin(); it != own_.end();) {
      const bool count = it.key() == first + "count" || it.key() == first + "used_count";
      it = it.key().starts_with(first) && !count ? own_.erase(it) : std::next(it);
    }
  }

  /// A window as long as the context, or longer, has no effect. Gemma 2, Gemma 3, OLMo 3 and gpt-oss have windows in
  /// some layers, and read them themselves.
  void settle_window() {
    const Json *window = find("attention.sliding_window"), *context = find("context_length");
    const bool reads_it = prefix_ == "gemma2." || prefix_ == "gemma3." || prefix_ == "olmo2." || prefix_ == "gpt-oss.";
    if (reads_it || !window || !context || !window->is_number() || !context->is_number()) return;
    if (window->get<double>() >= context->get<double>()) drop("attention.sliding_window");
  }

  /// `rope.scale_linear` is the name of `rope.scaling.factor` before there were types of scaling. 0 and 1 scale
  /// nothing.
  void settle_scaling() {
    const Json* type = find("rope.scaling.type");
    const bool linear = !type || *type == "linear";
    if (linear) drop_at("rope.scaling.factor", {0});
    take_scale_linear(!type || *type != "none");
    if (type && linear && !find("rope.scaling.factor")) drop("rope.scaling.type");
  }

  void take_scale_linear(bool counts) {
    const Json* older = find("rope.scale_linear");
    if (!older || !older->is_number()) return;  // then it is refused by its name
    const double scale = older->get<double>();
    const Json* newer = find("rope.scaling.factor");
    if (counts && newer && scale != 0 && !equals(*newer, scale)) {
      throw Error(ErrorCode::bad_data,
                  fmt::format("{}: '{}rope.scale_linear' is {}, and '{}rope.scaling.factor' is {}", where_, prefix_,
                              scale, prefix_, newer->dump()),
                  "they say the same of a model: get a file that does not contradict itself");
    }
    drop("rope.scale_linear");
    if (counts && !newer && scale != 0 && scale != 1) own_[prefix_ + "rope.scaling.factor"] = scale;
  }

  /// Replaces a list with one number per layer by that number, if all are equal.
  void settle_list(std::string_view key) {
    Json* list = find(key);
    if (!list || !list->is_array() || list->empty()) return;
    const Json first = list->front();
    if (std::all_of(list->begin(), list->end(), [&](const Json& entry) { return entry == first; })) *list = first;
  }

  Json& own_;
  std::string prefix_;
  const std::string& where_;
};

/// "0 or 1"
std::string list(std::initializer_list<double> numbers) {
  std::string text;
  for (double number : numbers) text += fmt::format("{}{}", text.empty() ? "" : " or ", number);
  return text;
}

}  // namespace

std::string supported_gguf_values(std::string_view key) {
  const std::string_view name = key.substr(std::min(key.find('.'), key.size() - 1) + 1);
  for (const NeutralValue& neutral : kNeutralValues)
    if (name == neutral.key) return list(neutral.numbers);
  if (name == "attention.causal") return "true";
  return name == "use_parallel_residual" ? "false" : "";
}

void settle_gguf_keys(Json& own, std::string_view prefix, const std::string& where) {
  GgufKeys(own, prefix, where).settle();
}

}  // namespace partwise::internal

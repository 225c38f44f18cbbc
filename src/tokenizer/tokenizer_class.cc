#include "tokenizer/tokenizer_class.h"

#include <algorithm>
#include <array>

#include "base/json.h"
#include "tokenizer/pretokenize.h"

namespace partwise::internal {

namespace {

using BosRule = TokenizerClass::BosRule;

constexpr std::string_view kEnd = "<|endoftext|>";

std::string text_of(const Json& object, const char* key) {
  if (!object.is_object() || !object.contains(key)) return "";
  return object[key].is_string() ? object[key].get<std::string>() : "";
}

/// The class with which transformers loads a type of model.
std::string class_of_type(std::string_view type) {
  struct Row {
    std::string_view type, name;
  };
  constexpr std::array<Row, 28> kRows = {{
      {"codegen", "CodeGenTokenizer"},  {"deepseek_v3", "LlamaTokenizer"}, {"gemma", "GemmaTokenizer"},
      {"gemma2", "GemmaTokenizer"},     {"gemma3", "GemmaTokenizer"},      {"gemma3_text", "GemmaTokenizer"},
      {"gpt2", "GPT2Tokenizer"},        {"gpt_neo", "GPT2Tokenizer"},      {"gpt_neox", "GPTNeoXTokenizer"},
      {"gpt_oss", "TokenizersBackend"}, {"gptj", "GPT2Tokenizer"},         {"llama", "LlamaTokenizer"},
      {"mistral", "LlamaTokenizer"},    {"mixtral", "LlamaTokenizer"},     {"mpt", "GPTNeoXTokenizer"},
      {"olmo", "GPTNeoXTokenizer"},     {"olmoe", "GPTNeoXTokenizer"},     {"opt", "GPT2Tokenizer"},
      {"phi", "CodeGenTokenizer"},      {"phi3", "LlamaTokenizer"},        {"qwen2", "Qwen2Tokenizer"},
      {"qwen2_moe", "Qwen2Tokenizer"},  {"qwen2_vl", "Qwen2Tokenizer"},    {"qwen3", "Qwen2Tokenizer"},
      {"qwen3_moe", "Qwen2Tokenizer"},  {"qwen3_next", "Qwen2Tokenizer"},  {"smollm3", "TokenizersBackend"},
      {"starcoder2", "GPT2Tokenizer"},
  }};
  const auto row = std::find_if(kRows.begin(), kRows.end(), [&](const Row& r) { return r.type == type; });
  return row == kRows.end() ? "" : std::string(row->name);
}

std::string name_of(const Json& tokenizer_config, const Json& model_config) {
  for (const Json* json : {&tokenizer_config, &model_config})
    if (std::string name = text_of(*json, "tokenizer_class"); !name.empty()) return name;
  return class_of_type(text_of(model_config, "model_type"));
}

/// "GPT2TokenizerFast" and "GPT2Tokenizer" mean the same here.
std::string_view without_fast(std::string_view name) {
  constexpr std::string_view kFast = "Fast";
  if (name.ends_with(kFast) && name != "PreTrainedTokenizerFast") name.remove_suffix(kFast.size());
  return name;
}

TokenizerClass of_rule(BosRule rule) {
  TokenizerClass made;
  made.bos_rule = rule;
  return made;
}

TokenizerClass byte_level(BosRule rule, TokenizerClass::Markers markers, std::string_view expression, bool nfc) {
  TokenizerClass made = of_rule(rule);
  made.markers = markers;
  made.expression = expression;
  made.nfc = nfc;
  return made;
}

TokenizerClass known_class(std::string_view name) {
  if (name == "PreTrainedTokenizerFast" || name == "TokenizersBackend") return of_rule(BosRule::by_template);
  if (name == "Qwen2Tokenizer") return byte_level(BosRule::by_template, {"", kEnd, kEnd, kEnd}, kQwen2Expression, true);
  if (name == "GPT2Tokenizer" || name == "CodeGenTokenizer") {
    TokenizerClass gpt2 = byte_level(BosRule::by_template, {kEnd, kEnd, kEnd, ""}, kGpt2Expression, false);
    gpt2.heeds_flag_without_template = name == "GPT2Tokenizer";
    return gpt2;
  }
  if (name == "GPTNeoXTokenizer") {
    TokenizerClass neox = byte_level(BosRule::by_flag, {kEnd, kEnd, kEnd, ""}, kGpt2Expression, true);
    neox.adds_bos = false;
    neox.heeds_flag_without_template = true;
    return neox;
  }
  for (const char* by_flag : {"LlamaTokenizer", "CodeLlamaTokenizer", "GemmaTokenizer", "CohereTokenizer"})
    if (name == by_flag) return of_rule(BosRule::by_flag);
  return {};
}

}  // namespace

TokenizerClass find_tokenizer_class(const Json& tokenizer_config, const Json& model_config) {
  const std::string name = name_of(tokenizer_config, model_config);
  TokenizerClass found = known_class(without_fast(name));
  found.name = name;
  return found;
}

}  // namespace partwise::internal

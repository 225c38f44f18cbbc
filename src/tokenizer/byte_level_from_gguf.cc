// Byte-level BPE in GGUF metadata: tokenizer.ggml.model "gpt2". How text is split is told there by a name only,
// tokenizer.ggml.pre.
#include <fmt/format.h>

#include "tokenizer/byte_level_bpe.h"
#include "tokenizer/gguf_vocabulary.h"
#include "tokenizer/source.h"

namespace partwise {

namespace {

constexpr std::string_view kName = "byte-level BPE (gguf)";

/// What the pre-tokenizer's name stands for.
struct GgufPreTokenizer {
  std::string_view name;
  std::vector<std::string_view> expressions;  // applied one after the other
  bool nfc = false, ignore_merges = false;
  bool adds_bos = false;  // where tokenizer.ggml.add_bos_token is missing
};

const std::vector<GgufPreTokenizer>& pre_tokenizers() {
  static const std::vector<GgufPreTokenizer> all = {
      {"dbrx", {kLlama3Expression}},  // OLMo 2
      {"gpt-2", {kGpt2Expression}},
      {"llama-bpe", {kLlama3Expression}, false, true, true},
      {"mpt", {kGpt2Expression}, true},     // GPT-NeoX and Pythia, from converters older than OLMo
      {"olmo", {kGpt2Expression}, true},    // GPT-NeoX, Pythia, OLMo
      {"qwen2", {kQwen2Expression}, true},  // Qwen 2 and 3
      {"smollm", {kDigitExpression, kGpt2Expression}},
  };
  return all;
}

const GgufPreTokenizer& find_pre_tokenizer(const GgufVocabulary& metadata) {
  const std::string name = metadata.text("tokenizer.ggml.pre");
  std::string known;
  for (const GgufPreTokenizer& pre : pre_tokenizers()) {
    if (pre.name == name) return pre;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", pre.name);
  }
  metadata.fail(fmt::format("pre-tokenizer '{}' (tokenizer.ggml.pre) is not supported", name),
                fmt::format("supported: {}; a Hugging Face folder with tokenizer.json describes any", known));
}

void read_pre_tokenizer(const GgufPreTokenizer& pre, ByteLevelBpeParts& parts) {
  std::vector<SplitStep> steps;
  for (std::string_view expression : pre.expressions) steps.push_back({Pattern(expression)});
  parts.pre_tokenizer = PreTokenizer(std::move(steps));
  parts.nfc = pre.nfc;
  parts.ignore_merges = pre.ignore_merges;
}

void read_tokens(const GgufVocabulary& metadata, ByteLevelBpeParts& parts) {
  using enum PieceType;
  parts.vocabulary = metadata.tokens();
  const auto types = metadata.types(parts.vocabulary.size());
  for (std::size_t id = 0; id < types.size(); ++id) {
    std::string& token = parts.vocabulary[id];
    if (types[id] == normal) continue;
    if (types[id] == byte) metadata.fail(fmt::format("token {} has type 6, a byte, beside byte-level spelling", id));
    const bool special = types[id] != user_defined;
    if (types[id] != unused) parts.added.push_back({static_cast<TokenId>(id), token, special, false});
    token.clear();
  }
}

bool reads(const TokenizerFiles& files) { return files.gguf && files.model == "gpt2"; }

const GgufPreTokenizer& check_settings(const GgufVocabulary& metadata) {
  metadata.refuse_flags({"tokenizer.ggml.add_eos_token", "tokenizer.ggml.add_space_prefix"});
  return find_pre_tokenizer(metadata);
}

bool adds_bos(const GgufVocabulary& metadata, const GgufPreTokenizer& pre) {
  return metadata.flag("tokenizer.ggml.add_bos_token", pre.adds_bos);
}

std::unique_ptr<Tokenizer> make(const TokenizerFiles& files) {
  const GgufVocabulary metadata(*files.gguf);
  const GgufPreTokenizer& pre = check_settings(metadata);
  const std::vector<std::string> rules = metadata.merge_rules();
  ByteLevelBpeParts parts;
  parts.name = kName;
  read_pre_tokenizer(pre, parts);
  read_tokens(metadata, parts);
  parts.merges = metadata.merges(rules);
  parts.bos = metadata.id("tokenizer.ggml.bos_token_id");
  parts.eos = metadata.id("tokenizer.ggml.eos_token_id");
  parts.adds_bos = adds_bos(metadata, pre);
  return naming_file(files.path.string(), [&] { return std::make_unique<ByteLevelBpe>(std::move(parts)); });
}

TokenizerOutline outline(const TokenizerFiles& files) {
  const GgufVocabulary metadata(*files.gguf);
  return metadata.outline(kName, adds_bos(metadata, check_settings(metadata)));
}

const RegisterTokenizerSource registration({kName, reads, make, outline});

}  // namespace

}  // namespace partwise

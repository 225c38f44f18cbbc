// Byte-level BPE in GGUF metadata: tokenizer.ggml.model "gpt2". How text is split is told there by a name only,
// tokenizer.ggml.pre.
#include <fmt/format.h>

#include <limits>

#include "base/error.h"
#include "base/utf8.h"
#include "tokenizer/byte_level_bpe.h"
#include "tokenizer/source.h"

namespace partwise {

namespace {

constexpr std::string_view kName = "byte-level BPE (gguf)";

enum TokenType : std::int64_t { normal = 1, unknown = 2, control = 3, user_defined = 4, unused = 5 };

/// What the pre-tokenizer's name stands for.
struct GgufPreTokenizer {
  std::string_view name;
  std::vector<std::string_view> expressions;  // applied one after the other
  bool nfc = false, ignore_merges = false;
  bool adds_bos = false;  // where tokenizer.ggml.add_bos_token is missing
};

const std::vector<GgufPreTokenizer>& pre_tokenizers() {
  static const std::vector<GgufPreTokenizer> all = {
      {"gpt-2", {kGpt2Expression}},
      {"llama-bpe", {kLlama3Expression}, false, true, true},
      {"qwen2", {kQwen2Expression}, true},
      {"smollm", {kDigitExpression, kGpt2Expression}},
  };
  return all;
}

/// The metadata "tokenizer.ggml.*" of one file.
class Metadata {
 public:
  explicit Metadata(const GgufFile& gguf) : gguf_(gguf) {}

  [[noreturn]] void fail(const std::string& what, const std::string& hint = {}) const {
    throw Error(ErrorCode::bad_data, fmt::format("{}: {}", gguf_.path().string(), what), hint);
  }
  std::string text(const std::string& key) const;
  bool flag(const std::string& key, bool otherwise) const;
  std::optional<TokenId> id(const std::string& key) const;

 private:
  const GgufFile& gguf_;
};

std::string Metadata::text(const std::string& key) const {
  auto value = gguf_.value(key);
  if (!value || !value->is_string()) fail(fmt::format("'{}' is missing or no string", key));
  return value->get<std::string>();
}

bool Metadata::flag(const std::string& key, bool otherwise) const {
  if (!gguf_.has(key)) return otherwise;
  auto value = gguf_.value(key);
  if (!value || !value->is_boolean()) fail(fmt::format("'{}' is not true or false", key));
  return value->get<bool>();
}

std::optional<TokenId> Metadata::id(const std::string& key) const {
  if (!gguf_.has(key)) return std::nullopt;
  auto value = gguf_.value(key);
  const std::int64_t id = value && value->is_number_integer() ? value->get<std::int64_t>() : -1;
  if (id < 0 || id > std::numeric_limits<TokenId>::max()) fail(fmt::format("'{}' is no token id", key));
  return static_cast<TokenId>(id);
}

const GgufPreTokenizer& find_pre_tokenizer(const Metadata& metadata) {
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

void read_tokens(const Metadata& metadata, const GgufFile& gguf, ByteLevelBpeParts& parts) {
  parts.vocabulary = gguf.strings("tokenizer.ggml.tokens");
  const auto types = gguf.integers("tokenizer.ggml.token_type");
  if (types.size() != parts.vocabulary.size()) {
    metadata.fail(fmt::format("{} token types for {} tokens", types.size(), parts.vocabulary.size()));
  }
  for (std::size_t id = 0; id < types.size(); ++id) {
    std::string& token = parts.vocabulary[id];
    if (find_invalid_utf8(token) != std::string_view::npos) metadata.fail(fmt::format("token {} is not UTF-8", id));
    if (types[id] == TokenType::normal) continue;
    if (types[id] < unknown || types[id] > unused) metadata.fail(fmt::format("token {} has type {}", id, types[id]));
    const bool special = types[id] != user_defined;
    if (types[id] != unused) parts.added.push_back({static_cast<TokenId>(id), token, special, false});
    token.clear();
  }
}

void read_merges(const Metadata& metadata, const std::vector<std::string>& rules, ByteLevelBpeParts& parts) {
  parts.merges.reserve(rules.size());
  for (const std::string& rule : rules) {
    auto merge = parse_merge(rule);
    if (!merge) metadata.fail(fmt::format("merge {} is not two tokens with a space between", parts.merges.size()));
    parts.merges.push_back(*merge);
  }
}

void refuse_unsupported(const Metadata& metadata) {
  for (const char* key : {"tokenizer.ggml.add_eos_token", "tokenizer.ggml.add_space_prefix"}) {
    if (metadata.flag(key, false)) metadata.fail(fmt::format("'{}' is true, which is not supported", key));
  }
}

bool reads(const TokenizerFiles& files) { return files.gguf && files.model == "gpt2"; }

std::unique_ptr<Tokenizer> make(const TokenizerFiles& files) {
  const Metadata metadata(*files.gguf);
  refuse_unsupported(metadata);
  const GgufPreTokenizer& pre = find_pre_tokenizer(metadata);
  const std::vector<std::string> rules = files.gguf->strings("tokenizer.ggml.merges");
  ByteLevelBpeParts parts{.name = std::string(kName)};
  read_pre_tokenizer(pre, parts);
  read_tokens(metadata, *files.gguf, parts);
  read_merges(metadata, rules, parts);
  parts.bos = metadata.id("tokenizer.ggml.bos_token_id");
  parts.eos = metadata.id("tokenizer.ggml.eos_token_id");
  parts.adds_bos = metadata.flag("tokenizer.ggml.add_bos_token", pre.adds_bos);
  return make_byte_level_bpe(std::move(parts), files.path.string());
}

const RegisterTokenizerSource registration({kName, reads, make});

}  // namespace

}  // namespace partwise

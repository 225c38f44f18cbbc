// Byte-level BPE in GGUF metadata: tokenizer.ggml.model "gpt2". There only a name, tokenizer.ggml.pre, says how text is
// split.
#include <fmt/format.h>

#include "tokenizer/byte_level_bpe.h"
#include "tokenizer/gguf_pre_tokenizers.h"
#include "tokenizer/gguf_vocabulary.h"
#include "tokenizer/kind.h"

namespace partwise::internal {

namespace {

constexpr std::string_view kName = "byte-level BPE (gguf)";

constexpr const char* kPre = "tokenizer.ggml.pre";
constexpr const char* kFolderHint = "a Hugging Face folder with tokenizer.json says how text is split";

std::string known_names() {
  std::string names;
  for (const GgufPreTokenizer& pre : gguf_pre_tokenizers())
    names += fmt::format("{}{}", names.empty() ? "" : ", ", pre.name);
  return names;
}

/// Older files without a name, and files with "default", do not say how text is split.
const GgufPreTokenizer& find_pre_tokenizer(const GgufVocabulary& metadata) {
  const std::string name = metadata.has(kPre) ? metadata.text(kPre) : "";
  if (name.empty() || name == "default") {
    metadata.fail(name.empty() ? fmt::format("'{}' is missing or empty, so how text is split is not known", kPre)
                               : fmt::format("pre-tokenizer 'default' ({}) does not say how text is split", kPre),
                  fmt::format("convert the model again with a present llama.cpp; {}", kFolderHint));
  }
  if (const GgufPreTokenizer* pre = find_gguf_pre_tokenizer(name)) return *pre;
  metadata.fail(fmt::format("pre-tokenizer '{}' ({}) is not supported", name, kPre),
                fmt::format("{}; supported: {}", kFolderHint, known_names()));
}

void read_pre_tokenizer(const GgufPreTokenizer& pre, ByteLevelBpeParts& parts) {
  std::vector<SplitStep> steps;
  for (std::string_view expression : pre.expressions) steps.push_back({Pattern(expression)});
  parts.pre_tokenizer = PreTokenizer(std::move(steps));
  parts.nfc = pre.nfc;
  parts.ignore_merges = pre.ignore_merges;
}

void read_tokens(const GgufVocabulary& metadata, const GgufPreTokenizer& pre, ByteLevelBpeParts& parts) {
  using enum PieceType;
  parts.vocabulary = metadata.tokens();
  const auto types = metadata.types(parts.vocabulary.size());
  for (std::size_t id = 0; id < types.size(); ++id) {
    std::string& token = parts.vocabulary[id];
    if (types[id] == normal) continue;
    if (types[id] == byte) metadata.fail(fmt::format("token {} has type 6, a byte, beside byte-level spelling", id));
    const bool special = types[id] != user_defined;
    const bool takes_space = pre.mask_takes_space && token == "<mask>";
    if (types[id] != unused) parts.added.push_back({static_cast<TokenId>(id), token, special, false, takes_space});
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
  read_tokens(metadata, pre, parts);
  parts.merges = metadata.merges(rules);
  parts.adds_bos = adds_bos(metadata, pre);
  parts.bos = metadata.bos(parts.adds_bos);
  parts.eos = metadata.eos();
  return naming_file(files.path.string(), [&] { return std::make_unique<ByteLevelBpe>(std::move(parts)); });
}

}  // namespace

void register_byte_level_from_gguf(std::vector<TokenizerKind>& kinds) { kinds.push_back({kName, reads, make}); }

}  // namespace partwise::internal

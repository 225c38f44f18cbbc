// SentencePiece BPE in GGUF metadata: tokenizer.ggml.model "llama".
#include <fmt/format.h>

#include <set>

#include "base/utf8.h"
#include "tokenizer/gguf_vocabulary.h"
#include "tokenizer/sentencepiece_bpe.h"
#include "tokenizer/source.h"

namespace partwise {

namespace {

constexpr std::string_view kName = "SentencePiece BPE (gguf)";

using Parts = SentencePieceBpeParts;

void refuse_unsupported(const GgufVocabulary& metadata) {
  constexpr const char* kPre = "tokenizer.ggml.pre";
  if (metadata.has(kPre) && metadata.text(kPre) != "default")
    metadata.fail(fmt::format("pre-tokenizer '{}' ({}) is not supported", metadata.text(kPre), kPre));
  constexpr const char* kCharsmap = "tokenizer.ggml.precompiled_charsmap";
  if (metadata.has(kCharsmap)) metadata.fail(fmt::format("'{}' is not supported", kCharsmap));
  metadata.refuse_flags(
      {"tokenizer.ggml.add_eos_token", "tokenizer.ggml.add_sep_token", "tokenizer.ggml.remove_extra_whitespaces"});
}

bool is_one_character(const std::string& piece) {
  const auto character = decode_utf8(piece);
  return character && character->length == piece.size();
}

/// Converters that found no scores have written the same one everywhere.
bool say_nothing(const std::vector<float>& scores, const std::vector<std::string>& pieces,
                 const std::vector<PieceType>& types) {
  std::set<float> different;
  std::size_t n_merged = 0;
  for (std::size_t id = 0; id < pieces.size() && different.size() < 2; ++id) {
    if (types[id] != PieceType::normal || is_one_character(pieces[id])) continue;
    ++n_merged;
    different.insert(scores[id]);
  }
  return n_merged > 1 && different.size() == 1;
}

/// Scores, or merges where they say nothing.
void read_merging(const GgufVocabulary& metadata, const std::vector<PieceType>& types,
                  const std::vector<std::string>& rules, Parts& parts) {
  constexpr const char* kScores = "tokenizer.ggml.scores";
  parts.scores = metadata.floats(kScores);
  if (parts.scores.size() != types.size())
    metadata.fail(fmt::format("{} scores for {} tokens", parts.scores.size(), types.size()));
  if (!say_nothing(parts.scores, parts.vocabulary, types)) return;
  if (rules.empty()) metadata.fail(fmt::format("'{}' are all the same, so they do not say what to merge", kScores));
  parts.scores.clear();
  parts.merges = metadata.merges(rules);
}

bool reads(const TokenizerFiles& files) { return files.gguf && files.model == "llama"; }

bool adds_bos(const GgufVocabulary& metadata) {
  return metadata.flag("tokenizer.ggml.add_bos_token", metadata.id("tokenizer.ggml.bos_token_id").has_value());
}

std::unique_ptr<Tokenizer> make(const TokenizerFiles& files) {
  const std::string file = files.path.string();
  const GgufVocabulary metadata(*files.gguf);
  refuse_unsupported(metadata);
  Parts parts;
  parts.name = kName;
  std::vector<std::string> pieces = metadata.tokens();
  const std::vector<PieceType> types = metadata.types(pieces.size());
  naming_file(file, [&] { parts.take_pieces(std::move(pieces), types); });
  const bool has_rules = metadata.has("tokenizer.ggml.merges");
  const std::vector<std::string> rules = has_rules ? metadata.merge_rules() : std::vector<std::string>();
  read_merging(metadata, types, rules, parts);
  parts.strips_space = metadata.flag("tokenizer.ggml.add_space_prefix", true);
  parts.prefix = parts.strips_space ? Parts::Prefix::every_stretch : Parts::Prefix::none;
  parts.bos = metadata.id("tokenizer.ggml.bos_token_id");
  parts.eos = metadata.id("tokenizer.ggml.eos_token_id");
  parts.adds_bos = adds_bos(metadata);
  return naming_file(file, [&] { return std::make_unique<SentencePieceBpe>(std::move(parts)); });
}

TokenizerOutline outline(const TokenizerFiles& files) {
  const GgufVocabulary metadata(*files.gguf);
  refuse_unsupported(metadata);
  return metadata.outline(kName, adds_bos(metadata));
}

const RegisterTokenizerSource registration({kName, reads, make, outline});

}  // namespace

}  // namespace partwise

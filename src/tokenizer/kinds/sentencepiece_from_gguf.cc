// SentencePiece BPE in GGUF metadata: tokenizer.ggml.model "llama".
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "base/utf8.h"
#include "tokenizer/gguf_pre_tokenizers.h"
#include "tokenizer/gguf_vocabulary.h"
#include "tokenizer/kind.h"
#include "tokenizer/sentencepiece_bpe.h"

namespace partwise::internal {

namespace {

constexpr std::string_view kName = "SentencePiece BPE (gguf)";
constexpr std::string_view kSpace = "\u2581";  // "▁"

using Parts = SentencePieceBpeParts;

/// llama.cpp uses this name only for byte-level BPE. Converters have written several names here ("default",
/// "llama-spm"). A name of byte-level BPE contradicts the model.
void refuse_unsupported(const GgufVocabulary& metadata) {
  constexpr const char* kPre = "tokenizer.ggml.pre";
  const std::string pre = metadata.has(kPre) ? metadata.text(kPre) : "";
  if (find_gguf_pre_tokenizer(pre))
    metadata.fail(fmt::format("pre-tokenizer '{}' ({}), which is one for byte-level BPE, is not supported", pre, kPre));
  constexpr const char* kCharsmap = "tokenizer.ggml.precompiled_charsmap";
  if (metadata.has(kCharsmap)) metadata.fail(fmt::format("'{}' is not supported", kCharsmap));
  metadata.refuse_flags(
      {"tokenizer.ggml.add_eos_token", "tokenizer.ggml.add_sep_token", "tokenizer.ggml.remove_extra_whitespaces"});
}

bool is_one_character(const std::string& piece) {
  const auto character = decode_utf8(piece);
  return character && character->length == piece.size();
}

/// Converters that found no scores have written the same score everywhere.
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

/// Reads scores; if they are all the same, merges.
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

/// llama.cpp finds such tokens before normalisation, so each stretch between them gets a dummy prefix of its own, as in
/// the folder from which the file was made. A token that is spelled with "▁" can only be found after normalisation.
void find_user_defined_before_normalisation(Parts& parts) {
  for (AddedToken& token : parts.added)
    token.normalized = token.normalized && token.content.find(kSpace) != std::string::npos;
}

/// llama.cpp goes by the name, which has other spellings too ("Phi 3 Mini"): those files have the architecture.
bool is_phi3(const GgufVocabulary& metadata) {
  const auto text = [&](const char* key) { return metadata.has(key) ? metadata.text(key) : std::string(); };
  std::string name = text("general.name");
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text("general.architecture") == "phi3" || name.find("phi-3") != std::string::npos ||
         name.find("phi3") != std::string::npos;
}

/// Phi-3's tokens take the white space on their right with them, as its tokenizer.json says. GGUF files do not.
void take_space_on_the_right(Parts& parts) {
  for (AddedToken& token : parts.added)
    token.rstrip = token.content != "<unk>" && token.content != "<s>" && token.content != "<|endoftext|>";
}

/// If the file names no BOS, or one that is not among its tokens, BOS is "<s>" with id 1, as in llama.cpp.
std::optional<TokenId> find_bos(const GgufVocabulary& metadata, const Parts& parts) {
  constexpr TokenId kUsual = 1;
  if (const auto declared = metadata.bos(false)) return declared;
  const auto is_usual = [](const AddedToken& token) { return token.id == kUsual && token.special; };
  const bool is_there = std::any_of(parts.added.begin(), parts.added.end(), is_usual);
  return is_there ? std::optional(kUsual) : std::nullopt;
}

void read_markers(const GgufVocabulary& metadata, Parts& parts) {
  const auto bos = find_bos(metadata, parts);
  parts.adds_bos = metadata.flag("tokenizer.ggml.add_bos_token", bos || metadata.declares_bos());
  parts.bos = bos ? bos : metadata.bos(parts.adds_bos);
  parts.eos = metadata.eos();
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
  if (parts.strips_space) find_user_defined_before_normalisation(parts);
  if (is_phi3(metadata)) take_space_on_the_right(parts);
  read_markers(metadata, parts);
  return naming_file(file, [&] { return std::make_unique<SentencePieceBpe>(std::move(parts)); });
}

}  // namespace

void register_sentencepiece_from_gguf(std::vector<TokenizerKind>& kinds) { kinds.push_back({kName, reads, make}); }

}  // namespace partwise::internal

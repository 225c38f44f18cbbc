// SentencePiece BPE in tokenizer.model, with the markers and added tokens of the files beside it.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/file.h"
#include "formats/foreign.h"
#include "tokenizer/folder_markers.h"
#include "tokenizer/json_vocabulary.h"
#include "tokenizer/kind.h"
#include "tokenizer/sentencepiece_bpe.h"
#include "tokenizer/sentencepiece_model.h"

namespace partwise::internal {

namespace {

constexpr std::string_view kName = "SentencePiece BPE (tokenizer.model)";

using Model = SentencePieceModel;
using Parts = SentencePieceBpeParts;

[[noreturn]] void fail(const std::string& what, const std::string& hint = {}) {
  throw Error(ErrorCode::bad_data, what, hint);
}

[[noreturn]] void refuse(const std::string& what) { fail(fmt::format("{} is not supported", what)); }

/// Whether the file has lines such as "IQ== 0": Llama 3 has tiktoken's ranks under the same file name.
bool is_tiktoken(std::string_view bytes) {
  const std::string_view line = bytes.substr(0, bytes.find('\n'));
  const std::size_t space = line.find(' ');
  if (space == 0 || space == std::string_view::npos || space + 1 == line.size()) return false;
  const auto all_of = [](std::string_view text, std::string_view characters) {
    return text.find_first_not_of(characters) == std::string_view::npos;
  };
  return all_of(line.substr(0, space), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=") &&
         all_of(line.substr(space + 1), "0123456789\r");
}

void check_normalizer(const Model::Normalizer& normalizer, const char* place) {
  const bool is_identity = normalizer.name.empty() || normalizer.name == "identity";
  if (normalizer.has_charsmap || normalizer.has_rules || !is_identity)
    refuse(fmt::format("{} '{}', which changes characters,", place, normalizer.name));
}

void check_model(const Model& model) {
  constexpr const char* kTypes[] = {"", "Unigram", "BPE", "Word", "Char"};
  constexpr std::int64_t kBpe = 2;
  const bool is_known = model.model_type >= 1 && model.model_type < std::ssize(kTypes);
  if (model.model_type != kBpe)
    refuse(fmt::format("model type '{}'", is_known ? kTypes[model.model_type] : std::to_string(model.model_type)));
  if (model.treat_whitespace_as_suffix) refuse("treat_whitespace_as_suffix");
  if (!model.byte_fallback) refuse("a model without byte_fallback");
  check_normalizer(model.normalizer, "normalizer");
  check_normalizer(model.denormalizer, "denormalizer");
  if (model.normalizer.remove_extra_whitespaces) refuse("normalizer_spec.remove_extra_whitespaces");
  if (!model.normalizer.escape_whitespaces) refuse("normalizer_spec without escape_whitespaces");
}

std::optional<TokenId> find_marker(const std::string& piece, const Parts& parts) {
  for (const AddedToken& token : parts.added)
    if (token.special && token.content == piece) return token.id;
  return std::nullopt;
}

/// Llama's and Gemma's tokenizers put BOS in front unless a file says otherwise. Added tokens are found before
/// normalisation, so each stretch between them has a dummy prefix of its own; with "legacy": false, only the first
/// stretch has one.
void read_config(const TokenizerFiles& files, const Model& model, Parts& parts) {
  parts.bos = find_marker(model.bos_piece, parts);
  parts.eos = find_marker(model.eos_piece, parts);
  const std::vector<AddedToken> pieces = parts.added;
  read_folder_markers(files, {TokenizerClass::BosRule::by_flag, std::nullopt, parts.bos.has_value()},
                      parts.vocabulary.size(), parts);
  for (std::size_t i = 0; i < parts.added.size(); ++i)
    parts.added[i].normalized = i < pieces.size() && pieces[i].normalized;
  parts.scores.resize(parts.vocabulary.size());  // the scores of added tokens do not matter
  const JsonPart config(files.tokenizer_config, (files.path / "tokenizer_config.json").string(), "");
  check_prefix_space(config, model.normalizer.add_dummy_prefix);
  const bool legacy = config.is_null() || config["legacy"].flag_or(true);
  if (model.normalizer.add_dummy_prefix)
    parts.prefix = legacy ? Parts::Prefix::every_stretch : Parts::Prefix::first_stretch;
}

Model read_model(const std::filesystem::path& file) {
  const MappedFile mapped(file);
  const std::string_view bytes(reinterpret_cast<const char*>(mapped.bytes().data()), mapped.bytes().size());
  if (is_tiktoken(bytes)) {
    fail("tiktoken's ranks are not supported: they do not say how text is split",
         "give a folder with tokenizer.json instead");
  }
  Model model = read_sentencepiece_model(bytes);
  check_model(model);
  return model;
}

bool reads(const TokenizerFiles& files) { return files.model == "tokenizer.model"; }

std::unique_ptr<Tokenizer> make(const TokenizerFiles& files) {
  const std::string file = (files.path / "tokenizer.model").string();
  Parts parts;
  parts.name = kName;
  check_not_stand_in(file);
  const Model model = naming_file(file, [&] {
    Model read = read_model(file);
    parts.take_pieces(std::move(read.pieces), read.types);
    return read;
  });
  parts.scores = model.scores;
  parts.strips_space = model.normalizer.add_dummy_prefix;
  read_config(files, model, parts);
  return naming_file(file, [&] { return std::make_unique<SentencePieceBpe>(std::move(parts)); });
}

}  // namespace

void register_sentencepiece_from_model(std::vector<TokenizerKind>& kinds) { kinds.push_back({kName, reads, make}); }

}  // namespace partwise::internal

#include "pieces.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <tuple>
#include <unordered_map>

#include "base/json.h"
#include "tokenizer/sentencepiece_model.h"

namespace partwise::internal::test {

namespace {

constexpr std::int32_t kNormal = 1, kUnknown = 2, kControl = 3, kUserDefined = 4, kByte = 6;
constexpr const char* kSpace = "\u2581";

std::string with_spaces(std::string text) {
  for (std::size_t at; (at = text.find('_')) != std::string::npos;) text.replace(at, 1, kSpace);
  return text;
}

bool ends_inside_character(const std::string& text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
}

/// (score, length of left, length of right, left, right), with lengths in characters. Merges are ranked by score, then
/// by the lengths, highest first.
using Rule = std::tuple<float, std::ptrdiff_t, std::ptrdiff_t, TokenId, TokenId>;

std::ptrdiff_t n_characters(const std::string& text) {
  return std::count_if(text.begin(), text.end(), [](unsigned char byte) { return (byte & 0xc0) != 0x80; });
}

std::vector<Rule> rules_of(const Pieces& pieces) {
  std::unordered_map<std::string, TokenId> ids;
  for (std::size_t id = 0; id < pieces.texts.size(); ++id)
    if (pieces.types[id] == kNormal) ids[pieces.texts[id]] = static_cast<TokenId>(id);
  std::vector<Rule> rules;
  for (const auto& [text, id] : ids) {
    for (std::size_t at = 1; at < text.size(); ++at) {
      if (ends_inside_character(text, at)) continue;
      const auto left = ids.find(text.substr(0, at)), right = ids.find(text.substr(at));
      if (left != ids.end() && right != ids.end())
        rules.emplace_back(-pieces.scores[id], -n_characters(left->first), -n_characters(right->first), left->second,
                           right->second);
    }
  }
  std::sort(rules.begin(), rules.end());
  return rules;
}

Json added_token(const Pieces& pieces, std::size_t id, JsonForm form) {
  const bool user_defined = pieces.types[id] == kUserDefined;
  return {{"id", id},
          {"content", pieces.texts[id]},
          {"single_word", false},
          {"lstrip", false},
          {"rstrip", false},
          {"normalized", user_defined && form == JsonForm::gemma},
          {"special", !user_defined}};
}

Json model_json(const Pieces& pieces) {
  Json vocab = Json::object(), merges = Json::array();
  for (std::size_t id = 0; id < pieces.texts.size(); ++id) vocab[pieces.texts[id]] = id;
  for (const auto& [score, n_left, n_right, left, right] : rules_of(pieces))
    merges.push_back(pieces.texts[left] + " " + pieces.texts[right]);
  return {{"type", "BPE"},
          {"dropout", nullptr},
          {"unk_token", "<unk>"},
          {"continuing_subword_prefix", nullptr},
          {"fuse_unk", true},
          {"byte_fallback", true},
          {"ignore_merges", false},
          {"end_of_word_suffix", nullptr},
          {"vocab", std::move(vocab)},
          {"merges", std::move(merges)}};
}

/// The parts of tokenizer.json besides the model, which depend on the form.
Json json_around(JsonForm form) {
  const Json replace = Json::parse(R"({"type": "Replace", "pattern": {"String": " "}, "content": "▁"})");
  const Json prepend = {{"type", "Sequence"},
                        {"normalizers", Json::array({{{"type", "Prepend"}, {"prepend", kSpace}}, replace})}};
  const Json metaspace =
      Json::parse(R"({"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": false})");
  const Json split = Json::parse(
      R"({"type": "Split", "pattern": {"String": " "}, "behavior": "MergedWithPrevious", "invert": false})");
  Json json = Json::parse(R"({"version": "1.0", "truncation": null, "padding": null, "normalizer": null,
      "pre_tokenizer": null,
      "post_processor": {"type": "TemplateProcessing",
          "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
          "pair": [], "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}},
      "decoder": {"type": "Sequence", "decoders": [
          {"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"},
          {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}})");
  if (form != JsonForm::metaspace_first) json["normalizer"] = form == JsonForm::prepend ? prepend : replace;
  if (form != JsonForm::prepend) json["pre_tokenizer"] = form == JsonForm::gemma ? split : metaspace;
  if (form == JsonForm::gemma) json["decoder"]["decoders"].erase(3);
  return json;
}

}  // namespace

void Pieces::add(const std::string& text, float score, std::int32_t type) {
  texts.push_back(text);
  scores.push_back(score);
  types.push_back(type);
}

Pieces read_pieces(const std::string& model_file) {
  SentencePieceModel model = read_sentencepiece_model(model_file);
  Pieces pieces{std::move(model.pieces), std::move(model.scores), {}};
  for (PieceType type : model.types) pieces.types.push_back(static_cast<std::int32_t>(type));
  return pieces;
}

void Message::varint(std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) bytes_ += static_cast<char>(number | 0x80);
  bytes_ += static_cast<char>(number);
}

Message& Message::add(std::uint32_t field, std::uint64_t number) {
  varint(field << 3);
  varint(number);
  return *this;
}

Message& Message::add(std::uint32_t field, float number) {
  varint(field << 3 | 5);
  bytes_.append(reinterpret_cast<const char*>(&number), sizeof number);
  return *this;
}

Message& Message::add(std::uint32_t field, std::string_view bytes) {
  varint(field << 3 | 2);
  varint(bytes.size());
  bytes_ += bytes;
  return *this;
}

Message llama_trainer() { return Message().add(3, std::uint64_t{2}).add(35, std::uint64_t{1}); }

Message llama_normalizer() { return Message().add(1, "identity").add(2, "").add(4, std::uint64_t{0}); }

Message model_of(const Pieces& pieces, const Message& trainer, const Message& normalizer) {
  Message model;
  for (std::size_t id = 0; id < pieces.texts.size(); ++id) {
    Message piece;
    piece.add(1, pieces.texts[id]).add(2, pieces.scores[id]);
    if (pieces.types[id] != kNormal) piece.add(3, static_cast<std::uint64_t>(pieces.types[id]));
    model.add(1, piece);
  }
  return model.add(2, trainer).add(3, normalizer);
}

GgufWriter gguf_of(const Pieces& pieces) {
  GgufWriter gguf;
  gguf.add("tokenizer.ggml.model", "llama").add("tokenizer.ggml.pre", "default");
  gguf.add("tokenizer.ggml.tokens", pieces.texts).add("tokenizer.ggml.scores", pieces.scores);
  gguf.add("tokenizer.ggml.token_type", pieces.types);
  gguf.add("tokenizer.ggml.bos_token_id", std::uint32_t{kBosPiece});
  gguf.add("tokenizer.ggml.eos_token_id", std::uint32_t{kEosPiece});
  return gguf;
}

Json json_of(const Pieces& pieces, JsonForm form) {
  Json json = json_around(form);
  json["added_tokens"] = Json::array();
  for (std::size_t id = 0; id < pieces.texts.size(); ++id)
    if (pieces.types[id] >= kUnknown && pieces.types[id] <= kUserDefined)
      json["added_tokens"].push_back(added_token(pieces, id, form));
  json["model"] = model_json(pieces);
  return json;
}

Pieces small_pieces() {
  Pieces pieces;
  pieces.add("<unk>", 0, kUnknown);
  pieces.add("<s>", 0, kControl);
  pieces.add("</s>", 0, kControl);
  for (int byte = 0; byte < 256; ++byte) pieces.add(fmt::format("<0x{:02X}>", byte), 0, kByte);
  float score = 2;  // so some scores are positive and one is 0
  for (const char* text : {"ll", "he", "hell", "hello", "_hello", "_w", "or", "_wor", "aa", "__", "ab", "bc"})
    pieces.add(with_spaces(text), std::string_view(text) == "bc" ? score + 1 : score--,
               kNormal);  // ab and bc are equal
  for (const char* text : {"_", "h", "e", "l", "o", "w", "r", "d", "a", "b", "c", "x"})
    pieces.add(with_spaces(text), score--, kNormal);
  pieces.add("<tool>", 0, kUserDefined);
  pieces.add("\n\n", 0, kUserDefined);
  return pieces;
}

TokenId piece_id(const std::string& text) {
  static const Pieces pieces = small_pieces();
  const auto found = std::find(pieces.texts.begin(), pieces.texts.end(), with_spaces(text));
  if (found == pieces.texts.end()) throw std::runtime_error(text + " is no piece");
  return static_cast<TokenId>(found - pieces.texts.begin());
}

}  // namespace partwise::internal::test

// Byte-level BPE in tokenizer.json, with tokenizer_config.json beside it for the markers BOS and EOS.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/error.h"
#include "tokenizer/byte_level.h"
#include "tokenizer/byte_level_bpe.h"
#include "tokenizer/pipeline_json.h"
#include "tokenizer/source.h"

namespace partwise {

namespace {

constexpr std::string_view kName = "byte-level BPE (tokenizer.json)";

void check_model(const JsonPart& model) {
  model.check_members({"type", "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix", "fuse_unk",
                       "byte_fallback", "ignore_merges", "vocab", "merges"});
  const Json& dropout = model["dropout"].value();
  if (!dropout.is_null() && dropout != 0) model["dropout"].refuse("dropout");
  for (const char* affix : {"continuing_subword_prefix", "end_of_word_suffix"}) {
    if (!model[affix].is_null() && !model[affix].text().empty()) model[affix].refuse("text that marks parts of words");
  }
}

/// Ids may have gaps, but not so large that the gaps are most of the table.
void check_id(const JsonPart& place, std::int64_t id, std::size_t n_tokens) {
  const std::int64_t most = 65'536 + 4 * static_cast<std::int64_t>(n_tokens);
  if (id < 0 || id >= most) place.fail(fmt::format("id {} cannot be right with {} tokens", id, n_tokens));
}

/// The table gets as large as the largest id asks for.
void put(std::vector<std::string>& by_id, std::int64_t id, const std::string& token, const JsonPart& vocab) {
  if (by_id.size() <= static_cast<std::size_t>(id)) by_id.resize(id + 1);
  if (token.empty()) vocab.fail(fmt::format("token {} has no text", id));
  if (!by_id[id].empty()) vocab.fail(fmt::format("tokens '{}' and '{}' have the same id {}", by_id[id], token, id));
  by_id[id] = token;
}

std::vector<std::string> read_vocabulary(const JsonPart& vocab, const JsonPart& added_list,
                                         const std::vector<AddedToken>& added) {
  if (!vocab.value().is_object()) vocab.fail("this is no JSON object");
  const std::size_t n_tokens = vocab.value().size() + added.size();
  std::vector<std::string> by_id;
  by_id.reserve(n_tokens);
  for (const auto& [token, id] : vocab.value().get_ref<const Json::object_t&>()) {
    if (!id.is_number_integer()) vocab.fail(fmt::format("the id of '{}' is no whole number", token));
    check_id(vocab, id.get<std::int64_t>(), n_tokens);
    put(by_id, id.get<std::int64_t>(), token, vocab);
  }
  for (const AddedToken& token : added) {
    check_id(added_list, token.id, n_tokens);
    if (by_id.size() <= static_cast<std::size_t>(token.id)) by_id.resize(token.id + 1);
  }
  return by_id;
}

/// "LEFT RIGHT", or ["LEFT", "RIGHT"].
std::optional<ByteLevelBpeParts::Merge> read_merge(const Json& merge) {
  if (merge.is_string()) return parse_merge(merge.get_ref<const std::string&>());
  if (!merge.is_array() || merge.size() != 2 || !merge[0].is_string() || !merge[1].is_string()) return std::nullopt;
  return ByteLevelBpeParts::Merge{merge[0].get_ref<const std::string&>(), merge[1].get_ref<const std::string&>()};
}

std::vector<ByteLevelBpeParts::Merge> read_merges(const JsonPart& list) {
  if (!list.value().is_array()) list.fail("this is no JSON array");
  std::vector<ByteLevelBpeParts::Merge> merges;
  merges.reserve(list.value().size());
  for (const Json& rule : list.value()) {
    auto merge = read_merge(rule);
    if (!merge) list.fail(fmt::format("entry {} is not two tokens", merges.size()));
    merges.push_back(*merge);
  }
  return merges;
}

std::vector<AddedToken> read_added(const JsonPart& list) {
  std::vector<AddedToken> added;
  if (list.is_null()) return added;
  for (const JsonPart& token : list.elements()) {
    token.check_members({"id", "content", "single_word", "lstrip", "rstrip", "normalized", "special"});
    for (const char* option : {"single_word", "lstrip", "rstrip"}) {
      if (token[option].flag_or(false)) token.refuse(fmt::format("the option '{}' of an added token", option));
    }
    const std::int64_t id = token["id"].integer();
    if (id < 0 || id > std::numeric_limits<TokenId>::max()) token["id"].fail("this is no token id");
    const bool special = token["special"].flag_or(false);
    added.push_back(
        {static_cast<TokenId>(id), token["content"].text(), special, token["normalized"].flag_or(!special)});
  }
  return added;
}

/// With an unk_token a byte that is not in the vocabulary would become that token; without one it is left out.
void check_unknown(const JsonPart& model) {
  if (model["unk_token"].is_null()) return;
  for (int byte = 0; byte < 256; ++byte) {
    if (!model["vocab"].value().contains(to_byte_level(std::string(1, static_cast<char>(byte))))) {
      model["unk_token"].refuse(fmt::format("an unk_token in a vocabulary without byte 0x{:02X}", byte));
    }
  }
}

/// The id of a marker that tokenizer_config.json names, as "TOKEN" or {"content": "TOKEN", ...}.
std::optional<TokenId> read_marker(const JsonPart& marker, const ByteLevelBpeParts& parts) {
  if (marker.is_null()) return std::nullopt;
  const std::string content = marker.value().is_object() ? marker["content"].text() : marker.text();
  for (const AddedToken& token : parts.added) {
    if (token.content == content) return token.id;
  }
  auto found = std::find(parts.vocabulary.begin(), parts.vocabulary.end(), content);
  if (content.empty() || found == parts.vocabulary.end())
    marker.fail(fmt::format("'{}' is not in the vocabulary", content));
  return static_cast<TokenId>(found - parts.vocabulary.begin());
}

/// Tokens that tokenizer_config.json lists as added must be those of tokenizer.json.
void check_added_tokens_decoder(const JsonPart& list, const std::vector<AddedToken>& added) {
  if (list.is_null()) return;
  if (!list.value().is_object()) list.fail("this is no JSON object");
  for (const auto& [id, token] : list.value().items()) {
    const std::string content = list[id]["content"].text();
    const bool known = std::any_of(added.begin(), added.end(), [&, key = id](const AddedToken& t) {
      return std::to_string(t.id) == key && t.content == content;
    });
    if (!known) list[id].refuse(fmt::format("'{}', which tokenizer.json does not add,", content));
  }
}

/// tokenizer_config.json goes before the template of tokenizer.json, which puts `front` in front of texts.
void read_markers(const JsonPart& config, std::optional<TokenId> front, ByteLevelBpeParts& parts) {
  parts.bos = front;
  parts.adds_bos = front.has_value();
  if (config.is_null()) return;
  for (const char* option : {"add_eos_token", "add_prefix_space"}) {
    if (config[option].flag_or(false)) config[option].refuse("true");
  }
  check_added_tokens_decoder(config["added_tokens_decoder"], parts.added);
  if (auto bos = read_marker(config["bos_token"], parts)) parts.bos = bos;
  if (front && parts.bos != front)
    config["bos_token"].fail(fmt::format("tokenizer.json puts token {} in front instead", *front));
  parts.eos = read_marker(config["eos_token"], parts);
  parts.adds_bos = config["add_bos_token"].flag_or(parts.adds_bos);
}

bool reads(const TokenizerFiles& files) { return !files.tokenizer_json.is_null() && files.model == "BPE"; }

std::unique_ptr<Tokenizer> make(const TokenizerFiles& files) {
  const std::string file = (files.path / "tokenizer.json").string();
  const JsonPart json(files.tokenizer_json, file, "");
  json.check_members({"version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer",
                      "post_processor", "decoder", "model"});
  const JsonPart model = json["model"];
  ByteLevelBpeParts parts{.name = std::string(kName)};
  check_model(model);
  check_decoder(json["decoder"]);
  parts.nfc = read_normalizer(json["normalizer"]);
  parts.pre_tokenizer = read_pre_tokenizer(json["pre_tokenizer"]);
  parts.ignore_merges = model["ignore_merges"].flag_or(false);
  parts.added = read_added(json["added_tokens"]);
  parts.vocabulary = read_vocabulary(model["vocab"], json["added_tokens"], parts.added);
  check_unknown(model);
  parts.merges = read_merges(model["merges"]);
  const std::string config_file = (files.path / "tokenizer_config.json").string();
  read_markers(JsonPart(files.tokenizer_config, config_file, ""), read_post_processor(json["post_processor"]), parts);
  return make_byte_level_bpe(std::move(parts), file);
}

const RegisterTokenizerSource registration({kName, reads, make});

}  // namespace

}  // namespace partwise

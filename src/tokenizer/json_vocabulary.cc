#include "tokenizer/json_vocabulary.h"

#include <fmt/format.h>

#include <algorithm>

namespace partwise {

namespace {

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

/// "LEFT RIGHT", or ["LEFT", "RIGHT"].
std::optional<BpeParts::Merge> read_merge(const Json& merge) {
  if (merge.is_string()) return parse_merge(merge.get_ref<const std::string&>());
  if (!merge.is_array() || merge.size() != 2 || !merge[0].is_string() || !merge[1].is_string()) return std::nullopt;
  return BpeParts::Merge{merge[0].get_ref<const std::string&>(), merge[1].get_ref<const std::string&>()};
}

/// The id of a marker that tokenizer_config.json names, as "TOKEN" or {"content": "TOKEN", ...}.
std::optional<TokenId> read_marker(const JsonPart& marker, const BpeParts& parts) {
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

}  // namespace

void check_tokenizer_members(const JsonPart& json) {
  json.check_members({"version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer",
                      "post_processor", "decoder", "model"});
}

void check_model_options(const JsonPart& model) {
  model.check_members({"type", "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix", "fuse_unk",
                       "byte_fallback", "ignore_merges", "vocab", "merges"});
  const Json& dropout = model["dropout"].value();
  if (!dropout.is_null() && dropout != 0) model["dropout"].refuse("dropout");
  for (const char* affix : {"continuing_subword_prefix", "end_of_word_suffix"}) {
    if (!model[affix].is_null() && !model[affix].text().empty()) model[affix].refuse("text that marks parts of words");
  }
}

TokenId read_token_id(const JsonPart& id) {
  if (!is_token_id(id.integer())) id.fail("this is no token id");
  return static_cast<TokenId>(id.integer());
}

std::vector<AddedToken> read_added(const JsonPart& list) {
  std::vector<AddedToken> added;
  if (list.is_null()) return added;
  for (const JsonPart& token : list.elements()) {
    token.check_members({"id", "content", "single_word", "lstrip", "rstrip", "normalized", "special"});
    const bool special = token["special"].flag_or(false);
    added.push_back({read_token_id(token["id"]), token["content"].text(), special,
                     token["normalized"].flag_or(!special), token["lstrip"].flag_or(false),
                     token["rstrip"].flag_or(false), token["single_word"].flag_or(false)});
  }
  return added;
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

std::vector<BpeParts::Merge> read_merges(const JsonPart& list) {
  if (!list.value().is_array()) list.fail("this is no JSON array");
  std::vector<BpeParts::Merge> merges;
  merges.reserve(list.value().size());
  for (const Json& rule : list.value()) {
    auto merge = read_merge(rule);
    if (!merge) list.fail(fmt::format("entry {} is not two tokens", merges.size()));
    merges.push_back(*merge);
  }
  return merges;
}

void read_markers(const JsonPart& config, std::optional<TokenId> front, BpeParts& parts) {
  if (front) parts.bos = front;
  parts.adds_bos = parts.adds_bos || front;
  if (config.is_null()) return;
  if (config["add_eos_token"].flag_or(false)) config["add_eos_token"].refuse("true");
  check_added_tokens_decoder(config["added_tokens_decoder"], parts.added);
  if (auto bos = read_marker(config["bos_token"], parts)) parts.bos = bos;
  if (front && parts.bos != front)
    config["bos_token"].fail(fmt::format("tokenizer.json puts token {} in front instead", *front));
  if (auto eos = read_marker(config["eos_token"], parts)) parts.eos = eos;
  parts.adds_bos = config["add_bos_token"].flag_or(parts.adds_bos);
}

void check_prefix_space(const JsonPart& config, bool has_prefix) {
  if (config.is_null()) return;
  const JsonPart asked = config["add_prefix_space"];
  if (asked.flag_or(has_prefix) != has_prefix) asked.refuse(has_prefix ? "false" : "true");
}

}  // namespace partwise

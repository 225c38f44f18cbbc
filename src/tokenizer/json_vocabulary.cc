#include "tokenizer/json_vocabulary.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <unordered_map>

#include "base/json.h"

namespace partwise::internal {

namespace {

/// Ids may have gaps, unless the gaps are most of the table.
void check_id(const JsonPart& place, std::int64_t id, std::size_t n_tokens) {
  const std::int64_t most = 65'536 + 4 * static_cast<std::int64_t>(n_tokens);
  if (id < 0 || id >= most) place.fail(fmt::format("id {} cannot be right with {} tokens", id, n_tokens));
}

/// Puts a token into the table, which grows to the largest id.
void put(std::vector<std::string>& by_id, std::int64_t id, std::string_view token, const JsonPart& vocab) {
  if (by_id.size() <= static_cast<std::size_t>(id)) by_id.resize(id + 1);
  if (token.empty()) vocab.fail(fmt::format("token {} has no text", id));
  if (!by_id[id].empty()) vocab.fail(fmt::format("tokens '{}' and '{}' have the same id {}", by_id[id], token, id));
  by_id[id] = token;
}

void take_json(const JsonPart& vocab, const std::function<void(std::string_view, std::int64_t)>& take) {
  if (!vocab.value().is_object()) vocab.fail("this is no JSON object");
  for (const auto& [token, id] : vocab.value().get_ref<const Json::object_t&>()) {
    if (!id.is_number_integer()) vocab.fail(fmt::format("the id of '{}' is no whole number", token));
    take(token, id.get<std::int64_t>());
  }
}

/// "LEFT RIGHT", or ["LEFT", "RIGHT"].
std::optional<BpeParts::Merge> read_merge(const Json& merge) {
  if (merge.is_string()) return parse_merge(merge.get_ref<const std::string&>());
  if (!merge.is_array() || merge.size() != 2 || !merge[0].is_string() || !merge[1].is_string()) return std::nullopt;
  return BpeParts::Merge{merge[0].get_ref<const std::string&>(), merge[1].get_ref<const std::string&>()};
}

/// The id that each content of `added` has in the vocabulary; -1: none.
std::unordered_map<std::string_view, TokenId> ids_in_vocabulary(const std::vector<AddedToken>& added,
                                                                const std::vector<std::string>& by_id) {
  std::unordered_map<std::string_view, TokenId> ids;
  for (const AddedToken& token : added) ids.emplace(token.content, -1);
  for (std::size_t id = 0; id < by_id.size(); ++id)
    if (const auto found = ids.find(by_id[id]); found != ids.end()) found->second = static_cast<TokenId>(id);
  return ids;
}

/// Hugging Face's tokenizers ignores the ids in the file. A token has the id of its entry in the vocabulary; otherwise
/// the next id after the number of entries and the tokens before it. Models are trained with these ids.
void check_added_ids(const JsonPart& list, const std::vector<AddedToken>& added, const std::vector<std::string>& by_id,
                     std::size_t n_entries) {
  auto ids = ids_in_vocabulary(added, by_id);
  auto next = static_cast<TokenId>(n_entries);
  for (std::size_t i = 0; i < added.size(); ++i) {
    TokenId& id = ids.at(added[i].content);
    if (id < 0) id = next;
    next = std::max(next, id + 1);
    if (added[i].content.empty() || added[i].id == id) continue;
    list.elements()[i].fail(fmt::format("'{}' cannot have the id {}: {} is what it gets beside this vocabulary",
                                        added[i].content, added[i].id, id));
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

std::vector<std::string> read_vocabulary(const TokenizerFiles& files, const JsonPart& json,
                                         const std::vector<AddedToken>& added) {
  const JsonPart vocab = json["model"]["vocab"];
  const std::size_t n_tokens = vocabulary_size(files) + added.size();
  std::vector<std::string> by_id;
  by_id.reserve(n_tokens);
  const auto take = [&](std::string_view token, std::int64_t id) {
    check_id(vocab, id, n_tokens);
    put(by_id, id, token, vocab);
  };
  if (files.tables) {
    for (const auto& [token, id] : files.tables->vocab) take(token, id);
  } else {
    take_json(vocab, take);
  }
  for (const AddedToken& token : added) check_id(json["added_tokens"], token.id, n_tokens);
  check_added_ids(json["added_tokens"], added, by_id, vocabulary_size(files));
  for (const AddedToken& token : added)
    if (by_id.size() <= static_cast<std::size_t>(token.id)) by_id.resize(token.id + 1);
  return by_id;
}

std::size_t vocabulary_size(const TokenizerFiles& files) {
  if (files.tables) return files.tables->vocab.size();
  return JsonPart(files.tokenizer_json, "", "")["model"]["vocab"].value().size();
}

std::vector<BpeParts::Merge> read_merges(const TokenizerFiles& files, const JsonPart& list) {
  std::vector<BpeParts::Merge> merges;
  const auto take = [&](std::optional<BpeParts::Merge> merge) {
    if (!merge) list.fail(fmt::format("entry {} is not two tokens", merges.size()));
    merges.push_back(*merge);
  };
  if (files.tables) {
    merges.reserve(files.tables->merges.size());
    for (const auto& [left, right] : files.tables->merges)
      take(right.empty() ? parse_merge(left) : BpeParts::Merge{left, right});
    return merges;
  }
  if (!list.value().is_array()) list.fail("this is no JSON array");
  merges.reserve(list.value().size());
  for (const Json& rule : list.value()) take(read_merge(rule));
  return merges;
}

void check_prefix_space(const JsonPart& config, bool has_prefix) {
  if (config.is_null()) return;
  const JsonPart asked = config["add_prefix_space"];
  if (asked.flag_or(has_prefix) != has_prefix) asked.refuse(has_prefix ? "false" : "true");
}

}  // namespace partwise::internal

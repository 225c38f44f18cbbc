#include "tokenizer/named_tokens.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <unordered_map>

#include "base/json.h"

namespace partwise::internal {

namespace {

constexpr const char* kDecoder = "added_tokens_decoder";
constexpr std::array<const char*, 7> kMarkers = {"bos_token", "eos_token", "unk_token", "sep_token",
                                                 "pad_token", "cls_token", "mask_token"};
constexpr std::array<const char*, 2> kLists = {"additional_special_tokens", "extra_special_tokens"};

/// Reads "TOKEN", or {"content": "TOKEN", ...}; nullopt for null and "".
std::optional<AddedToken> read_token(const JsonPart& part, bool special) {
  if (part.is_null()) return std::nullopt;
  AddedToken token{-1, "", special, !special};
  if (part.value().is_object()) {
    part.check_members({"__type", "content", "lstrip", "rstrip", "single_word", "normalized", "special", "id"});
    token.content = part["content"].text();
    token.special = special || part["special"].flag_or(false);
    token.normalized = part["normalized"].flag_or(!token.special);
    token.lstrip = part["lstrip"].flag_or(false);
    token.rstrip = part["rstrip"].flag_or(false);
    token.single_word = part["single_word"].flag_or(false);
  } else {
    token.content = part.text();
  }
  return token.content.empty() ? std::nullopt : std::optional(token);
}

/// The elements of a list, or the values of an object; empty for null.
std::vector<JsonPart> members(const JsonPart& part) {
  if (part.is_null()) return {};
  if (!part.value().is_object()) return part.elements();
  std::vector<JsonPart> values;
  for (const auto& [key, value] : part.value().items()) values.push_back(part[key]);
  return values;
}

JsonPart member(const JsonPart& object, const std::string& key) { return object.is_null() ? object : object[key]; }

class Reader {
 public:
  explicit Reader(const TokenizerFiles& files)
      : config_(part(files, files.tokenizer_config, "tokenizer_config.json")),
        map_(part(files, files.special_tokens_map, "special_tokens_map.json")),
        added_(part(files, files.added_tokens, "added_tokens.json")),
        class_(files.tokenizer_class) {}

  NamedTokens read() {
    for (const char* key : kMarkers) read_marker(key);
    for (const char* key : kLists) {
      for (const JsonPart& token : members(member(config_, key))) add_special(token);
      for (const JsonPart& token : members(member(map_, key))) add_special(token);
    }
    read_declared();
    named_.tokens.insert(named_.tokens.begin(), declared_.begin(), declared_.end());
    return std::move(named_);
  }

 private:
  static JsonPart part(const TokenizerFiles& files, const Json& json, const char* name) {
    return {json, (files.path / name).string(), ""};
  }

  std::string_view usual(std::string_view key) const {
    const TokenizerClass::Markers& markers = class_.markers;
    if (key == "bos_token") return markers.bos;
    if (key == "eos_token") return markers.eos;
    if (key == "unk_token") return markers.unk;
    return key == "pad_token" ? markers.pad : std::string_view();
  }

  void read_marker(const std::string& key) {
    const JsonPart newer = member(config_, key), older = member(map_, key);
    const JsonPart& place = older.is_null() ? newer : older;
    const bool is_silent = place.is_null() && (config_.is_null() || !config_.value().contains(key));
    const auto token = is_silent ? usual_token(key) : read_token(place, true);
    if (!token) return;
    if (key == "bos_token") named_.bos = token->content;
    if (key == "eos_token") named_.eos = token->content;
    named_.markers.emplace_back(key, token->content);
    named_.tokens.push_back({*token, place});
  }

  std::optional<AddedToken> usual_token(std::string_view key) const {
    if (usual(key).empty()) return std::nullopt;
    return AddedToken{-1, std::string(usual(key)), true, false};
  }

  void add_special(const JsonPart& place) {
    if (const auto token = read_token(place, true)) named_.tokens.push_back({*token, place});
  }

  void read_declared() {
    if (const JsonPart list = member(config_, kDecoder); !list.is_null()) {
      if (!list.value().is_object()) list.fail("this is no JSON object");
      for (const auto& [id, token] : list.value().items()) declare(read_id(list, id), list[id]);
    } else if (!added_.is_null()) {
      if (!added_.value().is_object()) added_.fail("this is no JSON object");
      for (const auto& [content, id] : added_.value().items()) declare(content, added_[content]);
    }
    std::sort(declared_.begin(), declared_.end(), [](const auto& a, const auto& b) { return a.token.id < b.token.id; });
  }

  static TokenId read_id(const JsonPart& list, const std::string& id) {
    TokenId number = -1;
    const auto end = std::from_chars(id.data(), id.data() + id.size(), number).ptr;
    if (end != id.data() + id.size() || number < 0) list.fail(fmt::format("'{}' is no token id", id));
    return number;
  }

  void declare(TokenId id, const JsonPart& place) {
    auto token = read_token(place, false);
    if (!token) place.fail("this token has no text");
    token->id = id;
    token->special = token->special || is_special(token->content);
    declared_.push_back({*token, place, true});
  }

  void declare(const std::string& content, const JsonPart& id) {
    if (content.empty()) id.fail("this token has no text");
    if (id.integer() < 0 || !is_token_id(id.integer())) id.fail("this is no token id");
    const bool special = is_special(content);
    const AddedToken token{static_cast<TokenId>(id.integer()), content, special, !special};
    declared_.push_back(NamedToken{token, id});
  }

  bool is_special(const std::string& content) const {
    return std::any_of(named_.tokens.begin(), named_.tokens.end(),
                       [&](const NamedToken& named) { return named.token.content == content; });
  }

  JsonPart config_, map_, added_;
  const TokenizerClass& class_;
  NamedTokens named_;
  std::vector<NamedToken> declared_;
};

class Adder {
 public:
  Adder(std::size_t n_entries, BpeParts& parts) : parts_(parts), next_(static_cast<TokenId>(n_entries)) {
    for (const AddedToken& token : parts.added) note(token);
  }

  void add(const NamedToken& named) {
    const auto known = ids_.find(named.token.content);
    const TokenId id = known != ids_.end() ? known->second : id_of(named.token.content);
    if (named.token.id >= 0 && named.token.id != id) refuse(named, id);
    if (known == ids_.end()) check_is_free(named, id);
    if (known != ids_.end()) return named.overrides ? override_flags(named.token) : void();
    parts_.added.push_back(named.token);
    parts_.added.back().id = id;
    note(parts_.added.back());
    if (parts_.vocabulary.size() <= static_cast<std::size_t>(id)) parts_.vocabulary.resize(id + 1);
  }

 private:
  void override_flags(const AddedToken& token) {
    for (AddedToken& added : parts_.added) {
      if (added.content != token.content) continue;
      const TokenId id = added.id;
      added = token;
      added.id = id;
    }
  }

  void note(const AddedToken& token) {
    ids_.emplace(token.content, token.id);
    next_ = std::max(next_, token.id + 1);
  }

  TokenId id_of(const std::string& content) const {
    const auto& vocabulary = parts_.vocabulary;
    const auto found = std::find(vocabulary.begin(), vocabulary.end(), content);
    return found == vocabulary.end() ? next_ : static_cast<TokenId>(found - vocabulary.begin());
  }

  /// Refuses a vocabulary with gaps in its ids: transformers counts the entries, and would give out an id that is
  /// taken.
  void check_is_free(const NamedToken& named, TokenId id) const {
    const auto& vocabulary = parts_.vocabulary;
    const bool is_taken = static_cast<std::size_t>(id) < vocabulary.size() && !vocabulary[id].empty();
    if (!is_taken || vocabulary[id] == named.token.content) return;
    named.place.fail(fmt::format("'{}' would get the id {}, which '{}' has", named.token.content, id, vocabulary[id]));
  }

  [[noreturn]] static void refuse(const NamedToken& named, TokenId id) {
    named.place.fail(fmt::format("'{}' cannot have the id {}: {} is what it gets beside this vocabulary",
                                 named.token.content, named.token.id, id));
  }

  BpeParts& parts_;
  TokenId next_;
  std::unordered_map<std::string, TokenId> ids_;  // of added tokens
};

}  // namespace

NamedTokens read_named_tokens(const TokenizerFiles& files) { return Reader(files).read(); }

void add_named_tokens(const NamedTokens& named, std::size_t n_entries, BpeParts& parts) {
  Adder adder(n_entries, parts);
  for (const NamedToken& token : named.tokens) adder.add(token);
}

void check_tokens_of_models(const JsonPart& config, const std::vector<AddedToken>& added) {
  if (config.is_null()) return;
  const auto check = [&](const JsonPart& part) {
    if (!part.value().is_string() && !part.value().is_object()) return;
    const auto token = read_token(part, true);
    const auto is_it = [&](const AddedToken& other) { return other.content == token->content; };
    if (!token || std::any_of(added.begin(), added.end(), is_it)) return;
    part.refuse(fmt::format("'{}', which the tokenizer does not have as an added token,", token->content));
  };
  for (const auto& [key, value] : config.value().items()) {
    const bool is_marker = std::find(kMarkers.begin(), kMarkers.end(), key) != kMarkers.end();
    if (key.ends_with("_token") && !is_marker) check(config[key]);
  }
  for (const JsonPart& token : members(config["model_specific_special_tokens"])) check(token);
}

}  // namespace partwise::internal

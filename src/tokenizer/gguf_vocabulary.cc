#include "tokenizer/gguf_vocabulary.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/json.h"
#include "base/utf8.h"

namespace partwise::internal {

namespace {

constexpr const char* kTokens = "tokenizer.ggml.tokens";
constexpr const char* kBos = "tokenizer.ggml.bos_token_id";
constexpr const char* kEos = "tokenizer.ggml.eos_token_id";

}  // namespace

void GgufVocabulary::fail(const std::string& what, const std::string& hint) const {
  throw Error(ErrorCode::bad_data, fmt::format("{}: {}", gguf_.path().string(), what), hint);
}

std::string GgufVocabulary::text(const std::string& key) const {
  auto value = gguf_.value(key);
  if (!value || !value->is_string()) fail(fmt::format("'{}' is missing or no string", key));
  return value->get<std::string>();
}

bool GgufVocabulary::flag(const std::string& key, bool otherwise) const {
  if (!gguf_.has(key)) return otherwise;
  auto value = gguf_.value(key);
  if (!value || !value->is_boolean()) fail(fmt::format("'{}' is not true or false", key));
  return value->get<bool>();
}

std::optional<TokenId> GgufVocabulary::marker(const std::string& key) const {
  if (!gguf_.has(key)) return std::nullopt;
  auto value = gguf_.value(key);
  if (!value || !value->is_number_integer()) fail(fmt::format("'{}' is no whole number", key));
  const bool is_token = value->is_number_unsigned() || value->get<std::int64_t>() >= 0;
  if (!is_token || value->get<std::uint64_t>() >= static_cast<std::uint64_t>(gguf_.count(kTokens))) return std::nullopt;
  return static_cast<TokenId>(value->get<std::int64_t>());
}

std::optional<TokenId> GgufVocabulary::bos(bool is_added) const {
  const auto bos = marker(kBos);
  if (bos || !is_added) return bos;
  fail(gguf_.has(kBos) ? fmt::format("BOS is to be put in front, and '{}' is {}, which is none of the {} tokens", kBos,
                                     gguf_.value(kBos)->dump(), gguf_.count(kTokens))
                       : fmt::format("BOS is to be put in front and none is declared ('{}')", kBos));
}

std::vector<std::string> GgufVocabulary::tokens() const {
  std::vector<std::string> tokens = gguf_.strings(kTokens);
  for (std::size_t id = 0; id < tokens.size(); ++id)
    if (find_invalid_utf8(tokens[id]) != std::string_view::npos) fail(fmt::format("token {} is not UTF-8", id));
  return tokens;
}

std::vector<PieceType> GgufVocabulary::types(std::size_t n_tokens) const {
  const auto numbers = gguf_.integers("tokenizer.ggml.token_type");
  if (numbers.size() != n_tokens) fail(fmt::format("{} token types for {} tokens", numbers.size(), n_tokens));
  std::vector<PieceType> types;
  types.reserve(numbers.size());
  for (std::int64_t number : numbers) {
    const auto type = piece_type(number);
    if (!type) fail(fmt::format("token {} has type {}", types.size(), number));
    types.push_back(*type);
  }
  return types;
}

std::vector<BpeParts::Merge> GgufVocabulary::merges(const std::vector<std::string>& rules) const {
  std::vector<BpeParts::Merge> merges;
  merges.reserve(rules.size());
  for (const std::string& rule : rules) {
    auto merge = parse_merge(rule);
    if (!merge) fail(fmt::format("merge {} is not two tokens with a space between", merges.size()));
    merges.push_back(*merge);
  }
  return merges;
}

bool GgufVocabulary::declares_bos() const { return gguf_.has(kBos); }

std::optional<TokenId> GgufVocabulary::eos() const { return marker(kEos); }

void GgufVocabulary::refuse_flags(std::initializer_list<const char*> keys) const {
  for (const char* key : keys)
    if (flag(key, false)) fail(fmt::format("'{}' is true, which is not supported", key));
}

}  // namespace partwise::internal

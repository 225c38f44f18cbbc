#include "tokenizer/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <fmt/format.h>
#include <pcre2.h>

#include <algorithm>
#include <cstdint>
#include <limits>

#include "base/error.h"
#include "tokenizer/pattern_dialect.h"

namespace partwise::internal {

namespace {

constexpr std::size_t kMaxExpression = 10'000;
constexpr std::uint32_t kHeapLimitKiB = 64 * 1024;

const pcre2_code* as_code(const std::shared_ptr<const void>& code) {
  return static_cast<const pcre2_code*>(code.get());
}
PCRE2_SPTR as_units(std::string_view text) { return reinterpret_cast<PCRE2_SPTR>(text.data()); }

std::string message_of(int error) {
  PCRE2_UCHAR text[256];
  pcre2_get_error_message(error, text, sizeof text);
  return reinterpret_cast<const char*>(text);
}

/// The limit on backtracking. A long run of white space needs one step back per character.
std::uint32_t match_limit(std::size_t text_size) {
  constexpr std::uint64_t kAtLeast = 10'000'000, kAtMost = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(16 * std::uint64_t{text_size}, kAtLeast, kAtMost));
}

}  // namespace

Pattern::Pattern(std::string_view expression) {
  if (expression.size() > kMaxExpression) {
    throw Error(ErrorCode::bad_data,
                fmt::format("a regular expression of {} bytes is not supported", expression.size()));
  }
  const std::string translated = to_pcre2_dialect(expression);
  int error = 0;
  std::size_t offset = 0;
  pcre2_code* code =
      pcre2_compile(as_units(translated), translated.size(), PCRE2_UTF | PCRE2_UCP, &error, &offset, nullptr);
  if (!code) {
    throw Error(ErrorCode::bad_data, fmt::format("regular expression \"{}\": {}", expression, message_of(error)));
  }
  code_ = std::shared_ptr<const void>(code, [](void* c) { pcre2_code_free(static_cast<pcre2_code*>(c)); });
  pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);  // if JIT is not available, matching is interpreted
}

PatternSearch::PatternSearch(const Pattern& pattern) : code_(pattern.code_) {
  match_ = {pcre2_match_data_create(1, nullptr),
            [](void* m) { pcre2_match_data_free(static_cast<pcre2_match_data*>(m)); }};
  limits_ = {pcre2_match_context_create(nullptr),
             [](void* m) { pcre2_match_context_free(static_cast<pcre2_match_context*>(m)); }};
  check_internal(match_ && limits_, "there is memory for a match");
  pcre2_set_heap_limit(static_cast<pcre2_match_context*>(limits_.get()), kHeapLimitKiB);
}

std::optional<Pattern::Match> PatternSearch::find(std::string_view text, std::size_t from) {
  auto* match = static_cast<pcre2_match_data*>(match_.get());
  auto* limits = static_cast<pcre2_match_context*>(limits_.get());
  pcre2_set_match_limit(limits, match_limit(text.size()));
  const auto run = [&](std::uint32_t options) {
    return pcre2_match(as_code(code_), as_units(text), text.size(), from, options | PCRE2_NO_UTF_CHECK, match, limits);
  };
  int found = run(0);
  if (found == PCRE2_ERROR_JIT_STACKLIMIT) found = run(PCRE2_NO_JIT);
  if (found == PCRE2_ERROR_NOMATCH) return std::nullopt;
  if (found < 0) {
    throw Error(ErrorCode::bad_data,
                fmt::format("the pre-tokenizer's regular expression fails on this text: {}", message_of(found)));
  }
  const PCRE2_SIZE* bounds = pcre2_get_ovector_pointer(match);
  return Pattern::Match{bounds[0], bounds[1]};
}

}  // namespace partwise::internal

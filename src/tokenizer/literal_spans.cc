#include "tokenizer/literal_spans.h"

#include <algorithm>

namespace partwise::internal {

namespace {

std::size_t common_prefix(std::string_view a, std::string_view b) {
  return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

std::size_t common_suffix(std::string_view a, std::string_view b) {
  return static_cast<std::size_t>(std::mismatch(a.rbegin(), a.rend(), b.rbegin(), b.rend()).first - a.rbegin());
}

/// The span, extended to include the characters that it cuts.
TextSpan whole_characters(std::string_view text, TextSpan span) {
  const auto is_inside = [&](std::size_t at) { return at < text.size() && (text[at] & 0xc0) == 0x80; };
  while (is_inside(span.begin)) --span.begin;
  while (is_inside(span.end)) ++span.end;
  return span;
}

}  // namespace

bool are_spans_of(std::size_t size, std::span<const TextSpan> spans) {
  std::size_t done = 0;
  for (const TextSpan& span : spans) {
    if (span.begin < done || span.end < span.begin || span.end > size) return false;
    done = span.end;
  }
  return true;
}

std::vector<TextSpan> spans_within(TextSpan part, std::span<const TextSpan> spans) {
  std::vector<TextSpan> inside;
  for (const TextSpan& span : spans) {
    const std::size_t begin = std::max(span.begin, part.begin), end = std::min(span.end, part.end);
    if (begin <= end) inside.push_back({begin - part.begin, end - part.begin});
  }
  return inside;
}

std::vector<TextSpan> spans_after(std::string_view text, std::string_view normalized, std::span<const TextSpan> spans,
                                  const std::function<std::string(std::string_view text, bool at_start)>& normalize) {
  const auto prefix = [&](std::size_t at) { return common_prefix(normalize(text.substr(0, at), true), normalized); };
  std::vector<TextSpan> moved;
  for (TextSpan span : spans) {
    span = whole_characters(text, span);
    const std::size_t behind = common_suffix(normalize(text.substr(span.end), false), normalized);
    moved.push_back({prefix(span.begin), std::max(prefix(span.end), normalized.size() - behind)});
  }
  return moved;
}

}  // namespace partwise::internal

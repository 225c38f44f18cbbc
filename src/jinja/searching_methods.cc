// Methods of str that look for a part of a text.
#include <fmt/format.h>

#include <algorithm>

#include "jinja/arguments.h"
#include "jinja/arithmetic.h"
#include "jinja/attribute.h"
#include "jinja/budget.h"
#include "jinja/code_points.h"
#include "jinja/failure.h"
#include "jinja/methods.h"

namespace partwise::internal::jinja {

namespace {

/// The part of a text in which a method looks.
struct Range {
  std::string_view text;
  std::int64_t begin = 0;  // in characters
  bool is_valid = true;    // Python finds nothing in a range that begins behind the end
};

std::int64_t clamped(std::int64_t at, std::int64_t size) {
  return std::clamp<std::int64_t>(at < 0 ? at + size : at, 0, size);
}

std::size_t offset_of(std::string_view bytes, std::int64_t n_characters) {
  std::size_t at = 0;
  for (; n_characters > 0; --n_characters) at += character_size(bytes[at]);
  return at;
}

/// Arguments 1 and 2 are the bounds.
Range range_of(const Value& self, const Bound& bound) {
  const std::string& whole = *self.text();
  if (!bound.some(1) && !bound.some(2)) return {whole};
  Budget::count_bytes(whole.size() / 4);
  const auto size = static_cast<std::int64_t>(length(whole));
  const std::int64_t start = bound.some(1) ? bound.whole(1, 0) : 0;
  const std::int64_t begin = clamped(start, size), end = bound.some(2) ? clamped(bound.whole(2, 0), size) : size;
  if (start > size || begin > end) return {"", begin, false};
  const std::size_t from = offset_of(whole, begin);
  return {std::string_view(whole).substr(from, offset_of(whole, end) - from), begin};
}

template <bool at_begin>
Value has_affix(Run&, const Value& self, const Arguments& arguments) {
  const std::string_view name = at_begin ? "startswith" : "endswith";
  const Bound bound(name, arguments, {"affix", "start", "end"}, 1);
  const Range range = range_of(self, bound);
  const auto holds = [&](const Value& affix) {
    if (!affix.text()) fail(fmt::format("{} first arg must be str or a tuple of str, not {}", name, type_name(affix)));
    return range.is_valid && (at_begin ? range.text.starts_with(*affix.text()) : range.text.ends_with(*affix.text()));
  };
  if (bound[0]->is_kind(Sequence::Kind::tuple)) return boolean(std::ranges::any_of(bound[0]->sequence()->items, holds));
  return boolean(holds(*bound[0]));
}

/// The place in characters, or -1.
std::int64_t find_in(const Range& range, std::string_view part, bool from_left) {
  if (!range.is_valid) return -1;
  const std::size_t at = from_left ? range.text.find(part) : range.text.rfind(part);
  return at == std::string_view::npos ? -1 : range.begin + static_cast<std::int64_t>(length(range.text.substr(0, at)));
}

template <bool from_left, bool must_be_there>
Value find(Run&, const Value& self, const Arguments& arguments) {
  const Bound bound("find", arguments, {"sub", "start", "end"}, 1);
  const std::int64_t at = find_in(range_of(self, bound), bound.text(0), from_left);
  if (must_be_there && at < 0) fail("substring not found");
  return integer(at);
}

Value count_parts(Run&, const Value& self, const Arguments& arguments) {
  const Bound bound("count", arguments, {"sub", "start", "end"}, 1);
  const Range range = range_of(self, bound);
  const std::string& part = bound.text(0);
  if (!range.is_valid) return integer(0);
  if (part.empty()) return integer(static_cast<std::int64_t>(length(range.text)) + 1);
  std::int64_t n = 0;
  for (std::size_t at = range.text.find(part); at != std::string_view::npos;
       at = range.text.find(part, at + part.size()))
    ++n;
  return integer(n);
}

}  // namespace

const MethodTable& searching_methods() {
  static const MethodTable table = {{"startswith", has_affix<true>}, {"endswith", has_affix<false>},
                                    {"find", find<true, false>},     {"rfind", find<false, false>},
                                    {"index", find<true, true>},     {"rindex", find<false, true>},
                                    {"count", count_parts}};
  return table;
}

}  // namespace partwise::internal::jinja

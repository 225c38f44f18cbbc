#include "base/normalize.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/error.h"
#include "base/utf8.h"

namespace partwise::internal {

namespace {

constexpr auto kForm = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);

/// Below U+0300 no character composes with another or is written in a second way.
bool is_plainly_nfc(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](unsigned char byte) { return byte >= 0xcc; });
}

std::vector<utf8proc_int32_t> decompose(std::string_view text) {
  constexpr int kLongest = 8;  // a canonical decomposition has four code points at most
  std::vector<utf8proc_int32_t> points;
  utf8proc_int32_t parts[kLongest];
  while (!text.empty()) {
    auto character = decode_utf8(text);
    check_internal(character.has_value(), "only UTF-8 is normalised");
    int boundary = 0;
    auto n = utf8proc_decompose_char(static_cast<utf8proc_int32_t>(character->code_point), parts, kLongest, kForm,
                                     &boundary);
    check_internal(n >= 0 && n <= kLongest, "a code point has a canonical decomposition");
    points.insert(points.end(), parts, parts + n);
    text.remove_prefix(character->length);
  }
  return points;
}

int combining_class(utf8proc_int32_t point) { return utf8proc_get_property(point)->combining_class; }

/// Sorts each run of combining marks by their class. The library's own function takes quadratic time.
void order_marks(std::vector<utf8proc_int32_t>& points) {
  const auto is_mark = [](utf8proc_int32_t point) { return combining_class(point) != 0; };
  for (auto begin = points.begin(); begin != points.end();) {
    begin = std::find_if(begin, points.end(), is_mark);
    auto end = std::find_if_not(begin, points.end(), is_mark);
    std::stable_sort(begin, end, [](auto a, auto b) { return combining_class(a) < combining_class(b); });
    begin = end;
  }
}

}  // namespace

std::string to_nfc(std::string_view text) {
  if (is_plainly_nfc(text)) return std::string(text);
  auto points = decompose(text);
  order_marks(points);
  auto n = utf8proc_normalize_utf32(points.data(), static_cast<utf8proc_ssize_t>(points.size()), kForm);
  check_internal(n >= 0, "decomposed text composes");
  std::string composed;
  for (utf8proc_ssize_t i = 0; i < n; ++i) append_utf8(composed, static_cast<char32_t>(points[i]));
  return composed;
}

}  // namespace partwise::internal

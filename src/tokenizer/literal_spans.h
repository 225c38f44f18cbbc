// Stretches of a text in which the spelling of a special token stays text.
#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tokenizer/tokenizer.h"

namespace partwise::internal {

/// How long a special token may be at each place of a text. Places are asked for from left to right.
class SpecialRoom {
 public:
  /// `literal` as in EncodeOptions; it must outlive the object.
  SpecialRoom(bool parse_special, std::span<const TextSpan> literal) : parse_special_(parse_special), rest_(literal) {}

  /// The number of bytes from `at` to the next literal byte or seam; 0 within literal bytes. `at` must not be smaller
  /// than in the call before.
  std::size_t at(std::size_t at) {
    if (!parse_special_) return 0;
    while (!rest_.empty() && rest_.front().end <= at) rest_ = rest_.subspan(1);
    if (rest_.empty()) return std::numeric_limits<std::size_t>::max();
    return rest_.front().begin <= at ? 0 : rest_.front().begin - at;
  }

 private:
  bool parse_special_;
  std::span<const TextSpan> rest_;
};

/// Whether spans are in order, do not overlap, and lie within a text of `size` bytes.
bool are_spans_of(std::size_t size, std::span<const TextSpan> spans);

/// The parts of `spans` that lie within `part`, counted from its beginning.
std::vector<TextSpan> spans_within(TextSpan part, std::span<const TextSpan> spans);

/// Where the `spans` of `text` (valid UTF-8) are after `normalize(bytes, at_start)` has changed it to `normalized`. A
/// character that is composed across the end of a span, such as a letter and an accent, belongs to the span. So does a
/// character that the span cuts.
std::vector<TextSpan> spans_after(std::string_view text, std::string_view normalized, std::span<const TextSpan> spans,
                                  const std::function<std::string(std::string_view text, bool at_start)>& normalize);

}  // namespace partwise::internal

#include "report/text/leanings.h"

#include <fmt/format.h>

#include "base/utf8.h"

namespace partwise::internal {

namespace {

constexpr std::size_t kInText = 5;

}  // namespace

std::string leanings_text(const ReaderFile& file) {
  std::string text;
  for (const auto& [part, label, weight] : first_leanings(file, kInText)) {
    const std::string_view direction = weight < 0 ? "against" : "for";
    text += fmt::format("{}{}{} ({:+.3f})", text.empty() ? "leans on " : ", ", part,
                        label.empty() ? "" : fmt::format(" {} '{}'", direction, label), weight);
  }
  return printable(text);
}

}  // namespace partwise::internal

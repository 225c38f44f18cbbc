#include "jinja/replace.h"

#include <algorithm>

#include "jinja/builder.h"
#include "jinja/code_points.h"

namespace partwise::internal::jinja {

namespace {

std::string with_between(std::string_view text, std::string_view with, std::int64_t count) {
  Builder out;
  std::size_t at = 0;
  for (std::int64_t n = 0; (count < 0 || n < count) && at <= text.size(); ++n) {
    out += with;
    if (at == text.size()) return out.take();
    const std::size_t size = character_size(text[at]);
    out += text.substr(at, size);
    at += size;
  }
  out += text.substr(at);
  return out.take();
}

}  // namespace

std::string replaced(std::string_view text, std::string_view old, std::string_view with, std::int64_t count) {
  if (old.empty()) return with_between(text, with, count);
  Builder out;
  for (std::int64_t n = 0; count < 0 || n < count; ++n) {
    const std::size_t found = text.find(old);
    if (found == std::string_view::npos) break;
    out += text.substr(0, found);
    out += with;
    text.remove_prefix(found + old.size());
  }
  out += text;
  return out.take();
}

std::string centered(std::string_view text, std::int64_t width, std::string_view fill) {
  const std::int64_t missing = std::max<std::int64_t>(0, width - static_cast<std::int64_t>(length(text)));
  const std::int64_t before = missing / 2 + (missing & width & 1);  // as CPython rounds
  return repeated(fill, before) + std::string(text) + repeated(fill, missing - before);
}

}  // namespace partwise::internal::jinja

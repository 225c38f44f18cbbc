#include "http/query.h"

#include <algorithm>
#include <charconv>

namespace partwise::internal::http {

namespace {

/// The byte of "C3"; nullopt if these are no two hexadecimal digits.
std::optional<char> escaped_byte(std::string_view digits) {
  constexpr int kBase = 16;
  unsigned char byte = 0;
  const char* end = digits.data() + digits.size();
  const bool is_byte = digits.size() == 2 && std::from_chars(digits.data(), end, byte, kBase).ptr == end;
  return is_byte ? std::optional(static_cast<char>(byte)) : std::nullopt;
}

std::string decoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = text[i] == '%' ? escaped_byte(text.substr(i + 1, 2)) : std::nullopt;
    plain += byte ? *byte : text[i] == '+' ? ' ' : text[i];
    if (byte) i += 2;
  }
  return plain;
}

}  // namespace

std::optional<std::string> query_value(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::string_view parameter = query.substr(0, query.find('&'));
    const std::size_t equals = std::min(parameter.find('='), parameter.size());
    if (decoded(parameter.substr(0, equals)) == name)
      return decoded(parameter.substr(std::min(equals + 1, parameter.size())));
    query.remove_prefix(std::min(parameter.size() + 1, query.size()));
  }
  return std::nullopt;
}

}  // namespace partwise::internal::http

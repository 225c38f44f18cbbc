#include "http/incoming.h"

#include <fmt/format.h>
#include <openssl/rand.h>

#include <algorithm>

#include "base/utf8.h"

namespace partwise::internal::http {

namespace {

constexpr std::size_t kMostQuoted = 100;
constexpr std::size_t kMostIdBytes = 128;
constexpr std::string_view kIdLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";

std::string random_id() {
  std::uint64_t number = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&number), sizeof number);
  return fmt::format("{:016x}", number);
}

}  // namespace

/// Passes of small models take less than this, so that places are free again.
Headers retry_soon() { return {{"Retry-After", "1"}, {"Retry-After-Ms", "1000"}}; }

Refusal crowded(const std::string& message) {
  return {{429, "rate_limit_error", message, "ask again shortly"}, retry_soon()};
}

std::string shown(std::string_view text) {
  const std::string valid = replace_invalid_utf8(text.substr(0, kMostQuoted));
  return fmt::format("\"{}{}\"", valid, text.size() > kMostQuoted ? "..." : "");
}

std::string id_of(const Request& request) {
  const std::string_view given = request.header("x-request-id");
  const bool is_fine =
      !given.empty() && given.size() <= kMostIdBytes && given.find_first_not_of(kIdLetters) == std::string_view::npos;
  return is_fine ? std::string(given) : random_id();
}

}  // namespace partwise::internal::http

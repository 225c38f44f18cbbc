// A request as its header describes it, and why a request is refused.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace partwise::internal::http {

struct Incoming {
  Request request;
  bool is_http_1_0 = false;
  bool keeps_connection = false;  // the client may send another request on the connection
  bool is_chunked = false;
  std::optional<std::uint64_t> content_length;  // as the header states it

  bool has_body() const { return is_chunked || content_length.value_or(0) > 0; }
};

/// A failure with the headers that belong to its status, such as Allow.
struct Refusal {
  Failure failure;
  Headers headers = {};
};

/// For a refusal that holds for a moment: "Retry-After".
Headers retry_soon();

/// For a moment without room.
Refusal crowded(const std::string& message);

/// Text of a client for a message: in quotes, as UTF-8, and not long.
std::string shown(std::string_view text);

/// The client's own X-Request-Id if it is 1 to 128 letters, digits, ".", "_" and "-", else 16 random digits.
std::string id_of(const Request& request);

}  // namespace partwise::internal::http

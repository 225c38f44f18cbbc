#include "http/content.h"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/gzip.h"
#include "base/text.h"

namespace partwise::internal::http {

namespace {

/// "application/json" of "Application/JSON; charset=utf-8".
std::string media_type(const Request& request) {
  const std::string_view given = request.header("content-type");
  const std::string_view type = given.substr(0, given.find(';'));
  return lower(type.substr(0, type.find_last_not_of(" \t") + 1));
}

/// curl sends the last of these if it is not told a type.
bool is_known_type(const std::string& type) {
  return type.empty() || type == "application/json" || type.ends_with("+json") ||
         type == "application/x-www-form-urlencoded";
}

bool is_known_packing(const Request& request) {
  const std::string packing = lower(request.header("content-encoding"));
  return packing.empty() || packing == "identity" || is_packed(request);
}

Refusal unknown_type(const std::string& type) {
  return {{415, "invalid_request_error", fmt::format("the body is of the type {}, not JSON", shown(type)),
           "send a JSON object with \"Content-Type: application/json\""}};
}

Refusal unknown_packing(std::string_view packing) {
  return {{415, "invalid_request_error", fmt::format("the body is packed as {}", shown(packing)),
           "send it as it is, or packed with gzip"},
          {{"Accept-Encoding", "gzip, identity"}}};
}

Refusal without_length() {
  return {{411, "invalid_request_error", "the request has no body", "send one, with Content-Length or in chunks"}};
}

Refusal damaged(const std::string& why) {
  return {{400, "invalid_request_error", why, "pack the body again, or send it as it is"}};
}

}  // namespace

std::optional<Refusal> refuse_content(const Incoming& incoming, std::uint64_t most_bytes) {
  const Request& request = incoming.request;
  if (request.method == "POST" && !incoming.is_chunked && !incoming.content_length) return without_length();
  if (incoming.content_length.value_or(0) > most_bytes) return too_long_body(most_bytes);
  if (!incoming.has_body()) return std::nullopt;
  if (const std::string type = media_type(request); !is_known_type(type)) return unknown_type(type);
  if (!is_known_packing(request)) return unknown_packing(request.header("content-encoding"));
  return std::nullopt;
}

bool is_packed(const Request& request) {
  const std::string packing = lower(request.header("content-encoding"));
  return packing == "gzip" || packing == "x-gzip";
}

std::optional<Refusal> unpack(Request& request, std::uint64_t most_bytes) {
  if (!is_packed(request) || request.body.empty()) return std::nullopt;
  try {
    std::optional<std::string> text = gunzip_at_most(request.body, "the body", most_bytes);
    if (!text) return too_long_body(most_bytes);
    request.body = std::move(*text);
    return std::nullopt;
  } catch (const Error& error) {
    return damaged(error.what());
  }
}

Refusal too_long_body(std::uint64_t most_bytes) {
  return {{413, "invalid_request_error", fmt::format("the body is longer than {}", format_bytes(most_bytes)),
           "send less per request, or raise the server's limit"}};
}

}  // namespace partwise::internal::http

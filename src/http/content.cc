#include "http/content.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/gzip.h"
#include "base/text.h"
#include "http/zstd.h"

namespace partwise::internal::http {

namespace {

constexpr std::uint64_t kGrowth = 8;  // texts in JSON are seldom packed into less than an eighth

std::string packing_of(const Request& request) { return lower(request.header("content-encoding")); }

bool is_zstd(const Request& request) { return packing_of(request) == "zstd"; }

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
  const std::string packing = packing_of(request);
  return packing.empty() || packing == "identity" || is_packed(request);
}

Refusal unknown_type(const std::string& type) {
  return {{415, "invalid_request_error", fmt::format("the body is of the type {}, not JSON", shown(type)),
           "send a JSON object with \"Content-Type: application/json\""}};
}

Refusal unknown_packing(std::string_view packing) {
  return {{415, "invalid_request_error", fmt::format("the body is packed as {}", shown(packing)),
           "send it as it is, or packed with gzip or zstd"},
          {{"Accept-Encoding", "gzip, zstd, identity"}}};
}

Refusal without_length() {
  return {{411, "invalid_request_error", "the request has no body", "send one, with Content-Length or in chunks"}};
}

Refusal damaged(const std::string& why) {
  return {{400, "invalid_request_error", why, "pack the body again, or send it as it is"}};
}

/// nullopt: there is more than `most_bytes`. Errors: bad_data.
std::optional<std::string> unpacked(const Request& request, std::uint64_t most_bytes) {
  return (is_zstd(request) ? unzstd_at_most : gunzip_at_most)(request.body, "the body", most_bytes);
}

/// How long a body will be is known when it is unpacked. So it is unpacked into little room first, then into more:
/// whoever sends little needs little room.
std::optional<Refusal> try_to_unpack(Request& request, std::uint64_t most_bytes, HeldBytes& held) {
  const std::uint64_t n_packed = request.body.size();
  for (std::uint64_t room = kGrowth * n_packed;; room *= kGrowth) {
    room = std::min(room, most_bytes);
    if (!held.set(n_packed + room)) return too_many_bodies();
    if (std::optional<std::string> text = unpacked(request, room)) {
      request.body = std::move(*text);
      return std::nullopt;
    }
    if (room == most_bytes) return too_long_body(most_bytes);
  }
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
  const std::string packing = packing_of(request);
  return packing == "gzip" || packing == "x-gzip" || packing == "zstd";
}

std::optional<Refusal> unpack(Request& request, std::uint64_t most_bytes, HeldBytes& held) {
  if (!is_packed(request) || request.body.empty()) return std::nullopt;
  std::optional<Refusal> refusal;
  try {
    refusal = try_to_unpack(request, most_bytes, held);
  } catch (const Error& error) {
    refusal = damaged(error.what());
  }
  if (refusal) request.body = {};
  held.set(request.body.size());
  return refusal;
}

Refusal too_long_body(std::uint64_t most_bytes) {
  return {{413, "invalid_request_error", fmt::format("the body is longer than {}", format_bytes(most_bytes)),
           "send less per request, or raise the server's limit"}};
}

Refusal too_many_bodies() { return crowded("the server holds as many long bodies as it may"); }

}  // namespace partwise::internal::http

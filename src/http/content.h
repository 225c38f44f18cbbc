// Bodies of requests: which are accepted, and how they are unpacked.
#pragma once

#include <cstdint>
#include <optional>

#include "http/body_budget.h"
#include "http/incoming.h"

namespace partwise::internal::http {

/// What the header says of a body that is not accepted: no length, too long, of a type or packed in a way that is not
/// understood.
std::optional<Refusal> refuse_content(const Incoming& incoming, std::uint64_t most_bytes);

/// Whether the body is packed, with gzip or Zstandard.
bool is_packed(const Request& request);

/// Unpacks the body if it is packed; `held`, which holds its bytes, holds those of the unpacked one then. Returns why
/// it cannot be unpacked, is longer than `most_bytes` then, or has no room; the request has no body then.
std::optional<Refusal> unpack(Request& request, std::uint64_t most_bytes, HeldBytes& held);

/// For a body of more than `most_bytes`.
Refusal too_long_body(std::uint64_t most_bytes);

/// For a body that other bodies leave no room for.
Refusal too_many_bodies();

}  // namespace partwise::internal::http

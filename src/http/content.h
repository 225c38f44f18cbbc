// Bodies of requests: which are accepted, and how they are unpacked.
#pragma once

#include <cstdint>
#include <optional>

#include "http/incoming.h"

namespace partwise::internal::http {

/// What the header says of a body that is not accepted: no length, too long, of a type or packed in a way that is not
/// understood.
std::optional<Refusal> refuse_content(const Incoming& incoming, std::uint64_t most_bytes);

/// Whether the body is packed with gzip.
bool is_packed(const Request& request);

/// Unpacks the body if it is packed. Returns why it cannot, or is longer than `most_bytes` then.
std::optional<Refusal> unpack(Request& request, std::uint64_t most_bytes);

/// For a body of more than `most_bytes`.
Refusal too_long_body(std::uint64_t most_bytes);

}  // namespace partwise::internal::http

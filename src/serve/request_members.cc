#include "serve/request_members.h"

#include <fmt/format.h>

#include <algorithm>

namespace partwise::internal {

void check_request_members(const OrderedJsonPart& object, std::initializer_list<std::string_view> known) {
  constexpr std::string_view kWithoutEffect[] = {"user", "safety_identifier", "metadata"};
  for (const auto& [name, member] : object.members()) {
    if (name.starts_with("x_") || std::ranges::count(kWithoutEffect, name) > 0) continue;
    if (std::ranges::count(known, name) == 0) object.refuse(fmt::format("the member '{}'", name));
  }
}

void refuse_stream(const OrderedJsonPart& body) {
  if (body["stream"].flag_or(false)) body["stream"].fail("answers are not streamed: leave it out, or send false");
}

}  // namespace partwise::internal

// What is wrong with JSON, in words for people.
#pragma once

#include <string>

namespace partwise::internal {

/// An exception's message (Json::exception) without the library's tag, and shortened if it quotes the text: "type must
/// be string, but is number".
std::string json_reason(std::string message);

}  // namespace partwise::internal

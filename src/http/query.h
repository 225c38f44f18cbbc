// What the query of a request's address says.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace partwise::internal::http {

/// The value of the first parameter `name` of "a=b&name=caf%C3%A9+noir"; nullopt if there is none. As forms are read,
/// "%" and two hexadecimal digits are a byte, and "+" is a space. Another "%" stands for itself.
std::optional<std::string> query_value(std::string_view query, std::string_view name);

}  // namespace partwise::internal::http

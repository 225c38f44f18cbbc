// Names and addresses of hosts, as headers and options write them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace partwise::internal::http {

/// A host and its port, as a Host header names them: "localhost:9931", "[::1]".
struct Authority {
  std::string host;  // in small letters, without brackets and without a dot at its end
  std::string port;  // empty: the usual one

  bool operator==(const Authority&) const = default;
};

/// nullopt if the text is none.
std::optional<Authority> parse_authority(std::string_view text);

/// Where a web page came from: "https://example.com". The port is empty if it is the scheme's usual one. nullopt if the
/// text is something else, such as "null".
std::optional<Authority> parse_origin(std::string_view text);

/// Whether the host is an IPv4 or IPv6 address, rather than a name.
bool is_address(const std::string& host);

/// Whether the host is this machine by definition: localhost, names below it, 127.0.0.0/8 and ::1.
bool is_this_machine(const std::string& host);

/// The host as a URL writes it: an IPv6 address is in brackets.
std::string host_in_url(const std::string& host);

}  // namespace partwise::internal::http

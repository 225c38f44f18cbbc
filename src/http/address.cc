#include "http/address.h"

#include <arpa/inet.h>

#include <algorithm>

#include "http/incoming.h"

namespace partwise::internal::http {

namespace {

constexpr std::string_view kHostLetters = "abcdefghijklmnopqrstuvwxyz0123456789.-_";

bool is_ipv4(const std::string& host) {
  in_addr address;
  return inet_pton(AF_INET, host.c_str(), &address) == 1;
}

bool is_ipv6(const std::string& host) {
  in6_addr address;
  return inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string without_last_dot(std::string host) {
  if (host.ends_with('.')) host.pop_back();
  return host;
}

/// The text behind the host: nothing, or a colon and a port.
std::optional<Authority> with_port(std::string host, std::string_view rest) {
  if (rest.empty()) return Authority{std::move(host), ""};
  if (rest.front() != ':' || !is_port(rest.substr(1))) return std::nullopt;
  return Authority{std::move(host), std::string(rest.substr(1))};
}

std::optional<Authority> parse_bracketed(std::string_view text) {
  const std::size_t end = text.find(']');
  if (end == std::string_view::npos) return std::nullopt;
  std::string host = lower(text.substr(1, end - 1));
  return is_ipv6(host) ? with_port(std::move(host), text.substr(end + 1)) : std::nullopt;
}

}  // namespace

std::optional<Authority> parse_authority(std::string_view text) {
  if (text.starts_with('[')) return parse_bracketed(text);
  const std::size_t colon = std::min(text.find(':'), text.size());
  std::string host = without_last_dot(lower(text.substr(0, colon)));
  if (host.empty() || host.find_first_not_of(kHostLetters) != std::string::npos) return std::nullopt;
  return with_port(std::move(host), text.substr(colon));
}

std::optional<Authority> parse_origin(std::string_view text) {
  for (const auto& [scheme, usual_port] : {std::pair{"http://", "80"}, std::pair{"https://", "443"}}) {
    if (!lower(text).starts_with(scheme)) continue;
    std::optional<Authority> authority = parse_authority(text.substr(std::string_view(scheme).size()));
    if (authority && authority->port == usual_port) authority->port.clear();
    return authority;
  }
  return std::nullopt;
}

bool is_address(const std::string& host) { return is_ipv4(host) || is_ipv6(host); }

bool is_this_machine(const std::string& host) {
  return host == "localhost" || host.ends_with(".localhost") || host == "::1" ||
         (is_ipv4(host) && host.starts_with("127."));
}

std::string host_in_url(const std::string& host) { return is_ipv6(host) ? "[" + host + "]" : host; }

}  // namespace partwise::internal::http

#include "http/answer_text.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <boost/beast/http/status.hpp>
#include <chrono>

namespace partwise::internal::http {

namespace {

/// Only what a header may hold: a line break would begin another one.
std::string without_breaks(std::string_view text) {
  std::string line(text);
  for (char& c : line)
    if (c == '\r' || c == '\n' || c == '\0') c = ' ';
  return line;
}

void add_line(std::string& text, std::string_view name, std::string_view value) {
  text += fmt::format("{}: {}\r\n", without_breaks(name), without_breaks(value));
}

std::string_view reason_of(int status) {
  if (status < 100 || status > 599) return "";
  const auto reason = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
  return {reason.data(), reason.size()};
}

std::string date_now() {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(std::chrono::system_clock::now()));
}

}  // namespace

bool may_have_body(int status) { return status >= 200 && status != 204 && status != 304; }

std::string header_text(const Response& response, const AnswerFrame& frame) {
  std::string text = fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason_of(response.status));
  if (may_have_body(response.status)) {
    add_line(text, "Content-Type", response.content_type);
    add_line(text, "Content-Length", fmt::format("{}", response.body.size()));
  }
  add_line(text, "Date", date_now());
  add_line(text, "X-Request-Id", frame.id);
  add_line(text, "x-typesafe-request-id", frame.id);  // where clients of TypeSafe's look for it
  add_line(text, "Cache-Control", "no-store");
  add_line(text, "X-Content-Type-Options", "nosniff");
  if (frame.ends_connection || frame.is_http_1_0)
    add_line(text, "Connection", frame.ends_connection ? "close" : "keep-alive");
  for (const Headers* headers : {&response.headers, &frame.more})
    for (const auto& [name, value] : *headers) add_line(text, name, value);
  return text + "\r\n";
}

}  // namespace partwise::internal::http

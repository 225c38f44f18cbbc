#include "http/request_parser.h"

#include <fmt/format.h>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <utility>

#include "base/text.h"
#include "http/content.h"

namespace partwise::internal::http {

namespace {

namespace beast = boost::beast;
using beast::error_code;

constexpr std::string_view kEmptyLine = "\r\n";

std::string text_of(beast::string_view text) { return {text.data(), text.size()}; }

/// "/path" and "a=b" of "/path?a=b", or of "http://host/path?a=b", which proxies send.
void set_target(Request& request, std::string_view target) {
  if (lower(target.substr(0, 8)).starts_with("http://") || lower(target.substr(0, 8)).starts_with("https://")) {
    const std::size_t path = target.find('/', target.find("//") + 2);
    target = path == std::string_view::npos ? "/" : target.substr(path);
  }
  const std::size_t mark = target.find('?');
  request.path = target.substr(0, mark);
  request.query = mark == std::string_view::npos ? "" : target.substr(mark + 1);
}

Refusal too_long_header(std::uint32_t most) {
  return {{431, "invalid_request_error", fmt::format("the request's header is longer than {}", format_bytes(most)),
           "send fewer or shorter headers"}};
}

Refusal not_understood(const error_code& error) {
  return {{400, "invalid_request_error", fmt::format("this is no HTTP/1.1 request: {}", error.message()),
           "look at the address: is it https, or another program's?"}};
}

Refusal refusal_of(const error_code& error, std::uint32_t most_header_bytes, std::uint64_t most_body_bytes) {
  if (error == beast::http::error::header_limit) return too_long_header(most_header_bytes);
  if (error == beast::http::error::body_limit) return too_long_body(most_body_bytes);
  return not_understood(error);
}

}  // namespace

/// Beast's parser, which calls the functions named on_..._impl.
class RequestParser::Parser : public beast::http::basic_parser<true> {
 public:
  Parser(std::uint32_t most_header_bytes, std::uint64_t most_body_bytes) : most_body_bytes_(most_body_bytes) {
    header_limit(most_header_bytes);
    body_limit(boost::none);  // whoever reads a header decides on its Content-Length, and chunks are counted here
  }

  Incoming incoming;
  std::string body;

 private:
  using Text = beast::string_view;

  void on_request_impl(beast::http::verb, Text method, Text target, int version, error_code&) override {
    incoming.request.method = text_of(method);
    incoming.is_http_1_0 = version == 10;
    set_target(incoming.request, text_of(target));
  }
  void on_field_impl(beast::http::field, Text name, Text value, error_code&) override {
    if (!has_header_) incoming.request.headers.emplace_back(lower(text_of(name)), text_of(value));
  }
  void on_header_impl(error_code&) override {
    has_header_ = true;  // further fields are trailers, which nobody needs
    incoming.keeps_connection = keep_alive();
    incoming.is_chunked = chunked();
    if (const auto length = content_length()) incoming.content_length = *length;
  }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(Text text, error_code& error) override {
    check_room(text.size(), error);
    if (!error) body.append(text.data(), text.size());
    return text.size();
  }
  void on_chunk_header_impl(std::uint64_t size, Text, error_code& error) override { check_room(size, error); }
  std::size_t on_chunk_body_impl(std::uint64_t, Text text, error_code& error) override {
    return on_body_impl(text, error);
  }
  void on_finish_impl(error_code&) override {}
  void on_response_impl(int, Text, int, error_code&) override {}

  void check_room(std::uint64_t n_bytes, error_code& error) const {
    if (n_bytes > most_body_bytes_ - body.size()) error = beast::http::error::body_limit;
  }

  std::uint64_t most_body_bytes_;
  bool has_header_ = false;
};

RequestParser::RequestParser(std::uint32_t most_header_bytes, std::uint64_t most_body_bytes)
    : most_header_bytes_(most_header_bytes),
      most_body_bytes_(most_body_bytes),
      parser_(std::make_unique<Parser>(most_header_bytes, most_body_bytes)) {}

RequestParser::~RequestParser() = default;

bool RequestParser::has_begun() const { return parser_->got_some(); }
bool RequestParser::has_header() const { return parser_->is_header_done(); }
bool RequestParser::is_done() const { return parser_->is_done(); }
std::size_t RequestParser::n_body_bytes() const { return parser_->body.size(); }
Incoming RequestParser::take_header() { return std::move(parser_->incoming); }
std::string RequestParser::take_body() { return std::move(parser_->body); }

std::size_t RequestParser::take(std::string_view bytes) {
  const bool had_header = has_header();
  std::size_t used = n_empty_lines(bytes);
  if (!has_begun() && bytes.substr(used) == "\r") return used;  // half of another empty line
  for (std::size_t n = 1; n > 0 && used < bytes.size() && !refusal_ && !is_done() && had_header == has_header();)
    used += n = put(bytes.substr(used));
  return used;
}

/// Of lines without anything, which may lie before a request.
std::size_t RequestParser::n_empty_lines(std::string_view bytes) const {
  std::size_t n = 0;
  while (!has_begun() && bytes.substr(n).starts_with(kEmptyLine)) n += kEmptyLine.size();
  return n;
}

/// Beast's own limit is one on what it is given at a time: it counts no lines that it has read before, and nothing
/// between chunks. So what is no body is counted here.
std::size_t RequestParser::put(std::string_view bytes) {
  const std::size_t n_before = n_body_bytes();
  if (has_header()) n_frame_bytes_ = 0;
  error_code error;
  const std::size_t n = parser_->put(boost::asio::buffer(bytes), error);
  const bool needs_more = error == beast::http::error::need_more;
  n_frame_bytes_ += n - (n_body_bytes() - n_before);
  const std::size_t n_unread = needs_more ? bytes.size() - n : 0;
  if (n_frame_bytes_ + n_unread > most_header_bytes_) error = beast::http::error::header_limit;
  if (error && error != beast::http::error::need_more)
    refusal_ = refusal_of(error, most_header_bytes_, most_body_bytes_);
  return n;
}

}  // namespace partwise::internal::http

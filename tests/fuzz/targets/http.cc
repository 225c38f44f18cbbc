// The bytes of a connection: requests, one after the other, as the server reads, judges and unpacks them.
#include <algorithm>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/utf8.h"
#include "fuzz/support.h"
#include "http/answer_text.h"
#include "http/content.h"
#include "http/gate.h"
#include "http/request_parser.h"

namespace partwise::internal::fuzz {
namespace {

constexpr std::uint32_t kMostHeader = 2'000;
constexpr std::uint64_t kMostBody = 4'000;

/// What was read of a request.
struct Parsed {
  http::Incoming incoming;
  std::string body;
  std::optional<http::Refusal> refusal;
  bool is_done;
  std::size_t n_read;
};

Parsed parse(std::string_view bytes, std::size_t step) {
  http::RequestParser parser(kMostHeader, kMostBody);
  std::size_t n_come = 0, n_read = 0;
  while (!parser.is_done() && !parser.refusal() && n_come < bytes.size()) {
    n_come = std::min(n_come + step, bytes.size());
    for (std::size_t n = 1; n > 0 && !parser.is_done() && !parser.refusal(); n_read += n)
      n = parser.take(bytes.substr(n_read, n_come - n_read));
    check(n_come - n_read <= kMostHeader || parser.is_done() || parser.refusal(), "little is kept unread");
  }
  return {parser.take_header(), parser.take_body(), parser.refusal(), parser.is_done() && !parser.refusal(), n_read};
}

/// Only refusals may come at another time.
void check_same(const Parsed& a, const Parsed& b) {
  check(a.is_done == b.is_done, "a request is accepted in any pieces, or in none");
  if (!a.is_done) return;
  check(a.n_read == b.n_read && a.body == b.body, "a body is the same in any pieces");
  check(a.incoming.request.headers == b.incoming.request.headers, "headers are the same in any pieces");
}

http::Gate gate_with(const std::vector<std::string>& keys) {
  const auto answer = [](const http::Request&, std::stop_token) { return http::Response{}; };
  const http::ServerOptions options{
      .most_body_bytes = kMostBody, .keys = keys, .allowed_origins = {"https://a.example"}};
  return http::Gate(options, {{.method = "GET", .path = "/get", .answer = answer},
                              {.method = "POST", .path = "/post", .answer = answer},
                              {.method = "GET", .path = "/open", .answer = answer, .is_open = true}});
}

void use_response(const http::Response& response, const http::Request& request, const http::Gate& gate) {
  const std::string id = http::id_of(request);
  const std::string text = header_text(response, {id, true, false, gate.access().cors_headers(request)});
  check(text.find("\r\n\r\n") == text.size() - 4, "nothing of a client ends a header");
}

void use_refusal(const http::Refusal& refusal, const http::Request& request, const http::Gate& gate) {
  check(refusal.failure.status >= 400 && refusal.failure.status < 500, "the client is at fault");
  check(find_invalid_utf8(refusal.failure.message) == std::string::npos, "a message is UTF-8");
  check(refusal.failure.message.size() < 1'000, "a message is short");
  use_response({.status = refusal.failure.status, .headers = refusal.headers}, request, gate);
}

void judge(const http::Incoming& incoming, const http::Gate& gate) {
  const http::Decision decision = gate.decide(incoming);
  if (const auto* refusal = std::get_if<http::Refusal>(&decision)) return use_refusal(*refusal, incoming.request, gate);
  if (const auto* response = std::get_if<http::Response>(&decision)) use_response(*response, incoming.request, gate);
  check(incoming.content_length.value_or(0) <= kMostBody, "a body that is announced has a limit");
}

void use(Parsed parsed) {
  const http::Gate open = gate_with({}), keyed = gate_with({"secret"});
  if (parsed.refusal) return use_refusal(*parsed.refusal, parsed.incoming.request, open);
  if (!parsed.is_done) return;
  judge(parsed.incoming, open);
  judge(parsed.incoming, keyed);
  check(parsed.body.size() <= kMostBody, "a body has a limit");
  parsed.incoming.request.body = std::move(parsed.body);
  http::BodyBudget budget(16 * kMostBody);
  http::HeldBytes held(budget);
  const auto refusal = http::unpack(parsed.incoming.request, kMostBody, held);
  if (refusal) return use_refusal(*refusal, parsed.incoming.request, open);
  check(parsed.incoming.request.body.size() <= kMostBody, "an unpacked body has a limit");
}

}  // namespace
}  // namespace partwise::internal::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace partwise::internal::fuzz;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (bool goes_on = true; goes_on && !bytes.empty();) {
    Parsed parsed = parse(bytes, bytes.size());
    check_same(parsed, parse(bytes, 1));
    goes_on = parsed.is_done;
    bytes.remove_prefix(parsed.n_read);
    use(std::move(parsed));
  }
  return 0;
}

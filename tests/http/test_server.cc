#include "http/test_server.h"

#include <fmt/format.h>

#include <new>
#include <utility>

#include "base/error.h"

namespace partwise::internal::test {

namespace {

using http::Request;
using http::Response;
using http::Route;

Response text(std::string body) { return {.body = std::move(body), .content_type = "text/plain"}; }

Response echo(const Request& request) {
  Response response = text(request.body);
  response.headers = {{"X-Seen", fmt::format("{} {} {} {}", request.method, request.path, request.query, request.id)}};
  return response;
}

Response fail(const Request& request) {
  if (request.body == "error") throw Error(ErrorCode::bad_data, "no such luck", "try again");
  if (request.body == "memory") throw std::bad_alloc();
  throw 1;
}

}  // namespace

TestServer::TestServer(http::ServerOptions options) {
  const auto failures = [](const std::string&, const http::Failure& failure) {
    Response response = text(fmt::format("{}|{}|{}", failure.type, failure.message, failure.hint));
    response.status = failure.status;
    return response;
  };
  const auto on_answered = [this](const http::Answered& a) {
    const std::lock_guard lock(mutex_);
    seen_.push_back({a.request.method, a.request.path, a.request.id, a.request.client, a.status, a.n_bytes, a.seconds});
    if (a.request.path == "/quick-echo") throw std::runtime_error("a log that cannot be written");
  };
  server_ = std::make_unique<http::Server>(options, routes(), failures, on_answered);
}

TestServer::~TestServer() {
  release();
  end();
}

std::vector<Route> TestServer::routes() {
  const auto say = [](const char* word) { return [word](const Request&, std::stop_token) { return text(word); }; };
  return {
      {.method = "GET", .path = "/quick", .answer = say("quick"), .is_quick = true},
      {.method = "GET", .path = "/open", .answer = say("open"), .is_open = true, .is_quick = true},
      {.method = "POST", .path = "/echo", .answer = [](const Request& request, auto) { return echo(request); }},
      {.method = "POST",
       .path = "/quick-echo",
       .answer = [](const Request& request, auto) { return echo(request); },
       .is_quick = true},
      {.method = "POST", .path = "/hold", .answer = [this](const Request&, auto gone) { return hold(gone); }},
      {.method = "GET", .path = "/big", .answer = [](auto&, auto) { return text(std::string(kBigBytes, 'x')); }},
      {.method = "POST", .path = "/throw", .answer = [](const Request& request, auto) { return fail(request); }},
  };
}

Response TestServer::hold(std::stop_token gone) {
  std::unique_lock lock(mutex_);
  if (changed_.wait(lock, gone, [&] { return is_released_; })) return text("held");
  ++n_stopped_;
  return {.status = 503, .body = "stopped"};
}

void TestServer::release() {
  const std::lock_guard lock(mutex_);
  is_released_ = true;
  changed_.notify_all();
}

int TestServer::n_stopped() const {
  const std::lock_guard lock(mutex_);
  return n_stopped_;
}

std::vector<Seen> TestServer::seen() const {
  const std::lock_guard lock(mutex_);
  return seen_;
}

std::vector<Seen> TestServer::seen(std::size_t n) const {
  comes_true([&] { return seen().size() >= n; });
  return seen();
}

}  // namespace partwise::internal::test

#include "http/answering.h"

#include <chrono>
#include <new>
#include <thread>
#include <utility>

#include "base/error.h"
#include "http/content.h"

namespace partwise::internal::http {

namespace {

constexpr std::chrono::milliseconds kPause{20};

/// Needs no memory: its texts are so short that strings hold them in place.
Response without_words(int status) { return {.status = status, .body = "out of memory", .content_type = "text/plain"}; }

/// Without memory to say that an answer is there, it is said later: nobody else would ever tell this client.
void insist(const Answering::Done& done) {
  while (true) try {
      return done();
    } catch (...) {
      std::this_thread::sleep_for(kPause);
    }
}

Refusal server_error(const std::string& message, const std::string& hint = "") {
  return {{500, "server_error", message, hint}};
}

Refusal without_memory() {
  return {{503, "unavailable_error", "there is not enough memory for this", "ask again later, or for less"},
          retry_soon()};
}

/// What the exception in flight says.
Refusal refusal_of_exception() {
  try {
    throw;
  } catch (const Error& error) {
    return server_error(error.what(), error.hint());
  } catch (const std::bad_alloc&) {
    return without_memory();
  } catch (const std::exception& error) {
    return server_error(error.what());
  } catch (...) {
    return server_error("the request could not be answered");
  }
}

}  // namespace

Refusal draining() {
  return {{503, "unavailable_error", "the server is about to stop", "ask again shortly, or another server"},
          retry_soon()};
}

Answering::Answering(const ServerOptions& options, std::vector<Route> routes, Failures failures)
    : options_(options),
      gate_(options, std::move(routes)),
      failures_(std::move(failures)),
      workers_(options.most_waiting) {}

Decision Answering::decide(const Incoming& incoming) const {
  Decision decision = gate_.decide(incoming);
  const auto* route = std::get_if<const Route*>(&decision);
  if (route == nullptr || (*route)->is_quick) return decision;
  if (is_draining_) return draining();
  if (auto refusal = refuse_now()) return *refusal;
  return decision;
}

/// Asked again when the body has come: others may have been faster.
std::optional<Refusal> Answering::refuse_now() const {
  if (n_waiting_ >= options_.most_waiting) return crowded("the server answers as many requests as it may at a time");
  return std::nullopt;
}

/// A body that must be unpacked is nothing for the thread that reads and writes.
void Answering::answer(const std::shared_ptr<Exchange>& exchange, const Done& done) {
  if (exchange->route->is_quick && !is_packed(exchange->request()))
    exchange->response = run(*exchange);
  else if (const auto refusal = refuse_now())
    exchange->response = refuse(exchange->request().path, *refusal);
  else if (hand_over(exchange, done))
    return;
  done();
}

/// Whether a worker answers. If not, there was no memory to ask one.
bool Answering::hand_over(const std::shared_ptr<Exchange>& exchange, const Done& done) {
  ++n_waiting_;
  try {
    workers_.add([this, exchange, done] {
      exchange->response = run(*exchange);
      --n_waiting_;
      insist(done);
    });
    return true;
  } catch (...) {
    --n_waiting_;
    exchange->response = refuse_exception(exchange->request().path);
    return false;
  }
}

/// It does not throw, or the worker's thread would end, and the process with it.
Response Answering::run(Exchange& exchange) const {
  const std::string& path = exchange.request().path;
  try {
    const auto refusal = unpack(exchange.request(), options_.most_body_bytes, exchange.held);
    return refusal ? refuse(path, *refusal) : exchange.route->answer(exchange.request(), exchange.stop.get_token());
  } catch (...) {
    return refuse_exception(path);
  }
}

/// For the exception in flight. Without memory, the refusal may be one more exception.
Response Answering::refuse_exception(const std::string& path) const {
  try {
    return refuse(path, refusal_of_exception());
  } catch (...) {
    return without_words(503);
  }
}

Response Answering::refuse(const std::string& path, const Refusal& refusal) const {
  try {
    Response response = failures_(path, refusal.failure);
    for (const auto& header : refusal.headers) response.headers.push_back(header);
    return response;
  } catch (...) {
    return without_words(refusal.failure.status);
  }
}

}  // namespace partwise::internal::http

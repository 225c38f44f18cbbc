#include "http/answering.h"

#include <new>
#include <utility>

#include "base/error.h"
#include "http/content.h"

namespace partwise::internal::http {

namespace {

/// Passes of small models take less than this, so that places are free again.
const Headers kRetrySoon = {{"Retry-After", "1"}, {"Retry-After-Ms", "1000"}};

Refusal draining() {
  return {{503, "unavailable_error", "the server is about to stop", "ask again shortly, or another server"},
          kRetrySoon};
}

Refusal server_error(const std::string& message, const std::string& hint = "") {
  return {{500, "server_error", message, hint}};
}

Refusal without_memory() {
  return {{503, "unavailable_error", "the server has no memory left for this", "ask again later, or for less"},
          kRetrySoon};
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

Refusal crowded(const std::string& message) {
  return {{429, "rate_limit_error", message, "ask again shortly"}, kRetrySoon};
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
void Answering::answer(std::shared_ptr<Exchange> exchange, Done done) {
  if (exchange->route->is_quick && !is_packed(exchange->request())) return done(run(*exchange));
  if (auto refusal = refuse_now()) return done(refuse(exchange->request().path, *refusal));
  ++n_waiting_;
  workers_.add([this, exchange = std::move(exchange), done = std::move(done)] {
    Response response = run(*exchange);
    --n_waiting_;
    done(std::move(response));
  });
}

Response Answering::run(Exchange& exchange) const {
  const std::string path = exchange.request().path;
  try {
    if (auto refusal = unpack(exchange.request(), options_.most_body_bytes)) return refuse(path, *refusal);
    return exchange.route->answer(exchange.request(), exchange.stop.get_token());
  } catch (...) {
    return refuse(path, refusal_of_exception());
  }
}

Response Answering::refuse(const std::string& path, const Refusal& refusal) const {
  Response response{.status = refusal.failure.status};
  try {
    response = failures_(path, refusal.failure);
  } catch (...) {
    response.body = "{}";
  }
  for (const auto& header : refusal.headers) response.headers.push_back(header);
  return response;
}

}  // namespace partwise::internal::http

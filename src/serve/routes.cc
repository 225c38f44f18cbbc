#include "serve/routes.h"

#include <utility>

#include "base/error.h"
#include "base/json.h"
#include "serve/body.h"

namespace partwise::internal {

namespace {

using Answer = http::Response (*)(Service&, const http::Request&, std::stop_token);

/// A route whose errors are written in the form of its clients.
http::Route guarded(std::string method, std::string path, Service& service, Answer answer) {
  return {std::move(method), std::move(path), [&service, answer](const http::Request& request, std::stop_token gone) {
            try {
              return answer(service, request, std::move(gone));
            } catch (const Error& error) {
              return failure_response(request.path, failure_of(error));
            }
          }};
}

http::Route post(Service& service, std::string path, Answer answer) {
  return guarded("POST", std::move(path), service, answer);
}

template <class Get>
http::Route get(std::string path, Get answer) {
  http::Route route{"GET", std::move(path), [answer](const http::Request&, std::stop_token) { return answer(); }};
  route.is_quick = true;
  return route;
}

http::Response answer_health(const ServerState& state) {
  if (!state.is_draining()) return json_response({{"status", "ok"}});
  return failure_response("/health", {503, "unavailable_error", "the server is about to stop", "ask another one"});
}

http::Response answer_metrics(Service& service, const ServerState& state) {
  return {200, service.metrics().text(state.n_waiting(), service.passes().n_waiting()),
          "text/plain; version=0.0.4; charset=utf-8"};
}

}  // namespace

std::vector<http::Route> routes_of(Service& service, ServerState state) {
  std::vector<http::Route> routes;
  for (const char* path : {"/v1/systemone", "/systemone"}) routes.push_back(post(service, path, answer_systemone));
  routes.push_back(post(service, "/v1/decisions", answer_decisions));
  routes.push_back(post(service, "/v1/classify", answer_classify));
  routes.push_back(post(service, "/classify", answer_pooling_classify));
  routes.push_back(post(service, "/v1/completions", answer_completions));
  routes.push_back(post(service, "/tokenize", answer_tokenize));
  routes.push_back(post(service, "/detokenize", answer_detokenize));
  routes.push_back(post(service, "/v1/readers", answer_fit_reader));
  routes.push_back(get("/v1/readers", [&service] { return answer_readers(service); }));
  routes.push_back(guarded("DELETE", "/v1/readers", service, answer_remove_reader));
  for (const char* path : {"/health", "/v1/health"}) {
    routes.push_back(get(path, [state] { return answer_health(state); }));
    routes.back().is_open = true;
  }
  routes.push_back(get("/v1/models", [&service] { return answer_models(service); }));
  routes.push_back(get("/v1/capabilities", [&service] { return answer_capabilities(service); }));
  routes.back().is_quick = false;  // it reads the description of all routes
  routes.push_back(get("/metrics", [&service, state] { return answer_metrics(service, state); }));
  routes.push_back(get("/openapi.json", [&service] { return answer_openapi(service); }));
  routes.back().is_quick = false;
  return routes;
}

}  // namespace partwise::internal

// Which request is answered by what.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "http/server.h"
#include "serve/service.h"

namespace partwise::internal {

/// What is known of the server itself.
struct ServerState {
  std::function<std::size_t()> n_waiting;  // requests that are being answered
  std::function<bool()> is_draining;
};

/// All routes. The service must outlive them.
std::vector<http::Route> routes_of(Service& service, ServerState state);

/// A failure as the clients of the route read it.
http::Response failure_response(const std::string& path, const http::Failure& failure);

// The answers, one file each. Errors: failure_of() says what becomes of them.

/// POST /v1/systemone (docs/http-api.md)
http::Response answer_systemone(Service& service, const http::Request& request, std::stop_token gone);
/// POST /v1/decisions
http::Response answer_decisions(Service& service, const http::Request& request, std::stop_token gone);
/// POST /v1/classify: texts with a reader, or with a task that the request describes
http::Response answer_classify(Service& service, const http::Request& request, std::stop_token gone);
/// POST /classify: the form of vLLM's sequence classifiers
http::Response answer_pooling_classify(Service& service, const http::Request& request, std::stop_token gone);
/// POST /v1/completions
http::Response answer_completions(Service& service, const http::Request& request, std::stop_token gone);
/// POST /tokenize, POST /detokenize
http::Response answer_tokenize(Service& service, const http::Request& request, std::stop_token gone);
http::Response answer_detokenize(Service& service, const http::Request& request, std::stop_token gone);
/// POST /v1/readers fits a reader; GET lists them; DELETE /v1/readers?name=NAME takes one away.
http::Response answer_fit_reader(Service& service, const http::Request& request, std::stop_token gone);
http::Response answer_readers(Service& service);
http::Response answer_remove_reader(Service& service, const http::Request& request, std::stop_token gone);
/// GET /v1/models, GET /v1/capabilities, GET /openapi.json
http::Response answer_models(Service& service);
http::Response answer_capabilities(Service& service);
http::Response answer_openapi(const Service& service);

}  // namespace partwise::internal

#include "serve/serving.h"

#include <algorithm>
#include <utility>

#include "serve/routes.h"

namespace partwise::internal {

namespace {

/// A pass over one token, which also reads the whole vocabulary.
void warm_up(const Session& session) {
  DecomposeOptions options = session.options();
  options.read_parts = false;
  options.label_cache = nullptr;
  options.vocabulary = {.log_sum_exp = true};
  session.decompose_points(std::vector<PromptIds>{{{0}, {0}}}, options);
}

http::Failure too_late() {
  return {503, "unavailable_error", "the answer took longer than this server allows",
          "ask again, about a shorter text or with fewer questions"};
}

}  // namespace

Serving::Serving(Session& session, ServingOptions options, std::function<void(const http::Answered&)> on_answered)
    : service_(session, std::move(options.service)),
      deadlines_(options.most_time),
      on_answered_(std::move(on_answered)) {
  add_readers(options);
  warm_up(session);
  session.settle();
  server_ = std::make_unique<http::Server>(options.server, timed_routes(), failure_response,
                                           [this](const http::Answered& answered) { count(answered); });
  started_ = server_.get();
}

void Serving::add_readers(ServingOptions& options) {
  for (auto& [name, reader] : options.readers) service_.add_reader(name, std::move(reader));
  for (const std::string& fault : service_.readers().add_kept())
    if (options.note) options.note(fault);
}

std::vector<http::Route> Serving::timed_routes() {
  std::vector<http::Route> routes =
      routes_of(service_, {[this] { return started_ ? started_.load()->n_waiting() : 0; },
                           [this] { return started_ && started_.load()->is_draining(); }});
  for (http::Route& route : routes) {
    if (std::ranges::find(paths_, route.path) == paths_.end()) paths_.push_back(route.path);
    if (route.is_quick) continue;
    route.answer = [this, answer = route.answer](const http::Request& request, std::stop_token gone) {
      const Deadlines::Work work(deadlines_, std::move(gone));
      http::Response response = answer(request, work.token());
      return work.is_late() ? failure_response(request.path, too_late()) : response;
    };
  }
  return routes;
}

void Serving::count(const http::Answered& answered) {
  const std::string& path = answered.request.path;
  const bool is_known = std::ranges::find(paths_, path) != paths_.end();
  service_.metrics().count_request(is_known ? path : "other", answered.status, answered.seconds);
  if (on_answered_) on_answered_(answered);
}

}  // namespace partwise::internal

#include "serve/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <mutex>
#include <sstream>

#include "base/version.h"

namespace partwise::internal {

namespace {

using prometheus::Counter;
using prometheus::Gauge;
using prometheus::Histogram;
using Buckets = Histogram::BucketBoundaries;

const Buckets kSeconds = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300};
const Buckets kPrompts = {1, 2, 4, 8, 16, 32, 64, 128, 256};
const Buckets kCertificates = {1e-8, 2.5e-8, 5e-8, 1e-7, 2.5e-7, 5e-7, 1e-6, 1e-5, 1e-4};

Counter& counter(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add({});
}
Gauge& gauge(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}
Histogram& histogram(prometheus::Registry& registry, const char* name, const char* help, const Buckets& buckets) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry).Add({}, buckets);
}

}  // namespace

class Metrics::Impl {
 public:
  Impl() {
    gauge(registry, "process_start_time_seconds", "When the process started, in seconds since 1970").SetToCurrentTime();
    prometheus::BuildGauge()
        .Name("partwise_build_info")
        .Help("1, with the version as label")
        .Register(registry)
        .Add({{"version", std::string(version())}})
        .Set(1);
  }

  prometheus::Registry registry;
  prometheus::Family<Counter>& requests = prometheus::BuildCounter()
                                              .Name("partwise_requests_total")
                                              .Help("Requests that were answered, by route and status code")
                                              .Register(registry);
  prometheus::Family<Histogram>& request_seconds =
      prometheus::BuildHistogram()
          .Name("partwise_request_seconds")
          .Help("From the end of a request's header to the end of its answer")
          .Register(registry);
  Histogram& wait_seconds =
      histogram(registry, "partwise_wait_seconds",
                "How long the prompts of a request took, in the queue and their passes", kSeconds);
  Histogram& pass_seconds = histogram(registry, "partwise_pass_seconds", "How long a pass took", kSeconds);
  Histogram& pass_prompts = histogram(registry, "partwise_pass_prompts", "How many prompts shared a pass", kPrompts);
  Counter& prompt_tokens = counter(registry, "partwise_prompt_tokens_total", "Tokens of the prompts of all passes");
  Counter& tokens_computed =
      counter(registry, "partwise_tokens_computed_total", "Tokens of prompts that a pass computed");
  Counter& tokens_reused = counter(
      registry, "partwise_tokens_reused_total",
      "Tokens of prompts that were not computed: a prompt of the same pass or an earlier pass has the same beginning");
  Histogram& certificates =
      histogram(registry, "partwise_certificate",
                "How far the sum of the parts is from the logits: of each pass the largest", kCertificates);
  Gauge& certificate_max = gauge(registry, "partwise_certificate_max", "The largest certificate since the start");
  Gauge& in_flight = gauge(registry, "partwise_in_flight", "Requests that are being answered");
  Gauge& queue_length = gauge(registry, "partwise_queue_length", "Prompts that wait for a pass");
  std::mutex mutex;  // of the largest certificate, and of what is set when it is shown
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::count_request(const std::string& route, int status, double seconds) {
  impl_->requests.Add({{"route", route}, {"code", std::to_string(status)}}).Increment();
  impl_->request_seconds.Add({{"route", route}}, kSeconds).Observe(seconds);
}

void Metrics::count_pass(const PassFigures& pass) {
  impl_->pass_seconds.Observe(pass.seconds);
  impl_->pass_prompts.Observe(static_cast<double>(pass.n_prompts));
  impl_->prompt_tokens.Increment(static_cast<double>(pass.n_prompt_tokens));
  impl_->tokens_computed.Increment(static_cast<double>(pass.n_computed_tokens));
  impl_->tokens_reused.Increment(
      static_cast<double>(std::max<std::int64_t>(0, pass.n_prompt_tokens - pass.n_computed_tokens)));
  impl_->certificates.Observe(pass.certificate);
  const std::lock_guard lock(impl_->mutex);
  impl_->certificate_max.Set(std::max(impl_->certificate_max.Value(), pass.certificate));
}

void Metrics::count_wait(double seconds) { impl_->wait_seconds.Observe(seconds); }

std::string Metrics::text(std::size_t in_flight, std::size_t waiting) const {
  const std::lock_guard lock(impl_->mutex);
  impl_->in_flight.Set(static_cast<double>(in_flight));
  impl_->queue_length.Set(static_cast<double>(waiting));
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, impl_->registry.Collect());
  return out.str();
}

}  // namespace partwise::internal

#include "serve/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <sstream>
#include <thread>

#include "base/file.h"
#include "support/at_least.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

using testing::HasSubstr;

TEST(Metrics, CountRequests) {
  Metrics metrics;
  metrics.count_request("/v1/systemone", 200, 0.02);
  metrics.count_request("/v1/systemone", 200, 0.2);
  metrics.count_request("other", 404, 0.0001);
  const std::string text = metrics.text(3, 5);
  EXPECT_THAT(text, HasSubstr("partwise_requests_total{code=\"200\",route=\"/v1/systemone\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("partwise_requests_total{code=\"404\",route=\"other\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("partwise_request_seconds_count{route=\"/v1/systemone\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("partwise_request_seconds_bucket{route=\"/v1/systemone\",le=\"0.025\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("partwise_in_flight 3\n"));
  EXPECT_THAT(text, HasSubstr("partwise_queue_length 5\n"));
  EXPECT_THAT(text, HasSubstr("partwise_build_info{version="));
  EXPECT_THAT(text, HasSubstr("process_start_time_seconds 1"));
}

TEST(Metrics, CountPasses) {
  Metrics metrics;
  metrics.count_pass({3, 100, 40, 0.5, 2e-7});
  metrics.count_pass({1, 10, 10, 0.1, 1e-7});
  metrics.count_wait(0.7);
  const std::string text = metrics.text(0, 0);
  EXPECT_THAT(text, HasSubstr("partwise_prompt_tokens_total 110\n"));
  EXPECT_THAT(text, HasSubstr("partwise_tokens_computed_total 50\n"));
  EXPECT_THAT(text, HasSubstr("partwise_tokens_reused_total 60\n"));
  EXPECT_THAT(text, HasSubstr("partwise_certificate_count 2\n"));
  EXPECT_THAT(text, HasSubstr("partwise_certificate_max 2"));
  EXPECT_THAT(text, HasSubstr("partwise_pass_prompts_sum 4\n"));
  EXPECT_THAT(text, HasSubstr("partwise_wait_seconds_count 1\n"));
}

TEST(Metrics, MayBeCountedByManyThreads) {
  Metrics metrics;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        for (int j = 0; j < 250; ++j) metrics.count_request("/health", 200, 0.001);
      });
  }
  EXPECT_THAT(metrics.text(0, 0), HasSubstr("partwise_requests_total{code=\"200\",route=\"/health\"} 1000\n"));
}

/// Names in a page or a dashboard, without what Prometheus appends to those of histograms.
std::set<std::string> names_in(const std::string& file) {
  const std::string text = read_text_file(test::source_dir() / "docs" / file);
  std::set<std::string> names;
  const std::regex name("partwise_[a-z_]*[a-z]");
  for (std::sregex_iterator at(text.begin(), text.end(), name), end; at != end; ++at)
    names.insert(std::regex_replace(at->str(), std::regex("_(bucket|sum|count)$"), ""));
  return test::at_least(8, names);
}

TEST(Metrics, AreThoseOfTheDocumentation) {
  Metrics metrics;
  metrics.count_request("/health", 200, 0.001);
  const std::string text = metrics.text(0, 0);
  for (const char* file : {"serving.md", "grafana-dashboard.json"})
    for (const std::string& name : names_in(file)) EXPECT_THAT(text, HasSubstr("# TYPE " + name + " ")) << file;
}

TEST(Metrics, AreInPrometheusForm) {
  Metrics metrics;
  metrics.count_request("/health", 200, 0.001);
  std::istringstream lines(metrics.text(0, 0));
  int n = 0;
  for (std::string line; std::getline(lines, line); ++n)
    EXPECT_THAT(line, testing::ContainsRegex("^(# (HELP|TYPE) [a-z_]+ .*|[a-z_]+(\\{.*\\})? [-+0-9.eInf]+)$"));
  EXPECT_GT(n, 60);
}

}  // namespace
}  // namespace partwise::internal

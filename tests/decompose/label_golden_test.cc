// Compares how probable real models find labels of several tokens with what transformers computes in double precision
// (scripts/make-label-goldens).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "decompose/decompose.h"
#include "decompose/score.h"
#include "support/at_least.h"
#include "support/paths.h"
#include "support/sanitizers.h"

namespace partwise::internal {
namespace {

namespace fs = std::filesystem;

using Tokens = std::vector<std::int32_t>;

// Logits of these models are up to about 30 in size. In float32 the final norm's output is off by about 5e-6 of its
// length (kBound in golden_demo_test.cc says why), so a logit may be off by 1.5e-4. Most are far closer, since errors
// have either sign. transformers in float32 differs from its own double precision by 3e-5 at most, and 1e-5 as a rule.
constexpr double kLargest = 2e-4, kRootMeanSquare = 3e-5;

/// The lines of tests/golden-labels/NAME.jsonl. With a sanitizer, which takes ten times as long, the first few.
std::vector<Json> golden_rows(const std::string& name) {
  std::ifstream file(test::source_dir() / "tests" / "golden-labels" / (name + ".jsonl"));
  std::vector<Json> rows;
  for (std::string line; std::getline(file, line);) rows.push_back(Json::parse(line));
  rows = test::at_least(49, std::move(rows));
  if (test::is_sanitized()) rows.resize(6);
  return rows;
}

std::vector<PromptIds> prompts_of(const std::vector<Json>& rows) {
  std::vector<PromptIds> prompts;
  for (const Json& row : rows) {
    prompts.emplace_back().ids = row.at("ids").get<Tokens>();
    prompts.back().labels = row.at("option_ids").get<std::vector<Tokens>>();
  }
  return prompts;
}

std::vector<double> tree_log_probs(const std::vector<Json>& rows) {
  std::vector<double> all;
  for (const Json& row : rows)
    for (double value : row.at("tree_log_probs")) all.push_back(value);
  return all;
}

/// A prompt with each of its labels twice, as it is and without its last token (if it has another), and how probable
/// each of these is: appended to `log_probs`.
PromptIds with_beginnings(const Json& row, std::vector<double>& log_probs) {
  PromptIds prompt;
  prompt.ids = row.at("ids").get<Tokens>();
  for (std::size_t y = 0; y < row.at("option_ids").size(); ++y) {
    Tokens label = row.at("option_ids")[y].get<Tokens>();
    prompt.labels.push_back(label);
    log_probs.push_back(row.at("log_probs")[y]);
    if (label.size() == 1) continue;
    label.pop_back();
    prompt.labels.push_back(label);
    log_probs.push_back(log_probs.back() - row.at("token_log_probs")[y].back().get<double>());
  }
  return prompt;
}

void expect_close(const std::vector<double>& ours, const std::vector<double>& theirs) {
  ASSERT_EQ(ours.size(), theirs.size());
  double largest = 0, sum = 0;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    const double miss = std::abs(ours[i] - theirs[i]);
    ASSERT_LT(miss, kLargest) << "value " << i << ": " << ours[i] << ", and not " << theirs[i];
    largest = std::max(largest, miss);
    sum += miss * miss;
  }
  EXPECT_GT(largest, 0) << "nothing was compared";
  EXPECT_LT(std::sqrt(sum / static_cast<double>(ours.size())), kRootMeanSquare);
}

std::optional<fs::path> model_of(const std::string& name) {
  return name == "demo" ? test::demo_model() : test::gemma_model();
}

class LabelGolden : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (!model_of(GetParam())) GTEST_SKIP() << "the model is not here (make test fetches it)";
  }

  std::vector<Json> rows = golden_rows(GetParam());
};

// It takes seconds for Gemma: its vocabulary has 262,144 tokens, and all count at each of 700 positions.
TEST_P(LabelGolden, IsAsProbableUnderTheModel) {
  std::vector<PromptIds> prompts;
  std::vector<double> ours, theirs;
  for (const Json& row : rows) prompts.push_back(with_beginnings(row, theirs));
  const Model model = Model::load(*model_of(GetParam()));
  const auto backend = make_cpu_backend();
  for (const auto& scores : score_labels(Engine(model, *backend), prompts))
    ours.insert(ours.end(), scores.begin(), scores.end());
  expect_close(ours, theirs);
}

TEST_P(LabelGolden, IsAsProbableAmongTheLabels) {
  const Contributions g = decompose(Model::load(*model_of(GetParam())), *make_cpu_backend(), prompts_of(rows));
  const std::vector<double> theirs = tree_log_probs(rows);
  expect_close({g.logits.flat().begin(), g.logits.flat().end()}, theirs);
  expect_close({g.log_probs.flat().begin(), g.log_probs.flat().end()}, theirs);
}

INSTANTIATE_TEST_SUITE_P(RealModels, LabelGolden, testing::Values("demo", "gemma"),
                         [](const auto& model) { return model.param; });

}  // namespace
}  // namespace partwise::internal

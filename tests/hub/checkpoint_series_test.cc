#include "hub/checkpoint_series.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hub/hub.h"
#include "support/errors.h"

namespace partwise::internal {
namespace {

namespace fs = std::filesystem;
using test::error_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> labels_of(const std::string& form) {
  std::vector<std::string> labels;
  for (const SeriesEntry& entry : find_checkpoint_series(form)) labels.push_back(entry.label);
  return labels;
}

/// Pythia's revisions, unsorted.
class CheckpointSeriesTest : public ::testing::Test {
 protected:
  CheckpointSeriesTest() {
    int number = 0;
    for (const char* step : {"step143000", "step0", "step1000", "step512", "step1", "step99000", "main", "refs/pr/2"}) {
      hub_.add("EleutherAI--pythia-70m", step, ++number, "model.safetensors");
    }
  }
  test::HubCache hub_;
};

TEST_F(CheckpointSeriesTest, PatternsAreOrderedByNumber) {
  EXPECT_THAT(labels_of("EleutherAI/pythia-70m@step*"),
              ElementsAre("step0", "step1", "step512", "step1000", "step99000", "step143000"));
  EXPECT_THAT(labels_of("EleutherAI/pythia-70m@step?"), ElementsAre("step0", "step1"));
  EXPECT_THAT(labels_of("EleutherAI/pythia-70m@step[0-5]*000"), ElementsAre("step1000", "step143000"));
  EXPECT_THAT(labels_of("EleutherAI/pythia-70m@refs/pr/*"), ElementsAre("refs/pr/2"));
  EXPECT_EQ(find_checkpoint_series("EleutherAI/pythia-70m@step?")[1].model, "EleutherAI/pythia-70m@step1");
}

TEST_F(CheckpointSeriesTest, RangesIncludeTheirEnds) {
  EXPECT_THAT(labels_of("EleutherAI/pythia-70m@step0..step1000"), ElementsAre("step0", "step1", "step512", "step1000"));
  EXPECT_THAT(labels_of("EleutherAI/pythia-70m@step2..step99999999999999999999999999"),
              ElementsAre("step512", "step1000", "step99000", "step143000"));
  for (const char* range : {"step5..step4", "step0..main", "step0..tokens9", "step..step9", "..", "step0..", "x..y"}) {
    const Error error = error_of([&] { labels_of(std::string("EleutherAI/pythia-70m@") + range); });
    EXPECT_NE(error.code(), ErrorCode::internal) << range;
  }
  EXPECT_EQ(error_of([] { labels_of("EleutherAI/pythia-70m@step5..step4"); }).code(), ErrorCode::usage);
  EXPECT_EQ(error_of([] { labels_of("EleutherAI/pythia-70m@step2..step3"); }).code(), ErrorCode::missing_input);
}

TEST_F(CheckpointSeriesTest, ListsKeepTheirOrderAndMustBeThere) {
  EXPECT_THAT(labels_of("EleutherAI/pythia-70m@step512,main,step0"), ElementsAre("step512", "main", "step0"));
  EXPECT_THAT(labels_of("EleutherAI/pythia-70m@step512"), ElementsAre("step512"));
  EXPECT_THAT(labels_of("EleutherAI/pythia-70m@step0," + test::commit(3)), ElementsAre("step0", test::commit(3)));
  const Error missing = error_of([] { labels_of("EleutherAI/pythia-70m@step0,step2,step1"); });
  EXPECT_EQ(missing.code(), ErrorCode::missing_input);
  EXPECT_THAT(missing.what(), HasSubstr("'step2'"));
  EXPECT_EQ(error_of([] { labels_of("EleutherAI/pythia-70m@step0,step0"); }).code(), ErrorCode::usage);
  for (const char* list : {"", ",", "step0,", "step0,.,step1"}) {
    EXPECT_EQ(error_of([&] { labels_of(std::string("EleutherAI/pythia-70m@") + list); }).code(),
              ErrorCode::missing_input)
        << list;
  }
}

TEST_F(CheckpointSeriesTest, WithoutAMatchItSaysWhatThereIs) {
  const Error error = error_of([] { labels_of("EleutherAI/pythia-70m@stage*"); });
  EXPECT_EQ(error.code(), ErrorCode::missing_input);
  EXPECT_THAT(error.hint(), HasSubstr("main, refs/pr/2, step0, step1, step512, step1000, step99000, step143000"));
  EXPECT_EQ(error_of([] { labels_of("EleutherAI/pythia@step*"); }).code(), ErrorCode::missing_input);
}

TEST(CheckpointSeries, FoldersAreTheSame) {
  const test::HubCache hub;
  const test::TempDir dir;
  for (const char* name : {"run@home/step10", "run@home/step9", "run@home/final"}) fs::create_directories(dir / name);
  test::write_file(dir / "run@home/step11", "no folder");
  const std::string run = dir / "run@home/";
  EXPECT_THAT(labels_of(run + "step*"), ElementsAre("step9", "step10"));
  EXPECT_THAT(labels_of(run + "step0..step9"), ElementsAre("step9"));
  EXPECT_THAT(labels_of(run + "final,step9"), ElementsAre("final", "step9"));
  EXPECT_EQ(find_checkpoint_series(run + "final")[0].model, run + "final");
  EXPECT_EQ(error_of([&] { labels_of(run + "step11"); }).code(), ErrorCode::missing_input);
  EXPECT_EQ(error_of([&] { labels_of(run); }).code(), ErrorCode::missing_input);
  EXPECT_EQ(error_of([&] { labels_of(run + "none/step*"); }).code(), ErrorCode::missing_input);
}

TEST(CheckpointNumber, IsTheLastOne) {
  EXPECT_EQ(checkpoint_number("step1000"), 1000);
  EXPECT_EQ(checkpoint_number("stage2-step30-tokens1B"), 1);
  EXPECT_EQ(checkpoint_number("007"), 7);
  EXPECT_EQ(checkpoint_number("main"), std::nullopt);
  EXPECT_EQ(checkpoint_number(""), std::nullopt);
  EXPECT_EQ(checkpoint_number("step1234567890123456789"), std::nullopt);
}

}  // namespace
}  // namespace partwise::internal

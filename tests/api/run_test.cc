#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <partwise/run.h>

#include <numeric>

#include "api/impl.h"
#include "api/support.h"
#include "support/errors.h"
#include "support/runs.h"

namespace partwise {
namespace {

using internal::test::error_of;
using test::same_elements;
using ::testing::HasSubstr;

Run made_up(internal::Run run) { return Run(std::make_shared<const Run::Impl>(std::move(run))); }
Run small() { return made_up(internal::test::make_run(5, 2, 3, 2)); }

TEST(Run, SurvivesItsFile) {
  const internal::test::TempDir folder;
  const partwise::Run run = Session(test::tiny_llama()).decompose(test::reviews());
  run.save((folder / "run.safetensors").string());
  const partwise::Run back = partwise::Run::open((folder / "run.safetensors").string());
  EXPECT_TRUE(same_elements(back.heads(), run.heads()));
  EXPECT_TRUE(same_elements(back.logits(), run.logits()));
  EXPECT_EQ(back.labels(), run.labels());
  EXPECT_EQ(back.split(), run.split());
  EXPECT_EQ(back.info(), run.info());
  EXPECT_EQ(back.label_words(), (std::vector<std::string>{"negative", "positive"}));
  EXPECT_EQ(std::ranges::count(back.split(), Split::pool), 8);
}

TEST(Run, SharesItsNumbersWithoutCopies) {
  Array<float> heads;
  const float* before = nullptr;
  {
    const partwise::Run run = small();
    const partwise::Run copy = run;  // NOLINT(performance-unnecessary-copy-initialization)
    EXPECT_EQ(run.heads().data(), copy.heads().data());
    before = run.heads().data();
    heads = run.parts(2).heads();
  }
  EXPECT_EQ(heads.data(), before + 2 * heads.size());
  EXPECT_EQ(heads(1, 2, 1), internal::test::make_run(5, 2, 3, 2).parts.heads(2, 1, 2, 1));
}

TEST(Run, SaysWhichFileIsMissing) {
  EXPECT_EQ(error_of([] { partwise::Run::open("/nowhere/run.safetensors"); }).code(), ErrorCode::missing_input);
  EXPECT_EQ(error_of([] { small().save("/nowhere/run.safetensors"); }).code(), ErrorCode::missing_input);
}

TEST(Parts, PushesSumToThatOfTheModel) {
  const Parts parts = small().parts(3);
  double sum = parts.push(1, "embed") + parts.push(1, "bias");
  const std::vector<Push> all = parts.top(1, 100);
  EXPECT_EQ(all.size(), 2u * (3 + 1));
  for (const Push& part : all) {
    sum += part.push;
    EXPECT_EQ(part.push, parts.push(1, part.part));
  }
  EXPECT_EQ(sum, parts.push(1));  // exact: the numbers are eighths
}

TEST(Parts, AreSortedByPush) {
  const std::vector<Push> top = small().parts(0).top(0, 3);
  ASSERT_EQ(top.size(), 3u);
  EXPECT_TRUE(std::ranges::is_sorted(top, std::ranges::greater(), &Push::push));
  EXPECT_TRUE(small().parts(0).top(0, 0).empty());
}

TEST(Parts, TwoLabelsArePushedOppositeWays) {
  const Parts parts = small().parts(1);
  EXPECT_EQ(parts.push(0), parts.logits()(0) - parts.logits()(1));
  EXPECT_EQ(parts.push(0, "L1H2"), -parts.push(1, "L1H2"));
  EXPECT_EQ(parts.push(0, "L0MLP"), parts.mlps()(0, 0) - parts.mlps()(0, 1));
}

TEST(Parts, RefuseWhatDoesNotExist) {
  const partwise::Run run = small();
  EXPECT_EQ(error_of([&] { run.parts(5); }).code(), ErrorCode::usage);
  EXPECT_EQ(error_of([&] { run.parts(0).push(2); }).code(), ErrorCode::usage);
  EXPECT_THAT(error_of([&] { run.parts(0).push(0, "L2H0"); }).what(), HasSubstr("L2H0"));
  EXPECT_EQ(error_of([&] { run.parts(0).label_index("sad"); }).code(), ErrorCode::usage);
}

}  // namespace
}  // namespace partwise

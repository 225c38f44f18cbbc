#include "report/text/readers.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/text/widest_line.h"
#include "support/runs.h"

namespace partwise::internal {
namespace {

using ::testing::HasSubstr;

/// Two readers of a run with eight labels.
std::vector<Judged> two_readers() {
  const auto run = test::make_run(40, 2, 2, 8);
  std::vector<Judged> readers(2);
  for (Judged& judged : readers) {
    judged.fitted.reader = make_reader(&judged == &readers[0] ? "full" : "comprw");
    judged.fitted.reader->fit(run.parts, run.labels, fit_rows(run));
    for (int y = 0; y < 8; ++y) judged.fitted.label_words.push_back(fmt::format("a label {}", y));
    judged.evaluation = evaluate(*judged.fitted.reader, run, test_rows(run));
  }
  return readers;
}

TEST(JudgementText, FoldsTheConfusionMatrix) {
  const std::vector<Judged> readers = two_readers();
  EXPECT_GT(test::widest_line(judgement_text(readers[0])), 64u);
  const std::string text = judgement_text(readers[0], 64);
  EXPECT_LE(test::widest_line(text), 64u);
  EXPECT_THAT(text, HasSubstr("a label 7"));
}

TEST(JudgementsText, FoldsTheTableAndItsNotes) {
  const std::string text = judgements_text(two_readers(), false, 60);
  EXPECT_LE(test::widest_line(text), 60u);
  EXPECT_THAT(text, HasSubstr("both sides.\n"));
}

}  // namespace
}  // namespace partwise::internal

#include "labelling/journal.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/file.h"
#include "support/errors.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

const RowAnswer kAnswer = {{0.1, 0.9}, "+good; -bad", ""};

TEST(Journal, GoesOnUnderTheSameKey) {
  const test::TempDir dir;
  {
    Journal journal(dir / "j", "key");
    journal.add(3, kAnswer);
    journal.add(5, {{}, "", "line 5: too long"});
    journal.flush();
  }
  const Journal again(dir / "j", "key");
  ASSERT_EQ(again.n_answers(), 2u);
  EXPECT_EQ(again.find(3)->probabilities, kAnswer.probabilities);
  EXPECT_EQ(again.find(3)->reasons, kAnswer.reasons);
  EXPECT_EQ(again.find(5)->error, "line 5: too long");
  EXPECT_EQ(again.find(4), nullptr);
}

TEST(Journal, BeginsAnewUnderAnotherKey) {
  const test::TempDir dir;
  { Journal(dir / "j", "key").add(3, kAnswer); }
  EXPECT_EQ(Journal(dir / "j", "other").n_answers(), 0u);
  EXPECT_EQ(Journal(dir / "j", "key").n_answers(), 0u);
}

TEST(Journal, DropsALineThatWasCutShort) {
  const test::TempDir dir;
  {
    Journal journal(dir / "j", "key");
    for (std::size_t row = 0; row < 3; ++row) journal.add(row, kAnswer);
  }
  const std::string whole = read_text_file(dir / "j");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    std::ofstream(dir / "cut", std::ios::binary) << whole.substr(0, size);
    const Journal journal(dir / "cut", "key");
    for (std::size_t row = 0; row < journal.n_answers(); ++row)
      EXPECT_EQ(journal.find(row)->probabilities, kAnswer.probabilities);
  }
}

TEST(Journal, LinesOfOthersAreNoAnswers) {
  const test::TempDir dir;
  for (const char* text : {"", "{\"key\":\"key\"}\n{\"row\":\"x\"}\n", "{\"key\":\"key\"}\n[1]\n",
                           "{\"key\":\"key\"}\n{\"row\":1,\"p\":[],\"reasons\":\"\",\"error\":\"\"}\n"}) {
    std::ofstream(dir / "j", std::ios::binary) << text;
    EXPECT_EQ(Journal(dir / "j", "key").n_answers(), 0u) << text;
  }
}

TEST(Journal, OtherFilesAreNotWrittenOver) {
  const test::TempDir dir;
  for (const char* text : {"[]\n", "\xff\xfe\n{}\n", "user notes\n", "{\"format\": \"partwise-reader\"}\n"}) {
    std::ofstream(dir / "j", std::ios::binary) << text;
    EXPECT_EQ(test::error_of([&] { Journal(dir / "j", "key"); }).code(), ErrorCode::usage) << text;
    EXPECT_EQ(read_text_file(dir / "j"), text);
  }
}

TEST(Journal, IsGoneWhenItIsRemovedAndKeepsNothingWithoutAPath) {
  const test::TempDir dir;
  Journal journal(dir / "j", "key");
  journal.add(0, kAnswer);
  journal.remove();
  EXPECT_FALSE(is_there(dir / "j"));
  Journal none("", "key");
  none.add(0, kAnswer);
  none.flush();
  EXPECT_EQ(none.n_answers(), 1u);
}

}  // namespace
}  // namespace partwise::internal

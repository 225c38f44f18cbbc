#include "session/reader_prompts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "prompts/words.h"

namespace partwise::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TextRow row_of(std::string text, std::vector<TextSpan> own) {
  TextRow row;
  row.input.line.place = "row 1";
  row.prompt.text = std::move(text);
  row.prompt.row_text = std::move(own);
  row.prompt.ids = {1, 2};
  row.prompt.label_ids = {3, 4};
  return row;
}

ReaderFile file_of(std::string_view kind) {
  ReaderFile file;
  file.reader = make_reader(kind);
  return file;
}

TEST(PromptsFor, RefuseAFinishedPromptIfTheReaderReadsWords) {
  std::vector<TextRow> rows = {row_of("quite good", {}), row_of("quite good", {{0, 10}})};
  EXPECT_EQ(prompts_for(file_of("bag-of-words"), rows).size(), 1u);
  ASSERT_TRUE(rows[0].error);
  EXPECT_THAT(rows[0].error->what(), HasSubstr("row 1: bag-of-words reads the words of a row's own text"));
  EXPECT_EQ(rows[1].example, 0);
  std::vector<TextRow> others = {row_of("quite good", {})};
  EXPECT_EQ(prompts_for(file_of("full"), others).size(), 1u);
}

TEST(WordsOf, AreThoseOfTheRowsThatAreRead) {
  std::vector<TextRow> rows = {row_of("bad", {{0, 3}}), row_of("quite good", {{0, 10}}), row_of("dull", {{0, 4}})};
  rows[1].example = 0;
  rows[2].example = 1;
  const auto good = word_hashes("quite good"), dull = word_hashes("dull");
  EXPECT_THAT(words_of(rows).flat(), ElementsAre(good[0], good[1], dull[0], -1));
}

}  // namespace
}  // namespace partwise::internal

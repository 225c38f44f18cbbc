#include "prompts/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace partwise::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The words are those of Python's re.findall(r"(?u)\b\w\w+\b", text.lower()), the hashes those of another FNV-1a.
TEST(Words, AreThoseOfScikitLearn) {
  EXPECT_THAT(
      word_hashes("The café's 2nd Ärger: a I x² naïve_thing ＡＢ Ὀδυσσεύς ΣΟΦΟΣ, don't--İs नमस्ते 日本 日 3 42 ½a the"),
      ElementsAre(1770669902, 1584728572, 1782623919, 1742212344, 20690724, 955842280, 50679435, 1022897586, 1597470816,
                  1630142719, 992491376, 48837370, 997027372, 1919771699, 1770669902));
  EXPECT_THAT(word_hashes("hello"), ElementsAre(1221266822));
}

TEST(Words, AreNoneInATextWithoutAny) {
  EXPECT_THAT(word_hashes(""), IsEmpty());
  EXPECT_THAT(word_hashes("a b ... ! \xff 1"), IsEmpty());
}

TEST(Words, OfAPromptAreThoseOfTheRowsOwnColumns) {
  const PromptRecipe recipe{
      "mood", "first", "Judge. Text: fine\nMood: happy\n", "Text: {{text}}{{more}} Mood:", {" sad", " happy"}};
  const DataRow row{{{"text", "Quite good"}, {"more", "again"}, {"label", "happy"}}, "row"};
  std::vector<std::int32_t> expected = word_hashes("quite good");
  expected.push_back(word_hashes("again")[0]);
  EXPECT_EQ(word_hashes(apply_recipe(recipe, row)), expected);
}

TEST(Words, OfAComputedTextAreAllOfIt) {
  PromptRecipe recipe{"mood", "first", "Judge.\n", "", {" sad", " happy"}};
  recipe.program = RowProgram{"{{text|upper}} Mood:", "", " "};
  const DataRow row{{{"text", "Quite good"}}, "row", {}, R"({"text": "Quite good", "label": "happy"})"};
  EXPECT_EQ(word_hashes(apply_recipe(recipe, row)), word_hashes("quite good mood"));
}

TEST(Words, OfPromptsArePadded) {
  Prompt one, other, none;
  one.text = other.text = "quite good again";
  one.row_text = {{0, 10}};
  other.row_text = {{11, 16}};
  const Array<std::int32_t> words = words_of({one, other, none});
  EXPECT_THAT(words.shape(), ElementsAre(3, 2));
  const auto good = word_hashes("quite good"), again = word_hashes("again");
  EXPECT_THAT(words.flat(), ElementsAre(good[0], good[1], again[0], -1, -1, -1));
}

TEST(Words, OfFinishedPromptsAreNotKnown) {
  Prompt prompt;
  prompt.text = "quite good";
  EXPECT_TRUE(words_of({prompt, prompt}).empty());
  prompt.row_text = {{0, 0}};  // of a task, with an empty text
  EXPECT_THAT(words_of({prompt}).flat(), ElementsAre(-1));
}

}  // namespace
}  // namespace partwise::internal

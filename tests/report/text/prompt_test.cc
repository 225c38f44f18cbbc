#include "report/text/prompt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/prompts.h"

namespace partwise::internal {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(PromptText, ShowsTextIdsTokensAndLabels) {
  const test::NumberTokenizer tokenizer;
  EXPECT_EQ(prompt_text(test::one_prompt(), 0, &tokenizer, false),
            "Fine film:\n"
            "\n"
            "row     0 (of 0 to 0), rows.jsonl line 1\n"
            "ids     3: 1 7 3\n"
            "tokens  <1>|\\n|<3>\n"
            "label   0  ' good'  4\n"
            "label   1  ' bad'  5  (the right one)\n");
}

TEST(PromptText, GoesWithoutTextAndTokenizer) {
  PromptSet set = test::one_prompt();
  set.prompts[0].text = "";
  set.prompts[0].options.clear();
  const std::string text = prompt_text(set, 0, nullptr, true);
  EXPECT_THAT(text, StartsWith("(given as ids)\n\n\033[1mrow     \033[0m0 (of 0 to 0)"));
  EXPECT_THAT(text, Not(HasSubstr("tokens")));
  EXPECT_THAT(text, HasSubstr("\033[0m0  4\n"));
}

}  // namespace
}  // namespace partwise::internal

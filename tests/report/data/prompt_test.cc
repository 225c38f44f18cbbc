#include "report/data/prompt.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "report/prompts.h"

namespace partwise::internal {
namespace {

TEST(PromptJson, HoldsTextIdsTokensAndLabels) {
  const test::NumberTokenizer tokenizer;
  EXPECT_EQ(prompt_json(test::one_prompt(), 0, &tokenizer, {}).dump(),
            R"({"row":0,"place":"rows.jsonl line 1","prompt":"Fine film:","ids":[1,7,3],"tokens":["<1>","\n","<3>"],)"
            R"("options":[" good"," bad"],"option_ids":[4,5],"label":1,"warnings":[]})");
}

TEST(PromptJson, HasNoTokensWithoutATokenizerAndNoLabelThatIsNotKnown) {
  PromptSet set = test::one_prompt();
  set.prompts[0].label = -1;
  const OrderedJson json = prompt_json(set, 0, nullptr, {{"code", "message", "hint"}});
  EXPECT_EQ(json["tokens"], OrderedJson::array());
  EXPECT_EQ(json["label"], nullptr);
  EXPECT_EQ(json["warnings"][0]["hint"], "hint");
}

}  // namespace
}  // namespace partwise::internal

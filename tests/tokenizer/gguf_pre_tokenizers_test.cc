#include "tokenizer/gguf_pre_tokenizers.h"

#include <gtest/gtest.h>

#include <set>

#include "tokenizer/pretokenize.h"

namespace partwise::internal {
namespace {

constexpr const char* kText =
    "DullDay it's 1234567 days,\n\n  DON'T ask!?  \u00c9t\u00e9 caf\u00e9s \u4e2d\u6587\u5b57 ab12cd 3.5%  x_y";

struct Split {
  std::vector<std::string_view> names;
  std::string pieces;  // of kText, as Hugging Face's tokenizers 0.23.3 cut it with the name's expressions
};

const std::vector<Split>& splits() {
  static const std::vector<Split> all = {
      {{"a.x-4.0", "exaone4", "gigachat", "gpt-2", "granite-docling", "jais", "jina-de", "jina-es", "jina-v1-en",
        "jina-v2-code", "jina-v2-de", "jina-v2-es", "mellum", "modern-bert", "mpt", "olmo", "phi-2", "roberta-bpe",
        "trillion"},
       "DullDay| it|'s| 1234567| days|,|\n\n | DON|'|T| ask|!?| | \u00c9t\u00e9| caf\u00e9s| \u4e2d\u6587\u5b57| "
       "ab|12|cd| 3|.|5|%| | x|_|y"},
      {{"bailingmoe", "bailingmoe2", "deepseek-r1-qwen", "f2llmv2", "grok-2", "hunyuan", "kormo", "llada-moe", "megrez",
        "qwen2", "qwen35", "solar-open", "stablelm2", "ufakzeka"},
       "DullDay| it|'s| |1|2|3|4|5|6|7| days|,\n\n| | DON|'T| ask|!?| | \u00c9t\u00e9| caf\u00e9s| \u4e2d\u6587\u5b57| "
       "ab|1|2|cd| |3|.|5|%| | x|_y"},
      {{"bloom", "gpt3-finnish", "poro-chat"},
       "DullDay| it's| 1234567| days|,\n\n | DON'T| ask|!? | \u00c9t\u00e9| caf\u00e9s| \u4e2d\u6587\u5b57| ab12cd| "
       "3|.|5%| | x_y"},
      {{"chameleon"},
       "DullDay| it|'|s| |1|2|3|4|5|6|7| days|,|\n|\n|  |DON|'|T| ask|!|?|  |\u00c9t\u00e9| caf\u00e9s| "
       "\u4e2d\u6587\u5b57| ab|1|2|cd| |3|.|5|%|  |x|_|y"},
      {{"chatglm-bpe", "dbrx", "falcon-h1", "falcon3", "glm4", "glm5", "jais-2", "jina-v5-nano", "lfm2", "llama-bpe",
        "llama-v3", "llama3", "midm-2.0", "minicpm5", "pixtral", "smaug-bpe"},
       "DullDay| it|'s| |123|456|7| days|,\n\n| | DON|'T| ask|!?| | \u00c9t\u00e9| caf\u00e9s| \u4e2d\u6587\u5b57| "
       "ab|12|cd| |3|.|5|%| | x|_y"},
      {{"codeshell", "command-r", "exaone", "mellum2", "minerva-7b", "refact", "smollm", "starcoder"},
       "DullDay| it|'s| |1|2|3|4|5|6|7| days|,|\n\n | DON|'|T| ask|!?| | \u00c9t\u00e9| caf\u00e9s| "
       "\u4e2d\u6587\u5b57| ab|1|2|cd| |3|.|5|%| | x|_|y"},
      {{"cohere2moe", "tiny_aya"},
       "Dull|Day| it's| |1|234|567| days|,\n\n| | DON'T| ask|!?| | \u00c9t\u00e9| caf\u00e9s| \u4e2d\u6587\u5b57| "
       "ab|12|cd| |3|.|5|%| | x|_y"},
      {{"deepseek-coder"},
       "DullDay| it|'|s| |1|2|3|4|5|6|7| days|,|\n|\n| | DON|'|T| ask|!?| | \u00c9t\u00e9| caf\u00e9s| "
       "|\u4e2d\u6587\u5b57| ab|1|2|cd| |3|.|5|%| | x|_|y"},
      {{"deepseek-llm"},
       "DullDay| it|'|s| |1234567| days|,|\n|\n| | DON|'|T| ask|!?| | \u00c9|t|\u00e9| caf|\u00e9|s| "
       "|\u4e2d\u6587\u5b57| ab|12|cd| |3|.|5|%| | x|_|y"},
      {{"deepseek-v3", "hunyuan-dense", "hy_v4", "joyai-llm"},
       "DullDay| it|'s| |123|456|7| days|,\n\n| | DON|'T| ask|!?| | \u00c9t\u00e9| caf\u00e9s| |\u4e2d\u6587\u5b57| "
       "ab|12|cd| |3|.|5|%| | x|_y"},
      {{"exaone-moe"},
       "DullDay it|'s| |1|2|3|4|5|6|7| days|,\n|\n| | DON|'T| ask|!?| | \u00c9t\u00e9 caf\u00e9s \u4e2d\u6587\u5b57 "
       "ab|1|2|cd| |3|.|5|%| | x|_y"},
      {{"falcon"},
       "DullDay| it|'|s| |123|456|7| days|,|\n\n | DON|'|T| ask|!?| | \u00c9t\u00e9| caf\u00e9s| \u4e2d\u6587\u5b57| "
       "ab|12|cd| 3|.|5|%| | x|_|y"},
      {{"gpt-4o", "granite-embed-multi-97m", "kanana2", "llama4", "minimax-m2", "talkie"},
       "Dull|Day| it's| |123|456|7| days|,\n\n| | DON'T| ask|!?| | \u00c9t\u00e9| caf\u00e9s| \u4e2d\u6587\u5b57| "
       "ab|12|cd| |3|.|5|%| | x|_y"},
      {{"laguna", "seed-coder"},
       "DullDay| it|'s| |1|2|3|4|5|6|7| days|,|\n\n| | DON|'T| ask|!?| | \u00c9t\u00e9| caf\u00e9s| "
       "\u4e2d\u6587\u5b57| ab|1|2|cd| |3|.|5|%| | x|_y"},
      {{"spark2_5"},
       "DullDay| it|'s| |1|2|3|4|5|6|7| days|,|\n|\n| | DON|'T| ask|!?| | \u00c9t\u00e9| caf\u00e9s| "
       "|\u4e2d\u6587\u5b57| ab|1|2|cd| |3|.|5|%| | x|_y"},
      {{"superbpe"},
       "DullDay it's |1|234|567| days,\n\n  DON'T ask!?  \u00c9t\u00e9 caf\u00e9s \u4e2d\u6587\u5b57 ab|12|cd |3|.|5|% "
       " x_y"},
      {{"tekken"},
       "Dull|Day| it|'s| |1|2|3|4|5|6|7| days|,\n\n| | DON|'T| ask|!?| | \u00c9t\u00e9| caf\u00e9s| "
       "\u4e2d\u6587\u5b57| ab|1|2|cd| |3|.|5|%| | x|_y"},
      {{"viking"},
       "DullDay| it's| |1|2|3|4|5|6|7| days|,\n\n | DON'T| ask|!? | \u00c9t\u00e9| caf\u00e9s| \u4e2d\u6587\u5b57| "
       "ab|1|2|cd| |3|.|5|%| | x_y"},
      {{"youtu"},
       "Dull|Day| it's| |1|2|3|4|5|6|7| days|,\n\n| | DON'T| ask|!?| | \u00c9t\u00e9| caf\u00e9s| |\u4e2d\u6587\u5b57| "
       "ab|1|2|cd| |3|.|5|%| | x|_y"},
  };
  return all;
}

std::string pieces_of(const GgufPreTokenizer& pre) {
  std::vector<SplitStep> steps;
  for (std::string_view expression : pre.expressions) steps.push_back({Pattern(expression)});
  std::string pieces;
  for (std::string_view piece : PreTokenizer(std::move(steps)).split(kText))
    (pieces += pieces.empty() ? "" : "|") += piece;
  return pieces;
}

TEST(GgufPreTokenizers, SplitAsTheModelsTokenizers) {
  for (const Split& split : splits()) {
    for (std::string_view name : split.names) {
      const GgufPreTokenizer* pre = find_gguf_pre_tokenizer(name);
      ASSERT_TRUE(pre) << name;
      EXPECT_EQ(pieces_of(*pre), split.pieces) << name;
    }
  }
}

TEST(GgufPreTokenizers, EveryNameIsTriedAndThereOnce) {
  std::set<std::string_view> tried, known;
  for (const Split& split : splits()) tried.insert(split.names.begin(), split.names.end());
  for (const GgufPreTokenizer& pre : gguf_pre_tokenizers()) EXPECT_TRUE(known.insert(pre.name).second) << pre.name;
  EXPECT_EQ(known, tried);
}

TEST(GgufPreTokenizers, OthersAreNotKnown) {
  for (const char* name : {"default", "", "gemma4", "kimi-k2", "llama", "QWEN2"})
    EXPECT_EQ(find_gguf_pre_tokenizer(name), nullptr) << name;
}

}  // namespace
}  // namespace partwise::internal

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "serve/tiny_service.h"

namespace partwise::internal {
namespace {

using test::tiny_llama;

const Tokenizer& tokenizer() { return *tiny_llama().tokenizer(); }

/// A service with a chat template, if it has one.
class Tokens : public testing::Test {
 protected:
  explicit Tokens(const std::string& chat_template = "") {
    ServiceOptions options{.model_name = "tiny"};
    if (!chat_template.empty()) {
      test::write_file(folder_ / "chat.jinja", chat_template);
      options.chat =
          ChatChoice{.template_file = folder_ / "chat.jinja"}.with_model(tiny_llama().place().path, &tokenizer());
    }
    service_ = std::make_unique<Service>(session_, std::move(options));
  }

  Json tokenize(const Json& body) { return Json::parse(answer_tokenize(*service_, {.body = body.dump()}, {}).body); }
  Json detokenize(const Json& body) {
    return Json::parse(answer_detokenize(*service_, {.body = body.dump()}, {}).body);
  }
  std::string refusal(const Json& body) {
    return test::error_of([&] { tokenize(body); }).what();
  }

  test::TempDir folder_;
  Session session_{tiny_llama(), {.threads = 1}, Passes::one};
  std::unique_ptr<Service> service_;
};

class TokensOfChats : public Tokens {
 protected:
  TokensOfChats() : Tokens("{% for m in messages %}<|im_start|>{{ m.role }}:{{ m.content }}<|im_end|>{% endfor %}") {}
};

TEST_F(Tokens, AreThoseOfTheTokenizer) {
  EXPECT_EQ(tokenize({{"content", "Some text"}})["tokens"], tokenizer().encode("Some text"));
  EXPECT_EQ(tokenize({{"content", ""}}), Json({{"tokens", Json::array()}}));
  EXPECT_EQ(tokenize({{"content", "<|im_end|>"}})["tokens"], Json({2}));
  EXPECT_GT(tokenize({{"content", "<|im_end|>"}, {"parse_special", false}})["tokens"].size(), 1u);
}

TEST_F(Tokens, HavePieces) {
  const Json tokens = tokenize({{"content", "A\u2603"}, {"with_pieces", true}})["tokens"];
  ASSERT_EQ(tokens.size(), 4u);
  EXPECT_EQ(tokens[0]["piece"], "A");
  EXPECT_EQ(tokens[1]["piece"], Json::array({0xe2})) << "bytes that are no character";
  EXPECT_EQ(tokens[1]["id"], tokenizer().encode("\u2603")[0]);
}

TEST_F(Tokens, AreCountedAsVllmDoes) {
  const Json found = tokenize({{"model", "tiny"}, {"prompt", "Some"}, {"return_token_strs", true}});
  EXPECT_EQ(found["tokens"], tokenizer().encode("Some"));
  EXPECT_EQ(found["count"], found["tokens"].size());
  EXPECT_EQ(found["max_model_len"], 256);
  EXPECT_EQ(found["token_strs"].size(), found["tokens"].size());
}

TEST_F(TokensOfChats, AreThoseOfTheWholePrompt) {
  const Json messages = {{{"role", "user"}, {"content", "A"}}};
  EXPECT_EQ(tokenize({{"messages", messages}})["tokens"], tokenizer().encode("<|im_start|>user:A<|im_end|>"));
  const Json smuggled = {{{"role", "user"}, {"content", "<|im_end|>"}}};
  EXPECT_GT(tokenize({{"messages", smuggled}})["count"], tokenize({{"messages", messages}})["count"])
      << "the text of a message is no control token";
  EXPECT_THAT(refusal({{"messages", messages}, {"add_generation_prompt", false}}),
              testing::HasSubstr("not to be answered is not supported"));
}

TEST_F(Tokens, RefuseWhatIsNotThere) {
  EXPECT_EQ(refusal({{"messages", Json::array()}}), "'messages': this server has no chat template");
  EXPECT_EQ(refusal(Json::object()), "'content': this is missing");
  EXPECT_EQ(refusal({{"content", "A"}, {"pieces", true}}), "the member 'pieces' is not supported");
}

TEST_F(Tokens, BecomeText) {
  const std::vector<TokenId> ids = tokenizer().encode("Some <|im_end|> né");
  EXPECT_EQ(detokenize({{"tokens", ids}})["content"], "Some <|im_end|> né");
  EXPECT_EQ(detokenize({{"tokens", Json::array()}})["content"], "");
  EXPECT_EQ(std::string(test::error_of([&] {
                          detokenize({{"tokens", {5, 311}}});
                        }).what()),
            "'tokens[1]': 311 is not from 0 to 310");
}

}  // namespace
}  // namespace partwise::internal

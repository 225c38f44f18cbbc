#include "prompts/chat_prompt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/errors.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Chat chat_of(const std::string& source, const std::string& bos = "") {
  const test::TempDir folder;
  test::write_file(folder / "t.jinja", source);
  const auto model = test::source_dir() / "tests" / "golden" / "tiny-llama";
  return {ChatTemplate::of_file(folder / "t.jinja", model), true, bos, "t.jinja"};
}

constexpr const char* kTrims =
    R"({% for m in messages %}<{{ m.role }}>{{ m.content | trim }}<end>{% endfor %}<assistant>)";

TEST(ChatPrompt, IsWhatTheTemplateWritesWithTheTextsAsText) {
  const ChatPrompt made = chat_prompt(
      chat_of(kTrims), {{"system", "Be brief."}, {"user", " <end> "}, {"assistant", "Yes"}, {"user", "é\n"}});
  EXPECT_EQ(made.prompt.text, "<system>Be brief.<end><user><end><end><assistant>Yes<end><user>é<end><assistant>");
  EXPECT_EQ(made.bos, EncodeOptions::Bos::automatic);
  EXPECT_THAT(made.prompt.literal, ElementsAre(TextSpan{8, 17}, TextSpan{28, 33}, TextSpan{49, 52}, TextSpan{63, 65}));
}

TEST(ChatPrompt, EndsWithTheUser) {
  EXPECT_THROW(chat_prompt(chat_of(kTrims), {}), Error);
  const Error error = test::error_of([] { chat_prompt(chat_of(kTrims), {{"user", "a"}, {"assistant", "b"}}); });
  EXPECT_EQ(error.code(), ErrorCode::bad_data);
  EXPECT_THAT(error.what(), HasSubstr("'assistant', not 'user'"));
}

TEST(ChatPrompt, RefusesATemplateThatLooksForWords) {
  const Chat chat = chat_of(
      "{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}"
      "{% if '/no_think' in messages[-1].content %}<think></think>{% endif %}");
  EXPECT_EQ(chat_prompt(chat, {{"user", "hello"}}).prompt.text, "<user>hello");
  const Error error = test::error_of([&] { chat_prompt(chat, {{"user", "hello /no_think"}}); });
  EXPECT_THAT(error.what(), HasSubstr("in another way than other texts"));
}

TEST(ChatPrompt, RefusesRolesThatAreNoWords) {
  for (const std::string role : {"", "User", "user<|im_end|>"})
    EXPECT_EQ(test::error_of([&] {
                chat_prompt(chat_of(kTrims), {{role, "a"}, {"user", "b"}});
              }).code(),
              ErrorCode::bad_data)
        << role;
}

// What a user types is no BOS that the template writes.
TEST(ChatPrompt, HasOneBos) {
  const std::string texts = "{% for m in messages %}{{ m.content }}{% endfor %}";
  EXPECT_EQ(chat_prompt(chat_of("<s>" + texts, "<s>"), {{"user", "a"}}).bos, EncodeOptions::Bos::no);
  EXPECT_EQ(chat_prompt(chat_of(texts, "<s>"), {{"user", "<s>a"}}).bos, EncodeOptions::Bos::automatic);
  EXPECT_EQ(chat_prompt(chat_of(texts), {{"user", "a"}}).bos, EncodeOptions::Bos::automatic);
}

}  // namespace
}  // namespace partwise::internal

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
  const Prompt prompt = chat_prompt(
      chat_of(kTrims), {{"system", "Be brief."}, {"user", " <end> "}, {"assistant", "Yes"}, {"user", "é\n"}});
  EXPECT_EQ(prompt.text, "<system>Be brief.<end><user><end><end><assistant>Yes<end><user>é<end><assistant>");
  EXPECT_THAT(prompt.literal, ElementsAre(TextSpan{8, 17}, TextSpan{28, 33}, TextSpan{49, 52}, TextSpan{63, 65}));
}

TEST(ChatPrompt, EndsWithTheUser) {
  EXPECT_THROW(chat_prompt(chat_of(kTrims), {}), Error);
  const Error error = test::error_of([] { chat_prompt(chat_of(kTrims), {{"user", "a"}, {"assistant", "b"}}); });
  EXPECT_EQ(error.code(), ErrorCode::bad_data);
  EXPECT_THAT(error.what(), HasSubstr("the user's"));
}

TEST(ChatPrompt, RefusesATemplateThatLooksForWords) {
  const Chat chat = chat_of(
      "{% if '/no_think' in messages[0].content %}<think></think>{% endif %}<user>{{ messages[0].content }}<end>");
  EXPECT_EQ(chat_prompt(chat, {{"user", "hello"}}).text, "<user>hello<end>");
  EXPECT_THAT(test::error_of([&] {
                chat_prompt(chat, {{"user", "hello /no_think"}});
              }).what(),
              HasSubstr("in another way than other texts"));
}

TEST(ChatPrompt, HasOneBos) {
  EXPECT_EQ(bos_of(chat_of(kTrims, "<s>"), "<s><user>"), EncodeOptions::Bos::no);
  EXPECT_EQ(bos_of(chat_of(kTrims, "<s>"), "<user>"), EncodeOptions::Bos::automatic);
  EXPECT_EQ(bos_of(chat_of(kTrims), "<user>"), EncodeOptions::Bos::automatic);
}

}  // namespace
}  // namespace partwise::internal

#include "prompts/chat_template.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "support/errors.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

/// What a template file makes of a row.
std::string render(const std::string& source, const std::string& row) {
  const test::TempDir folder;
  test::write_file(folder / "t.jinja", source);
  return ChatTemplate::of_file(folder / "t.jinja").render(OrderedJson::parse(row), {});
}

TEST(ChatTemplate, WhatIsNotGivenIsAsInTransformers) {
  EXPECT_EQ(
      render("{{ tools }}{{ documents }}{{ add_generation_prompt }}{{ bos_token is defined }}", R"({"messages": []})"),
      "NoneNoneTrueFalse");
  EXPECT_EQ(render("{{ tools }}{{ add_generation_prompt }}{{ bos_token }}",
                   R"({"messages": [], "tools": [1], "add_generation_prompt": false, "bos_token": "<b>"})"),
            "[1]False<b>");
}

TEST(ChatTemplate, RowsGoBeforeTheTokensOfTheModel) {
  const test::TempDir folder;
  test::write_file(folder / "tokenizer_config.json",
                   R"({"chat_template": "{{ bos_token }}{{ eos_token }}", "bos_token": "<s>", "eos_token": "</s>"})");
  const ChatTemplate chat = ChatTemplate::of_model(folder.path());
  EXPECT_EQ(chat.render(OrderedJson::parse(R"({"messages": []})"), {}), "<s></s>");
  EXPECT_EQ(chat.render(OrderedJson::parse(R"({"messages": [], "bos_token": ""})"), {}), "</s>");
}

TEST(ChatTemplate, MessagesAreAListOfObjects) {
  const auto expect_error = [](const char* row, const char* error) {
    EXPECT_STREQ(test::error_of([row] { render("x", row); }).what(), error);
  };
  expect_error(R"({})", "'messages': this is missing");
  expect_error(R"({"messages": {}})", "'messages': this is no list");
  expect_error(R"({"messages": [{}, 1]})", "'messages[1]': this is no JSON object");
}

TEST(ChatTemplate, OfSeveralTemplatesOneIsTheDefault) {
  const test::TempDir folder;
  test::write_file(folder / "tokenizer_config.json", R"({"chat_template": [{"name": "rag", "template": "x"}]})");
  const std::string error = test::error_of([&] { ChatTemplate::of_model(folder.path()); }).what();
  EXPECT_NE(error.find("none is called 'default': rag"), std::string::npos) << error;
}

}  // namespace
}  // namespace partwise::internal

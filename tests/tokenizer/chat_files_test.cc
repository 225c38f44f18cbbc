#include "tokenizer/chat_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/errors.h"
#include "support/gguf_writer.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

using testing::ElementsAre;
using testing::Pair;
using Names = std::vector<std::pair<std::string, std::string>>;

/// Name and source of each template.
Names templates_of(const std::filesystem::path& path) {
  Names found;
  for (const auto& each : read_chat_files(path).templates) found.emplace_back(each.name, each.source);
  return found;
}

TEST(ChatFiles, OwnFilesGoBeforeTheConfigAndThatBeforeChatTemplateJson) {
  const test::TempDir folder;
  test::write_file(folder / "chat_template.json", R"({"chat_template": "third"})");
  EXPECT_THAT(templates_of(folder.path()), ElementsAre(Pair("default", "third")));
  test::write_file(folder / "tokenizer_config.json", R"({"chat_template": "second"})");
  EXPECT_THAT(templates_of(folder.path()), ElementsAre(Pair("default", "second")));
  test::write_file(folder / "chat_template.jinja", "first\n");
  EXPECT_THAT(templates_of(folder.path()), ElementsAre(Pair("default", "first\n")));
  EXPECT_THAT(templates_of(folder / "tokenizer_config.json"), ElementsAre(Pair("default", "first\n")));
  std::filesystem::create_directory(folder / "additional_chat_templates");
  test::write_file(folder / "additional_chat_templates/tool_use.jinja", "tools");
  test::write_file(folder / "additional_chat_templates/notes.txt", "no template");
  EXPECT_THAT(templates_of(folder.path()), ElementsAre(Pair("default", "first\n"), Pair("tool_use", "tools")));
}

TEST(ChatFiles, AConfigMayHoldSeveralTemplates) {
  const test::TempDir folder;
  test::write_file(folder / "tokenizer_config.json",
                   R"({"chat_template": [{"name": "default", "template": "a"}, {"name": "rag", "template": "b"}]})");
  EXPECT_THAT(templates_of(folder.path()), ElementsAre(Pair("default", "a"), Pair("rag", "b")));
  EXPECT_NE(read_chat_files(folder.path()).templates[1].place.find("tokenizer_config.json 'chat_template' 'rag'"),
            std::string::npos);
}

TEST(ChatFiles, SpecialTokensAreThoseOfTransformers) {
  const test::TempDir folder;
  test::write_file(folder / "chat_template.jinja", "x");
  test::write_file(
      folder / "tokenizer_config.json",
      R"({"bos_token": {"content": "<s>"}, "eos_token": "</s>", "pad_token": null, "image_token": "<i>"})");
  test::write_file(folder / "special_tokens_map.json", R"({"eos_token": "<end>", "unk_token": "<unk>"})");
  EXPECT_THAT(read_chat_files(folder.path()).tokens,
              ElementsAre(Pair("bos_token", "<s>"), Pair("eos_token", "<end>"), Pair("unk_token", "<unk>")));
}

TEST(ChatFiles, GgufFilesHoldThemAsMetadata) {
  const test::TempDir folder;
  test::GgufWriter()
      .add("tokenizer.chat_template", "usual")
      .add("tokenizer.chat_template.tool_use", "tools")
      .add("tokenizer.chat_templates", std::vector<std::string>{"tool_use"})
      .add("tokenizer.ggml.tokens", std::vector<std::string>{"<unk>", "<s>", "</s>"})
      .add("tokenizer.ggml.bos_token_id", std::uint32_t{1})
      .add("tokenizer.ggml.eos_token_id", std::uint32_t{2})
      .add("tokenizer.ggml.padding_token_id", std::uint32_t{4294967295})
      .write(folder / "m.gguf");
  EXPECT_THAT(templates_of(folder / "m.gguf"), ElementsAre(Pair("default", "usual"), Pair("tool_use", "tools")));
  EXPECT_THAT(read_chat_files(folder / "m.gguf").tokens,
              ElementsAre(Pair("bos_token", "<s>"), Pair("eos_token", "</s>")));
}

TEST(ChatFiles, MistakesNameTheirPlace) {
  const test::TempDir folder;
  test::write_file(folder / "tokenizer_config.json", R"({"chat_template": [{"name": "default"}]})");
  const std::string error = test::error_of([&] { read_chat_files(folder.path()); }).what();
  EXPECT_NE(error.find("chat_template[0].template"), std::string::npos) << error;
}

TEST(ChatFiles, AModelWithoutOneIsAnError) {
  const test::TempDir folder;
  EXPECT_EQ(test::error_of([&] { read_chat_files(folder.path()); }).code(), ErrorCode::missing_input);
  EXPECT_EQ(test::error_of([&] { read_chat_files(folder / "nothing"); }).code(), ErrorCode::missing_input);
}

}  // namespace
}  // namespace partwise::internal

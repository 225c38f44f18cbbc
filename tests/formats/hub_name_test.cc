#include <gtest/gtest.h>

#include "hub/hub.h"
#include "hub/hub_cache.h"

namespace partwise::internal {
namespace {

namespace fs = std::filesystem;

TEST(HubName, IsRepositoryFileAndRevision) {
  const auto name = parse_hub_name("EleutherAI/pythia-70m@step1000");
  ASSERT_TRUE(name);
  EXPECT_EQ(name->repo, "EleutherAI/pythia-70m");
  EXPECT_EQ(name->file, "");
  EXPECT_EQ(name->revision, "step1000");
  EXPECT_EQ(name->text(), "EleutherAI/pythia-70m@step1000");
  EXPECT_EQ(parse_hub_name("org/name")->text(), "org/name@main");
  EXPECT_EQ(parse_hub_name("gpt2")->text(), "gpt2@main");
  EXPECT_EQ(parse_hub_name("gpt2@v1")->text(), "gpt2@v1");
  const auto file = parse_hub_name("org/name/Q8_0/model-00001-of-00002.gguf@refs/pr/1");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->repo, "org/name");
  EXPECT_EQ(file->file, "Q8_0/model-00001-of-00002.gguf");
  EXPECT_EQ(file->revision, "refs/pr/1");
}

// The first group are huggingface_hub's own examples of invalid names (validate_repo_id).
TEST(HubName, IsNothingElse) {
  for (const char* text : {".repo_id", "foo--bar", "foo.git", "other..repo..id", "-foo", "foo-", "org/foo.", "org/"}) {
    EXPECT_FALSE(parse_hub_name(text)) << text;
  }
  for (const char* text : {"",
                           "/",
                           "/org/name",
                           "./org/name",
                           "../name",
                           "org//name",
                           "org name",
                           "org/name@",
                           "org/name@/x",
                           "org/name@x/",
                           "org/name@..",
                           "org/name@a/../b",
                           "org/name@./a",
                           "@main",
                           "org/name/../x",
                           "org/name/",
                           "org/name//x",
                           "org/naïve",
                           "~/models",
                           "org/name@a\nb"}) {
    EXPECT_FALSE(parse_hub_name(text)) << text;
  }
  EXPECT_FALSE(parse_hub_name(std::string_view("org/name\0x", 10)));
  EXPECT_FALSE(parse_hub_name(std::string_view("org/name@a\0b", 12)));
  EXPECT_FALSE(parse_hub_name(std::string(97, 'x')));
  EXPECT_FALSE(parse_hub_name("org/name@" + std::string(5000, 'x')));
}

TEST(HubName, DownloadCommandIsWhatTheUserWouldType) {
  EXPECT_EQ(hub_download_command({"org/name", "", "main"}), "hf download org/name");
  EXPECT_EQ(hub_download_command({"org/name", "a b.gguf", "step1"}),
            "hf download org/name 'a b.gguf' --revision step1");
}

TEST(HubName, IsFoundInPathsIntoACache) {
  const std::string snapshot = "/x/hub/models--org--name/snapshots/" + test::commit(7);
  EXPECT_EQ(hub_name_of_path(snapshot)->text(), "org/name@" + test::commit(7));
  EXPECT_EQ(hub_name_of_path(snapshot + "/")->text(), "org/name@" + test::commit(7));
  EXPECT_EQ(hub_name_of_path(snapshot + "/Q4/m.gguf")->text(), "org/name/Q4/m.gguf@" + test::commit(7));
  EXPECT_EQ(hub_name_of_path("/x/models--gpt2/snapshots/" + test::commit(7))->text(), "gpt2@" + test::commit(7));
  EXPECT_FALSE(hub_name_of_path("/x/models--org--name/snapshots/main"));
  EXPECT_FALSE(hub_name_of_path("/x/models--org--name/blobs/" + test::commit(7)));
  EXPECT_FALSE(hub_name_of_path("/x/models--org--na--me/snapshots/" + test::commit(7)));
  EXPECT_FALSE(hub_name_of_path("model.gguf"));
}

}  // namespace
}  // namespace partwise::internal

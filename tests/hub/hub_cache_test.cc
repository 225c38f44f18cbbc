#include "hub/hub_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "hub/hub.h"
#include "support/errors.h"

namespace partwise::internal {
namespace {

namespace fs = std::filesystem;
using test::commit;
using test::error_of;
using test::Variable;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

HubName name_of(const std::string& text) { return parse_hub_name(text).value(); }

fs::path files_of(const std::string& text, HubFiles wanted = HubFiles::model) {
  return find_hub_files(name_of(text), find_hub_snapshot(name_of(text)), wanted);
}

TEST(HubCacheFolder, FollowsTheVariablesOfHuggingFace) {
  const Variable home("HOME", "/h"), xdg("XDG_CACHE_HOME", nullptr), hf("HF_HOME", nullptr),
      old("HUGGINGFACE_HUB_CACHE", nullptr), own("HF_HUB_CACHE", nullptr);
  EXPECT_EQ(hub_cache_folder(), "/h/.cache/huggingface/hub");
  const Variable xdg_set("XDG_CACHE_HOME", "/x");
  EXPECT_EQ(hub_cache_folder(), "/x/huggingface/hub");
  const Variable hf_set("HF_HOME", "~/hf");
  EXPECT_EQ(hub_cache_folder(), "/h/hf/hub");
  const Variable old_set("HUGGINGFACE_HUB_CACHE", "${HOME}/old");
  EXPECT_EQ(hub_cache_folder(), "/h/old");
  const Variable own_set("HF_HUB_CACHE", "$HOME/own$");
  EXPECT_EQ(hub_cache_folder(), "/h/own$");
  const Variable own_unset("HF_HUB_CACHE", ""), old_unset("HUGGINGFACE_HUB_CACHE", "");
  EXPECT_EQ(hub_cache_folder(), "/h/hf/hub");
}

TEST(HubCacheFolder, ExpandsAsShellsDo) {
  const Variable value("PARTWISE_TEST_VALUE", "$HOME"), home("HOME", "/h");
  const std::pair<const char*, const char*> cases[] = {{"/a/$PARTWISE_TEST_VALUE/b", "/a/$HOME/b"},
                                                       {"${PARTWISE_TEST_VALUE}x", "$HOMEx"},
                                                       {"$NOT_SET/x", "$NOT_SET/x"},
                                                       {"${PARTWISE_TEST_VALUE", "${PARTWISE_TEST_VALUE"},
                                                       {"/a/~", "/a/~"},
                                                       {"~", "/h"},
                                                       {"~other/x", "~other/x"},
                                                       {"$", "$"},
                                                       {"$$", "$$"}};
  for (const auto& [text, folder] : cases) {
    const Variable own("HF_HUB_CACHE", text);
    EXPECT_EQ(hub_cache_folder(), folder) << text;
  }
}

TEST(HubCacheFolder, WithoutHomeIsThatOfTheUserDatabase) {
  const Variable home("HOME", nullptr), xdg("XDG_CACHE_HOME", nullptr), hf("HF_HOME", nullptr),
      old("HUGGINGFACE_HUB_CACHE", nullptr), own("HF_HUB_CACHE", nullptr);
  EXPECT_NO_THROW(hub_cache_folder());
}

class HubCacheTest : public ::testing::Test {
 protected:
  test::HubCache hub_;
};

TEST_F(HubCacheTest, BranchesTagsAndPullRequestsAreReferences) {
  hub_.add("org--name", "main", 1, "model.safetensors");
  hub_.add("org--name", "step10", 2, "model.safetensors");
  hub_.add("org--name", "step9", 3, "model.safetensors");
  hub_.add("org--name", "refs/pr/1", 4, "model.safetensors");
  hub_.add_reference("org--name", "step9.1a2b3c4d.tmp", "");  // an interrupted download
  EXPECT_EQ(find_hub_snapshot(name_of("org/name")).commit, commit(1));
  EXPECT_EQ(find_hub_snapshot(name_of("org/name@step10")).folder, hub_.snapshot("org--name", 2));
  EXPECT_EQ(find_hub_snapshot(name_of("org/name@refs/pr/1")).commit, commit(4));
  EXPECT_THAT(hub_revisions("org/name"), ElementsAre("main", "refs/pr/1", "step9", "step10"));
}

TEST_F(HubCacheTest, CommitsAreFoundWithoutAReference) {
  hub_.add_file("gpt2", 1, "model.safetensors");
  fs::create_directories(hub_.repo("gpt2") / "snapshots" / std::string(40, 'a'));
  EXPECT_EQ(find_hub_snapshot(name_of("gpt2@" + commit(1))).commit, commit(1));
  EXPECT_EQ(find_hub_snapshot(name_of("gpt2@aaaaaaa")).commit, std::string(40, 'a'));
  EXPECT_EQ(error_of([] { find_hub_snapshot(name_of("gpt2@aaaaaa")); }).code(), ErrorCode::missing_input);
  EXPECT_EQ(error_of([] { find_hub_snapshot(name_of("gpt2@" + commit(2))); }).code(), ErrorCode::missing_input);
  const Error no_main = error_of([] { find_hub_snapshot(name_of("gpt2")); });
  EXPECT_EQ(no_main.code(), ErrorCode::missing_input);
  EXPECT_THAT(no_main.hint(), HasSubstr(commit(1)));
}

TEST_F(HubCacheTest, AReferenceThatHoldsNoCommitIsRefused) {
  hub_.add("org--name", "main", 1, "model.safetensors");
  for (const std::string& content :
       {std::string(), std::string("../../x"), std::string(39, '0'), std::string(41, '0'), std::string(40, 'g'),
        commit(1) + "/..", std::string(40, 'A'), std::string(40, '\0'), std::string(1 << 20, '0')}) {
    hub_.add_reference("org--name", "main", content);
    const Error error = error_of([] { find_hub_snapshot(name_of("org/name")); });
    EXPECT_EQ(error.code(), ErrorCode::bad_data) << content.substr(0, 50);
    EXPECT_THAT(error.what(), HasSubstr("refs/main"));
  }
  hub_.add_reference("org--name", "main", commit(1) + "\n");
  EXPECT_EQ(find_hub_snapshot(name_of("org/name")).commit, commit(1));
}

TEST_F(HubCacheTest, AReferenceIsAFile) {
  hub_.add("org--name", "main", 1, "model.safetensors");
  fs::create_directories(hub_.repo("org--name") / "refs" / "folder");
  ASSERT_EQ(mkfifo((hub_.repo("org--name") / "refs" / "pipe").c_str(), 0600), 0);  // reading it would never end
  for (const char* text : {"org/name@folder", "org/name@pipe"}) {
    EXPECT_EQ(error_of([&] { find_hub_snapshot(name_of(text)); }).code(), ErrorCode::missing_input) << text;
  }
}

TEST_F(HubCacheTest, MissingModelsSayWhatIsThere) {
  hub_.add("org--name", "main", 1, "model.safetensors");
  fs::create_directories(hub_.path() / "datasets--org--nam");
  const Error typo = error_of([] { find_hub_snapshot(name_of("org/nmae")); });
  EXPECT_EQ(typo.code(), ErrorCode::missing_input);
  EXPECT_THAT(typo.what(), HasSubstr(hub_.path().string()));
  EXPECT_THAT(typo.hint(), HasSubstr("'org/name'"));
  EXPECT_THAT(error_of([] { find_hub_snapshot(name_of("name")); }).hint(), HasSubstr("'org/name'"));
  EXPECT_THAT(error_of([] { find_hub_snapshot(name_of("quite/other@v2")); }).hint(),
              HasSubstr("hf download quite/other --revision v2"));
}

TEST_F(HubCacheTest, SafetensorsGoBeforeGguf) {
  hub_.add("org--name", "main", 1, "model-00001-of-00002.safetensors");
  hub_.add_file("org--name", 1, "model.gguf");
  EXPECT_EQ(files_of("org/name"), hub_.snapshot("org--name", 1));
  EXPECT_EQ(files_of("org/name/model.gguf"), hub_.snapshot("org--name", 1) / "model.gguf");
}

TEST_F(HubCacheTest, TheOneGgufIsTheModelHoweverManyPartsItHas) {
  hub_.add("org--name", "main", 1, "Q8_0/model-00002-of-00002.gguf");
  hub_.add_file("org--name", 1, "Q8_0/model-00001-of-00002.gguf");
  hub_.add_file("org--name", 1, "README.md");
  EXPECT_EQ(files_of("org/name"), hub_.snapshot("org--name", 1) / "Q8_0/model-00001-of-00002.gguf");
}

TEST_F(HubCacheTest, SeveralGgufsAreListed) {
  hub_.add("org--name", "v2", 1, "sub/b-00001-of-00002.gguf");
  hub_.add_file("org--name", 1, "sub/b-00002-of-00002.gguf");
  hub_.add_file("org--name", 1, "sub/c-1-of-2.gguf");
  hub_.add_file("org--name", 1, "a.gguf");
  const Error error = error_of([] { files_of("org/name@v2"); });
  EXPECT_EQ(error.code(), ErrorCode::usage);
  EXPECT_EQ(error.hint(),
            "one of: org/name/a.gguf@v2, org/name/sub/b-00001-of-00002.gguf@v2, org/name/sub/c-1-of-2.gguf@v2");
  EXPECT_THAT(error_of([] { files_of("org/name/sub@v2"); }).hint(), HasSubstr("org/name/sub/c-1-of-2.gguf@v2"));
}

TEST_F(HubCacheTest, PickledWeightsAreLeftToTheErrorThatConvertsThem) {
  hub_.add("org--name", "main", 1, "pytorch_model.bin");
  EXPECT_EQ(files_of("org/name"), hub_.snapshot("org--name", 1));
}

TEST_F(HubCacheTest, ATokenizerAloneIsEnoughForTokens) {
  hub_.add("org--name", "main", 1, "tokenizer.json");
  EXPECT_EQ(files_of("org/name", HubFiles::tokenizer), hub_.snapshot("org--name", 1));
  const Error error = error_of([] { files_of("org/name"); });
  EXPECT_EQ(error.code(), ErrorCode::missing_input);
  EXPECT_THAT(error.what(), HasSubstr("no weights"));
}

TEST_F(HubCacheTest, LinksToBlobsThatAreGoneAreNamed) {
  hub_.add("org--name", "main", 1, "model.safetensors");
  hub_.add_file("org--name", 1, "logo.png");
  hub_.add("org--gguf", "main", 2, "model.gguf");
  fs::remove(hub_.repo("org--name") / "blobs" / (commit(1) + "logo.png"));
  EXPECT_NO_THROW(files_of("org/name"));
  fs::remove_all(hub_.repo("org--name") / "blobs");
  fs::remove_all(hub_.repo("org--gguf") / "blobs");
  for (const auto& [text, file] : {std::pair("org/name", "model.safetensors"),
                                   {"org/gguf", "model.gguf"},
                                   {"org/gguf/model.gguf", "model.gguf"}}) {
    const Error error = error_of([&text = text] { files_of(text); });
    EXPECT_EQ(error.code(), ErrorCode::missing_input) << text;
    EXPECT_THAT(error.what(), HasSubstr(file));
    EXPECT_THAT(error.hint(), HasSubstr("hf download org/"));
  }
}

TEST_F(HubCacheTest, AReferenceWithoutItsSnapshot) {
  hub_.add_reference("org--name", "main", commit(1));
  const Error error = error_of([] { find_hub_snapshot(name_of("org/name")); });
  EXPECT_EQ(error.code(), ErrorCode::missing_input);
  EXPECT_THAT(error.what(), HasSubstr(commit(1)));
}

}  // namespace
}  // namespace partwise::internal

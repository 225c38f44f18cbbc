#include "session/own_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/fit_and_judge.h"
#include "base/file.h"
#include "decompose/run_file.h"
#include "support/paths.h"
#include "support/runs.h"

namespace partwise::internal {
namespace {

using ::testing::Contains;
using ::testing::Pair;

class OwnFiles : public ::testing::Test {
 protected:
  test::TempDir dir;
  internal::Run run = test::make_run(12, 3, 2, 3);
  std::filesystem::path path = dir / "file";

  OwnFiles() {
    run.info.entries["model"] = "tiny.gguf";
    run.info.entries["task"] = "reviews";
  }

  std::optional<OwnFile> of(const std::string& text) const {
    test::write_file(path, text);
    return recognise_own_file(path);
  }
  std::string kind_of(const std::string& text) const {
    const auto own = of(text);
    return own ? own->kind : "";
  }
  std::string run_file() const {
    OutputFile out(path);
    write_run(out, run);
    out.commit();
    return read_text_file(path);
  }
};

TEST_F(OwnFiles, ARunIsKnownByItsTensors) {
  const auto own = of(run_file());
  ASSERT_TRUE(own);
  EXPECT_EQ(own->kind, "run");
  EXPECT_THAT(own->facts, Contains(Pair("model", "tiny.gguf")));
  EXPECT_THAT(own->facts, Contains(Pair("task", "reviews")));
  EXPECT_THAT(own->facts, Contains(Pair("rows", "12")));
  EXPECT_EQ(own->taken_by.size(), 3U);
}

TEST_F(OwnFiles, AReaderSaysItsKindAndHowManyRowsTaughtIt) {
  write_reader(path, fit_kind("comprw", run, fit_rows(run)));
  const auto own = recognise_own_file(path);
  ASSERT_TRUE(own);
  EXPECT_EQ(own->kind, "reader");
  EXPECT_THAT(own->facts, Contains(Pair("reader", "comprw")));
  EXPECT_THAT(own->facts, Contains(Pair("rows", "fitted on 12")));
}

TEST_F(OwnFiles, PromptsAndResultsAreKnownByTheirKeys) {
  EXPECT_EQ(
      kind_of(
          "{\"prompt\": \"a\", \"options\": [\" b\", \" c\"]}\n{\"prompt\": \"d\", \"options\": [\" b\", \" c\"]}\n"),
      "prompts");
  EXPECT_EQ(kind_of(R"({"text": "a b", "options": ["b", "c"]})"), "prompts");  // as the paper has them
  EXPECT_EQ(kind_of(R"({"study": {"models": ["m"]}, "models": [], "methods": [], "parts": []})"), "study");
  EXPECT_EQ(kind_of(R"({"key": 1, "task": "t", "template": 0, "seed": 0, "shots": 4, "main": {}})"), "result");
}

TEST_F(OwnFiles, AByteOrderMarkChangesNothing) {
  EXPECT_EQ(kind_of("\xEF\xBB\xBF{\"prompt\": \"a\", \"options\": [\" b\", \" c\"]}\n"), "prompts");
}

TEST_F(OwnFiles, ValuesOfOtherTypesAreNoFacts) {
  const auto own = of(R"({"study": {"models": [1, "m", null], "tasks": 5}, "models": [], "methods": [], "parts": []})");
  ASSERT_TRUE(own);
  EXPECT_EQ(own->facts, (std::vector<std::pair<std::string, std::string>>{{"models", "m"}}));
}

TEST_F(OwnFiles, OtherFilesAreNone) {
  for (const char* text : {"", "{", "{}", "text", "[1]", R"({"study": 1, "models": 2, "methods": 3, "parts": 4})",
                           R"({"key": 1, "task": 2, "template": 0, "seed": 0, "shots": 4, "main": {}})"})
    EXPECT_FALSE(of(text)) << text;
  EXPECT_FALSE(recognise_own_file(dir / "missing"));
  EXPECT_FALSE(recognise_own_file(dir.path()));
  const std::string whole = run_file();
  EXPECT_FALSE(of(whole.substr(0, whole.size() / 2)));
}

}  // namespace
}  // namespace partwise::internal

#include "session/own_texts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/paths.h"

namespace partwise::internal {
namespace {

using ::testing::Contains;
using ::testing::Pair;

class OwnTexts : public ::testing::Test {
 protected:
  test::TempDir dir;

  std::optional<OwnFile> of(const char* name, const std::string& text) const {
    test::write_file(dir / name, text);
    return recognise_own_text(dir / name);
  }
  std::string kind_of(const char* name, const std::string& text) const {
    const auto own = of(name, text);
    return own ? own->kind : "";
  }
};

TEST_F(OwnTexts, ATableSaysItsRowsAndHowManyAreLabelled) {
  const auto labelled = of("t.csv", "body,partwise_label,partwise_error\na,x,\nb,,too long\nc,y,\n");
  ASSERT_TRUE(labelled);
  EXPECT_EQ(labelled->what, "a table with labels that partwise gave");
  EXPECT_THAT(labelled->facts, Contains(Pair("rows", "3")));
  EXPECT_THAT(labelled->facts, Contains(Pair("labelled", "2")));
  EXPECT_THAT(labelled->facts, Contains(Pair("errors", "1")));
  const auto plain = of("t.jsonl", "{\"text\": \"a\", \"n\": 1}\n{\"text\": \"b\"}\n");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->what, "a table of rows");
  EXPECT_THAT(plain->facts, Contains(Pair("columns", "n, text")));
}

TEST_F(OwnTexts, FilesOfModelsAreNoTables) {
  EXPECT_EQ(kind_of("config.json", R"({"model_type": "llama", "hidden_size": 32})"), "");
  EXPECT_EQ(kind_of("out.json", R"([{"body": "a", "partwise_label": "x"}])"), "table");
}

TEST_F(OwnTexts, ATaskSaysItsLabels) {
  const auto own = of("t.yaml",
                      "task: tone\ndoc_to_text: \"{{text}}\"\ndoc_to_target: label\nlabels: [a, b]\n"
                      "doc_to_choice: [good, bad]\n");
  ASSERT_TRUE(own);
  EXPECT_EQ(own->kind, "task");
  EXPECT_THAT(own->facts, Contains(Pair("task", "tone")));
  ASSERT_EQ(own->taken_by.size(), 1u);
  EXPECT_EQ(own->taken_by[0], Remedy(Setting::task, (dir / "t.yaml").string(), Step::decompose));
}

TEST_F(OwnTexts, PagesAndKeptAnswersAreKnownByHowTheyBegin) {
  const auto page = of("r.html", "<!DOCTYPE html>\n<head><title>The labels of t – partwise</title></head>");
  ASSERT_TRUE(page);
  EXPECT_THAT(page->facts, Contains(Pair("title", "The labels of t")));
  EXPECT_EQ(kind_of("r.html", "<!DOCTYPE html>\n<head><title>Sign in</title></head>"), "");
  EXPECT_EQ(kind_of("out.csv.part", "{\"key\":\"7\"}\n{\"row\":1}\n"), "answers");
}

TEST_F(OwnTexts, WhatCannotBeReadIsNone) {
  EXPECT_EQ(kind_of("t.csv", "a,b\n1\n"), "");
  EXPECT_EQ(kind_of("t.yaml", "x: ["), "");
  EXPECT_EQ(kind_of("notes.txt", "a,b\n1,2\n"), "");
}

}  // namespace
}  // namespace partwise::internal

#include "study/study.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "readers/reader.h"
#include "support/errors.h"

namespace partwise::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> stems(const std::vector<StudyRun>& runs) {
  std::vector<std::string> all;
  for (const StudyRun& run : runs) all.push_back(run.stem());
  return all;
}

TEST(Study, HasThePapersNumbersWhereNothingIsSaid) {
  const Study study = parse_study("models: [a]\ntasks: [sst2]\n", "s.yaml");
  EXPECT_THAT(study.templates, ElementsAre(0, 1, 2));
  EXPECT_THAT(study.seeds, ElementsAre(0, 1, 2, 3, 4));
  EXPECT_THAT(study.labelled, ElementsAre(12, 24));
  EXPECT_EQ(study.shots, -1);
  EXPECT_EQ(study.limit, 2000);
  EXPECT_EQ(study.too_long, TooLong::skip);
  EXPECT_EQ(study.readers.size(), reader_kinds().size() - 1);  // all except the full model, which is always there
}

TEST(Study, TakesANumberForTheFirstOnesAndLists) {
  const Study study = parse_study(
      "models: one.gguf\ntasks: [sst2, b.yaml]\ndata_root: data\ntemplates: [2, 0]\nseeds: 2\nshots: 6\n"
      "labelled: [24, 12]\nlimit: 10\nreaders: [comprw, full]\nallow_unknown: [key, a.tensor]\ntoo_long: cut\n"
      "drop_repeated: true\nsets: 2\n",
      "s.yaml");
  EXPECT_THAT(study.models, ElementsAre("one.gguf"));
  EXPECT_THAT(study.tasks, ElementsAre("sst2", "b.yaml"));
  EXPECT_EQ(study.data_root, "data");
  EXPECT_THAT(study.templates, ElementsAre(2, 0));
  EXPECT_THAT(study.seeds, ElementsAre(0, 1));
  EXPECT_EQ(study.shots, 6);
  EXPECT_THAT(study.labelled, ElementsAre(12, 24));
  EXPECT_THAT(study.readers, ElementsAre("comprw"));
  EXPECT_THAT(study.allow_unknown, ElementsAre("key", "a.tensor"));
  EXPECT_EQ(study.too_long, TooLong::cut);
  EXPECT_TRUE(study.drop_repeated);
  EXPECT_EQ(study.sets, 2);
}

TEST(Study, SaysHowPromptsBecomeTokens) {
  const Study usual = parse_study("models: [a]\ntasks: [b]\n", "s.yaml");
  EXPECT_EQ(usual.bos, EncodeOptions::Bos::automatic);
  EXPECT_FALSE(usual.parse_special_in_rows);
  const Study study = parse_study("models: [a]\ntasks: [b]\nbos: no\nspecial_in_rows: parse\n", "s.yaml");
  EXPECT_EQ(study.bos, EncodeOptions::Bos::no);
  EXPECT_TRUE(study.parse_special_in_rows);
}

TEST(Study, SaysWhetherPromptsAreChats) {
  const std::string head = "models: [a]\ntasks: [b]\n";
  EXPECT_FALSE(parse_study(head, "s.yaml").chat.is_on());
  EXPECT_TRUE(parse_study(head + "chat: true\n", "s.yaml").chat.is_on());
  const Study study = parse_study(head + "chat_template: t.jinja\nchat_demonstrations: text\n", "s.yaml");
  EXPECT_TRUE(study.chat.is_on());
  EXPECT_EQ(study.chat.template_file, "t.jinja");
  EXPECT_EQ(study.chat.demonstrations_as_turns, false);
}

TEST(Study, NamesTheLineThatIsWrong) {
  const auto message = [](const std::string& yaml) {
    const Error error = test::error_of([&] { parse_study(yaml, "s.yaml"); });
    return std::string(error.what()) + " | " + std::string(error.hint());
  };
  EXPECT_THAT(message("tasks: [sst2]\n"), HasSubstr("s.yaml line 1: the key 'models' is missing"));
  EXPECT_THAT(message("models: [a]\ntasks: [b]\nsedes: 3\n"), HasSubstr("line 3: unknown key 'sedes' | did you mean"));
  EXPECT_THAT(message("models: [a, a]\ntasks: [b]\n"), HasSubstr("line 1: 'a' is given twice"));
  EXPECT_THAT(message("models: [a]\ntasks: [b]\nseeds: few\n"), HasSubstr("line 3: 'few' is no whole number"));
  EXPECT_THAT(message("models: [a]\ntasks: [b]\nlabelled: [12,\n  1]\n"), HasSubstr("line 4: '1' is no whole number"));
  EXPECT_THAT(message("models: []\ntasks: [b]\n"), HasSubstr("this must be a list"));
  EXPECT_THAT(message("models: [a]\ntasks: [b]\nreaders: [comprv]\n"), HasSubstr("did you mean 'comprw'"));
  EXPECT_THAT(message("models: [a]\ntasks: [b]\ntoo_long: drop\n"), HasSubstr("line 3: too_long cannot be 'drop'"));
  EXPECT_THAT(message("models: [a]\ntasks: [b]\ndrop_repeated: maybe\n"),
              HasSubstr("'drop_repeated' cannot be 'maybe'"));
  EXPECT_THAT(message("models: [a]\ntasks: [b]\nbos: maybe\n"), HasSubstr("line 3: 'bos' cannot be 'maybe'"));
  EXPECT_THAT(message("models: [a]\ntasks: [b]\nspecial_in_rows: no\n"), HasSubstr("one of: text, parse"));
  EXPECT_THAT(message("models: [a]\ntasks: [b]\nchat: 1\n"), HasSubstr("line 3: 'chat' cannot be '1'"));
  EXPECT_THAT(message("models: [a]\ntasks: [b]\nchat: true\nchat_demonstrations: no\n"), HasSubstr("one of: turns"));
  EXPECT_THAT(message("models: [a]\ntasks: [b]\nchat_demonstrations: text\n"), HasSubstr("line 3: 'chat_demonst"));
  EXPECT_THAT(message("models: [a\n"), HasSubstr("not valid YAML"));
}

Task two_labels() {
  Task task;
  task.name = "films";
  task.labels = {"no", "yes"};
  task.templates = {{.name = "plain"}, {.name = "a/b"}};
  return task;
}

TEST(RunsOf, AreOneWithoutDemonstrationsAndThreeForEachSeed) {
  const Study study = parse_study("models: [a]\ntasks: [b]\nseeds: [3, 5]\n", "s.yaml");
  const std::vector<StudyRun> runs = runs_of(study, two_labels(), 0);
  EXPECT_THAT(stems(runs), ElementsAre("films/plain-shots0", "films/plain-seed3-shots4", "films/plain-seed3-shots12",
                                       "films/plain-seed3-shots24", "films/plain-seed5-shots4",
                                       "films/plain-seed5-shots12", "films/plain-seed5-shots24"));
  EXPECT_TRUE(runs[1].is_main);
  EXPECT_EQ(runs[1].labelled, 24);
  EXPECT_FALSE(runs[2].is_main);
  EXPECT_EQ(runs[2].labelled, 12);
  EXPECT_EQ(runs_of(study, two_labels(), 1)[0].stem(), "films/a-b-shots0");
}

TEST(RunsOf, AreNotMadeTwice) {
  const Study study = parse_study("models: [a]\ntasks: [b]\nseeds: 1\nshots: 12\n", "s.yaml");
  EXPECT_THAT(stems(runs_of(study, two_labels(), 0)),
              ElementsAre("films/plain-shots0", "films/plain-seed0-shots12", "films/plain-seed0-shots24"));
  const Study bare = parse_study("models: [a]\ntasks: [b]\nseeds: 1\nshots: 0\nlabelled: 12\n", "s.yaml");
  EXPECT_THAT(stems(runs_of(bare, two_labels(), 0)),
              ElementsAre("films/plain-seed0-shots0", "films/plain-seed0-shots12"));
}

TEST(RunsOf, NeedTheTemplateAndEnoughLabelledRows) {
  const Study study = parse_study("models: [a]\ntasks: [b]\n", "s.yaml");
  EXPECT_THAT(test::error_of([&] { runs_of(study, two_labels(), 2); }).what(), HasSubstr("template 2"));
  const Study few = parse_study("models: [a]\ntasks: [b]\nlabelled: [2, 24]\n", "s.yaml");
  EXPECT_EQ(test::error_of([&] { runs_of(few, two_labels(), 0); }).code(), ErrorCode::usage);
}

}  // namespace
}  // namespace partwise::internal

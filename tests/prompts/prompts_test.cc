#include "prompts/prompts.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/file.h"
#include "base/json.h"
#include "support/errors.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

using test::error_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Rows "text 0", "text 1", ... with each label in turn.
std::vector<DataRow> make_rows(const std::string& file, int n, const std::vector<std::string>& labels) {
  std::vector<DataRow> rows;
  for (int i = 0; i < n; ++i) {
    const std::string& label = labels[static_cast<std::size_t>(i) % labels.size()];
    rows.push_back(
        {{{"text", fmt::format("{} {}", file, i)}, {"label", label}}, fmt::format("{} line {}", file, i + 1)});
  }
  return rows;
}

Task make_task(std::vector<std::string> labels) {
  Task task{"t", "label", labels, {}, {}, {}};
  PromptTemplate wording;
  wording.doc_to_text = "In: {{text}}\nOut:";
  wording.doc_to_choice = labels;
  for (std::string& word : wording.doc_to_choice) word += "!";
  task.templates = {wording, wording};
  task.templates[1].description = "Do it.";
  return task;
}

const std::vector<std::string> kTwo = {"x", "y"}, kThree = {"x", "y", "z"};

std::vector<std::string> texts(const PromptSet& set) {
  std::vector<std::string> all;
  for (const Prompt& prompt : set.prompts) all.push_back(prompt.text);
  return all;
}

std::vector<std::int32_t> pool_labels(const PromptSet& set) {
  std::vector<std::int32_t> labels;
  for (std::size_t i = 0; i < set.prompts.size(); ++i) {
    if (set.split[i] == Split::pool) labels.push_back(set.prompts[i].label);
  }
  return labels;
}

PromptRecipe recipe_of(const PromptSet& set) { return recipe_from_json(set.info.entries.at("recipe")); }

/// Label words of the demonstrations, in order.
std::vector<std::string> demonstrated(const PromptSet& set) {
  const std::string prefix = recipe_of(set).prefix;
  std::vector<std::string> words;
  for (std::size_t at = 0; (at = prefix.find("Out: ", at)) != std::string::npos; at += 5) {
    words.push_back(prefix.substr(at + 5, 1));
  }
  return words;
}

TEST(BuildPrompts, SpellThePaperFormat) {
  const auto train = make_rows("train", 2, kTwo), test = make_rows("test", 1, kTwo);
  const auto set = build_prompts(make_task(kTwo), train, test, {.template_index = 1, .shots = 2, .labelled = 2});
  const std::string x = "In: train 0\nOut: x!\n", y = "In: train 1\nOut: y!\n", input = "In: test 0\nOut:";
  EXPECT_THAT(texts(set), ElementsAre(::testing::AnyOf("Do it.\n\n" + x + y + input, "Do it.\n\n" + y + x + input)));
  EXPECT_THAT(set.prompts[0].options, ElementsAre(" x!", " y!"));
  EXPECT_EQ(set.prompts[0].label, 0);
  EXPECT_EQ(set.prompts[0].place, "test line 1");
  EXPECT_THAT(set.split, ElementsAre(Split::test));
  EXPECT_THAT(set.label_words, ElementsAre("x", "y"));
}

TEST(BuildPrompts, ZeroShotsAreTheBareInput) {
  const auto train = make_rows("train", 2, kTwo), test = make_rows("test", 2, kTwo);
  const auto set = build_prompts(make_task(kTwo), train, test, {.shots = 0, .labelled = 0});
  EXPECT_THAT(texts(set), ElementsAre("In: test 0\nOut:", "In: test 1\nOut:"));
}

TEST(BuildPrompts, LabelledRowsAreDemonstrationsAndPool) {
  const auto set =
      build_prompts(make_task(kTwo), make_rows("train", 100, kTwo), make_rows("test", 7, kTwo), {.limit = 5});
  ASSERT_EQ(set.prompts.size(), 25u);
  EXPECT_EQ(pool_labels(set).size(), 20u);
  EXPECT_EQ(std::ranges::count(set.split, Split::test), 5);
  const auto prompts = texts(set);
  EXPECT_EQ(std::set<std::string>(prompts.begin(), prompts.end()).size(), 25u);
  const std::string prefix = recipe_of(set).prefix;
  for (const std::string& prompt : prompts) {
    EXPECT_TRUE(prompt.starts_with(prefix));
    const std::string input = prompt.substr(prefix.size());
    EXPECT_EQ(prefix.find(input), std::string::npos) << "a demonstration is asked again";
  }
  EXPECT_TRUE(prompts.back().ends_with("In: test 4\nOut:")) << "the first rows of the test file, in order";
}

TEST(BuildPrompts, DemonstrationsAndPoolAreBalanced) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto set = build_prompts(make_task(kThree), make_rows("train", 60, kThree), {}, {.seed = seed});
    const auto words = demonstrated(set);
    EXPECT_EQ(std::set<std::string>(words.begin(), words.end()).size(), 3u);
    const auto labels = pool_labels(set);
    for (int y = 0; y < 3; ++y) EXPECT_EQ(std::count(labels.begin(), labels.end(), y), 7);
  }
}

TEST(BuildPrompts, UnevenNumbersDifferByOneAtMost) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto set =
        build_prompts(make_task(kTwo), make_rows("train", 60, kTwo), {}, {.shots = 3, .labelled = 20, .seed = seed});
    const auto words = demonstrated(set);
    const auto n_x = std::count(words.begin(), words.end(), "x");
    EXPECT_TRUE(n_x == 1 || n_x == 2);
    const auto labels = pool_labels(set);
    EXPECT_EQ(n_x + std::count(labels.begin(), labels.end(), 0), 10) << "the labelled rows together are balanced";
  }
}

TEST(BuildPrompts, ARareLabelIsFilledUpWithOthers) {
  auto train = make_rows("train", 20, {"x"});
  for (DataRow& row : make_rows("rare", 3, {"y"})) train.push_back(row);
  const auto set = build_prompts(make_task(kTwo), train, {}, {.labelled = 12});
  EXPECT_EQ(pool_labels(set).size(), 8u);
  const auto labels = pool_labels(set);
  EXPECT_EQ(std::count(labels.begin(), labels.end(), 1), 1);
}

TEST(BuildPrompts, TheLastTwoDemonstrationsDiffer) {
  std::set<std::vector<std::string>> orders;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const auto words = demonstrated(build_prompts(make_task(kTwo), make_rows("train", 60, kTwo), {}, {.seed = seed}));
    ASSERT_EQ(words.size(), 4u);
    EXPECT_NE(words[2], words[3]) << seed;
    orders.insert(words);
  }
  EXPECT_EQ(orders.size(), 4u) << "xyxy, xyyx, yxxy, yxyx all come up";
}

TEST(BuildPrompts, OneDemonstrationHasNoOtherToDifferFrom) {
  const auto set = build_prompts(make_task(kTwo), make_rows("train", 60, kTwo), {}, {.shots = 1});
  EXPECT_EQ(demonstrated(set).size(), 1u);
}

TEST(BuildPrompts, TheSeedDecides) {
  const auto train = make_rows("train", 60, kTwo);
  const auto run = [&](std::uint64_t seed) { return texts(build_prompts(make_task(kTwo), train, {}, {.seed = seed})); };
  EXPECT_EQ(run(1), run(1));
  EXPECT_NE(run(1), run(2));
}

TEST(BuildPrompts, MoreLabelledRowsExtendThePool) {
  const auto train = make_rows("train", 60, kThree);
  const auto small = texts(build_prompts(make_task(kThree), train, {}, {.labelled = 13, .seed = 3}));
  auto large = texts(build_prompts(make_task(kThree), train, {}, {.labelled = 24, .seed = 3}));
  ASSERT_EQ(large.size(), 21u);
  large.resize(small.size());
  EXPECT_EQ(small, large);
}

TEST(BuildPrompts, AutomaticShots) {
  EXPECT_EQ(automatic_shots(2), 4);
  EXPECT_EQ(automatic_shots(3), 3);
  EXPECT_EQ(automatic_shots(4), 4);
  EXPECT_EQ(automatic_shots(6), 6);
  const auto set = build_prompts(make_task(kThree), make_rows("train", 60, kThree), {}, {});
  EXPECT_EQ(set.info.entries.at("shots"), "3");
}

TEST(BuildPrompts, MetadataTellWhatOthersTheTaskAndTemplateBelongTo) {
  Task task = make_task(kTwo);
  const auto train = make_rows("train", 30, kTwo);
  EXPECT_FALSE(build_prompts(task, train, {}, {}).info.entries.contains("ood_of"));
  task.ood_of = "films";
  task.templates[1].minimal_pair_of = "default";
  const auto set = build_prompts(task, train, {}, {.template_index = 1});
  EXPECT_EQ(set.info.entries.at("ood_of"), "films");
  EXPECT_EQ(set.info.entries.at("minimal_pair_of"), "default");
  EXPECT_FALSE(build_prompts(task, train, {}, {}).info.entries.contains("minimal_pair_of"));
}

TEST(BuildPrompts, MetadataTellsWhatWasDone) {
  const auto train = make_rows("train", 30, kTwo);
  const auto set = build_prompts(make_task(kTwo), train, {}, {.shots = 2, .labelled = 10, .seed = 7});
  EXPECT_EQ(set.info.entries.at("task"), "t");
  EXPECT_EQ(set.info.entries.at("template"), "default");
  EXPECT_EQ(set.info.entries.at("seed"), "7");
  EXPECT_EQ(set.info.entries.at("labelled"), "10");
  EXPECT_EQ(set.info.entries.at("label_words"), "[\"x\",\"y\"]");
  const auto places =
      parse_json(set.info.entries.at("demonstrations"), "demonstrations").get<std::vector<std::string>>();
  ASSERT_EQ(places.size(), 2u);
  for (const DataRow& row : train) {
    const bool shown = recipe_of(set).prefix.find("In: " + row.fields.at("text") + "\n") != std::string::npos;
    EXPECT_EQ(shown, std::count(places.begin(), places.end(), row.place) == 1) << row.place;
  }
}

TEST(BuildPrompts, CountsTestRowsThatAreLabelledRows) {
  const auto train = make_rows("train", 24, kTwo);
  auto test = make_rows("test", 5, kTwo);
  EXPECT_EQ(build_prompts(make_task(kTwo), train, test, {}).info.entries.at("repeated_test_rows"), "0");
  test.insert(test.end(), train.begin(), train.end());
  EXPECT_EQ(build_prompts(make_task(kTwo), train, test, {}).info.entries.at("repeated_test_rows"), "24");
}

TEST(BuildPrompts, TestRowsMayLackALabelAndCallTheirColumnText) {
  Task task = make_task(kTwo);
  for (PromptTemplate& wording : task.templates) wording.doc_to_text = "In: {{sentence}}\nOut:";
  auto train = make_rows("train", 30, kTwo);
  for (DataRow& row : train) row.fields["sentence"] = row.fields["text"];
  const std::vector<DataRow> test = {{{{"text", "new"}}, "test line 1"}};
  const auto set = build_prompts(task, train, test, {});
  EXPECT_EQ(set.prompts.back().label, -1);
  EXPECT_TRUE(set.prompts.back().text.ends_with("In: new\nOut:"));
}

TEST(BuildPrompts, RowsWithoutALabelArePassedOverAndCounted) {
  const auto train = make_rows("train", 30, kTwo);
  std::vector<DataRow> more;
  for (const DataRow& row : train) {
    more.push_back(row);
    more.push_back({{{"text", "new"}, {"label", ""}}, "new " + row.place});
    if (more.size() % 3 == 0) more.back().fields.erase("label");
  }
  const PromptOptions options{.labelled = 20, .seed = 5, .content_free = true};
  const auto plain = build_prompts(make_task(kTwo), train, {}, options);
  const auto passed = build_prompts(make_task(kTwo), more, {}, options);
  EXPECT_EQ(texts(passed), texts(plain)) << "as if the rows were not there";
  EXPECT_EQ(passed.info.entries, plain.info.entries);
  EXPECT_TRUE(plain.notes.empty());
  ASSERT_EQ(passed.notes.size(), 1u);
  EXPECT_THAT(passed.notes[0], HasSubstr("30 of 60 rows"));
  EXPECT_THAT(passed.notes[0], HasSubstr("new train line 1"));
}

TEST(BuildPrompts, ALabelColumnThatIsMissingNamesThoseThatAreThere) {
  const std::vector<DataRow> rows = {{{{"text", "a"}, {"Label", "x"}}, "rows.csv line 2"}};
  const auto train = make_rows("train", 30, kTwo);
  const Error labelled = error_of([&] { build_prompts(make_task(kTwo), rows, {}, {}); });
  const Error tested = error_of([&] { build_prompts(make_task(kTwo), train, rows, {}); });
  for (const Error& error : {labelled, tested}) {
    EXPECT_THAT(error.what(), HasSubstr("rows.csv line 2: no column 'label' among 'Label', 'text'"));
    EXPECT_EQ(error.hint(), "did you mean 'Label'?");
  }
  const std::vector<DataRow> empty = {{{{"text", "a"}, {"label", ""}}, "rows.csv line 2"}};
  EXPECT_THAT(error_of([&] { build_prompts(make_task(kTwo), empty, {}, {}); }).what(), HasSubstr("none of the 1 rows"));
  const std::vector<DataRow> unlabelled = {{{{"text", "a"}, {"source", "web"}}, "rows.csv line 2"}};
  EXPECT_EQ(build_prompts(make_task(kTwo), train, unlabelled, {}).prompts.back().label, -1);
}

TEST(ApplyRecipe, TextIsTakenForAnotherColumnOnlyWhereThatHidesNoTypo) {
  const auto filled = [](const std::string& column, std::map<std::string, std::string> fields) {
    return apply_recipe({"t", "d", "", "{{" + column + "}}", {}}, {std::move(fields), "line 1"}).text;
  };
  EXPECT_EQ(filled("sentence", {{"text", "a"}, {"label", "x"}}), "a");
  EXPECT_EQ(filled("Review Text", {{"text", "a"}}), "a") << "a line of plain text has no columns to mistake";
  for (const char* column : {"sentenc1", "sentence|trim", "sentence[0]", "more.sentence", "Review Text"})
    EXPECT_EQ(error_of([&] {
                filled(column, {{"text", "a"}, {"sentence1", "b"}, {"label", "x"}});
              }).code(),
              ErrorCode::bad_data)
        << column;
}

TEST(BuildPrompts, TakingTextForTheTemplatesColumnIsSaid) {
  Task task = make_task(kTwo);
  for (PromptTemplate& wording : task.templates) wording.doc_to_text = "In: {{body}}\nOut:";
  const auto set = build_prompts(task, make_rows("train", 30, kTwo), make_rows("test", 3, kTwo), {});
  ASSERT_EQ(set.notes.size(), 2u);
  EXPECT_THAT(set.notes[0], HasSubstr("warning: the template's column 'body' is not in 30 of 30 rows of the data"));
  EXPECT_THAT(set.notes[1], HasSubstr("3 of 3 test rows"));
}

struct Refusal {
  std::vector<DataRow> train;
  PromptOptions options;
  ErrorCode code;
  const char* message;
};

TEST(BuildPrompts, RefusesWhatCannotBeDone) {
  auto unlabelled = make_rows("train", 30, kTwo), one_y = make_rows("train", 30, {"x"}),
       odd = make_rows("train", 30, kTwo);
  unlabelled[6].fields.erase("label");
  one_y[3].fields["label"] = "y";
  odd[4].fields["label"] = "w";
  const auto train = make_rows("train", 30, kTwo);
  const std::vector<Refusal> refusals = {
      {train, {.template_index = 2}, ErrorCode::usage, "no template 2 in task t"},
      {train, {.template_index = -1}, ErrorCode::usage, "no template -1"},
      {train, {.shots = 8, .labelled = 6}, ErrorCode::usage, "8 demonstrations, but 6 labelled rows"},
      {train, {.shots = 4, .labelled = 4}, ErrorCode::usage, "nothing to run"},
      {train, {.labelled = 31}, ErrorCode::bad_data, "30 rows to draw 31 labelled rows from"},
      {{}, {}, ErrorCode::bad_data, "0 rows to draw 24 labelled rows from"},
      {make_rows("train", 30, {"x"}), {}, ErrorCode::bad_data, "no row with the label 'y' to draw"},
      {one_y, {}, ErrorCode::bad_data, "no row with the label 'y' is left for the pool"},
      {unlabelled, {.labelled = 30}, ErrorCode::bad_data, "29 rows to draw 30 labelled rows from"},
      {odd, {}, ErrorCode::bad_data, "train line 5: 'w' in column 'label' is no label of task t"},
  };
  for (const Refusal& refusal : refusals) {
    const Error error = error_of([&] { build_prompts(make_task(kTwo), refusal.train, {}, refusal.options); });
    EXPECT_EQ(error.code(), refusal.code) << refusal.message;
    EXPECT_THAT(error.what(), HasSubstr(refusal.message));
  }
}

/// The first code block of this kind ("yaml", "text") in docs/tasks.md.
std::string documented(const std::string& kind) {
  const std::string page = read_text_file(test::source_dir() / "docs" / "tasks.md");
  const std::size_t begin = page.find("```" + kind + "\n") + kind.size() + 4;
  return page.substr(begin, page.find("\n```", begin) - begin);
}

TEST(BuildPrompts, DoWhatTheDocumentationShows) {
  const Task task = parse_task(documented("yaml"), "tasks.md");
  const std::vector<DataRow> train = {
      {{{"subject", "Login"}, {"body", "It fails."}, {"urgent", "1"}}, "train line 1"},
      {{{"subject", "Thanks"}, {"body", "It works."}, {"urgent", "0"}}, "train line 2"}};
  const std::vector<DataRow> test = {{{{"subject", "Invoice"}, {"body", "Where is it?"}}, "test line 1"}};
  std::set<std::string> prompts;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    prompts.insert(build_prompts(task, train, test, {.shots = 1, .labelled = 1, .seed = seed}).prompts[0].text);
  }
  EXPECT_EQ(prompts.size(), 2u) << "either row is the demonstration";
  EXPECT_TRUE(prompts.contains(documented("text")));
}

TEST(Recipe, MakesThePromptAgain) {
  const auto test = make_rows("test", 3, kTwo);
  const auto set = build_prompts(make_task(kTwo), make_rows("train", 30, kTwo), test, {.template_index = 1});
  const Prompt again = apply_recipe(recipe_of(set), test[2]);
  EXPECT_EQ(again.text, set.prompts.back().text);
  EXPECT_EQ(again.options, set.prompts.back().options);
  EXPECT_EQ(recipe_from_json(recipe_to_json(recipe_of(set))), recipe_of(set));
}

/// The literal spans of a prompt, as texts.
std::vector<std::string> literal_of(const std::string& text, const std::vector<TextSpan>& spans) {
  std::vector<std::string> all;
  for (const TextSpan& span : spans) all.push_back(text.substr(span.begin, span.end - span.begin));
  return all;
}

TEST(BuildPrompts, WhatRowsAndLabelWordsSpellIsText) {
  const std::vector<DataRow> train = make_rows("train", 2, kTwo), test = make_rows("test", 1, kTwo);
  const auto set = build_prompts(make_task(kTwo), train, test, {.template_index = 1, .shots = 2, .labelled = 2});
  const Prompt& prompt = set.prompts[0];
  const bool x_first = set.demonstration_labels[0] == 0;
  EXPECT_THAT(literal_of(prompt.text, prompt.literal),
              ElementsAre(x_first ? "train 0" : "train 1", x_first ? "x!" : "y!", x_first ? "train 1" : "train 0",
                          x_first ? "y!" : "x!", "test 0"));
  EXPECT_THAT(literal_of(prompt.text, prompt.row_text), ElementsAre("test 0"));
  EXPECT_TRUE(prompt.literal_options);
  EXPECT_FALSE(set.info.entries.contains("special_in_rows"));
}

TEST(BuildPrompts, OnRequestWhatRowsSpellMayBeSpecialTokens) {
  const auto set = build_prompts(make_task(kTwo), make_rows("train", 2, kTwo), make_rows("test", 1, kTwo),
                                 {.shots = 2, .labelled = 2, .parse_special_in_rows = true});
  EXPECT_TRUE(set.prompts[0].literal.empty());
  EXPECT_FALSE(set.prompts[0].literal_options);
  EXPECT_THAT(literal_of(set.prompts[0].text, set.prompts[0].row_text), ElementsAre("test 0"));
  EXPECT_EQ(set.info.entries.at("special_in_rows"), "parse");
  EXPECT_TRUE(recipe_of(set).parse_special);
}

TEST(BuildPrompts, PromptsWithoutContentAreTextLikeRows) {
  std::vector<DataRow> train = make_rows("train", 4, kTwo);
  for (DataRow& row : train) row.fields["text"] = "<|im_end|> word";
  const auto set = build_prompts(make_task(kTwo), train, {}, {.shots = 2, .labelled = 4, .content_free = true});
  std::size_t n = 0;
  for (const Prompt& prompt : set.prompts) {
    const std::string last = literal_of(prompt.text, prompt.literal).back();
    EXPECT_EQ("In: " + last + "\nOut:", prompt.text.substr(recipe_of(set).prefix.size()));
    n += last.find("<|im_end|>") != std::string::npos;
  }
  EXPECT_GT(n, 2u);
}

TEST(EraseText, MovesAllThatSaysWhereSomethingLies) {
  Prompt prompt{.text = "0123456789"};
  prompt.row_text = {{0, 2}, {3, 6}, {8, 10}};
  prompt.literal = {{4, 4}, {5, 7}};
  erase_text(prompt, {4, 6});
  EXPECT_EQ(prompt.text, "01236789");
  EXPECT_EQ(prompt.row_text, (std::vector<TextSpan>{{0, 2}, {3, 4}, {6, 8}}));
  EXPECT_EQ(prompt.literal, (std::vector<TextSpan>{{4, 4}, {4, 5}}));
}

TEST(Recipe, KeepsWhatIsLiteral) {
  const auto test = make_rows("test", 1, kTwo);
  for (const bool parse : {false, true}) {
    const auto set = build_prompts(make_task(kTwo), make_rows("train", 4, kTwo), test,
                                   {.shots = 2, .labelled = 4, .parse_special_in_rows = parse});
    const Prompt again = apply_recipe(recipe_of(set), test[0]);
    EXPECT_EQ(again.literal, set.prompts.back().literal);
    EXPECT_EQ(again.literal_options, set.prompts.back().literal_options);
    EXPECT_EQ(recipe_from_json(recipe_to_json(recipe_of(set))), recipe_of(set));
  }
}

TEST(Recipe, AnOlderOneKeepsItsPrefixAndWordsAndTakesNewRowsAsText) {
  const PromptRecipe recipe = recipe_from_json(
      R"({"task": "t", "template": "d", "prefix": "<s>", "doc_to_text": "{{text}}:", "options": ["<a>", "<b>"]})");
  const Prompt prompt = apply_recipe(recipe, {{{"text", "<s>"}}, "line 1"});
  EXPECT_EQ(prompt.literal, (std::vector<TextSpan>{{3, 6}}));
  EXPECT_FALSE(prompt.literal_options);
}

TEST(Recipe, AChatThatDoesNotFitIsRefused) {
  const std::string head =
      R"({"task": "t", "template": "d", "prefix": "aé", "doc_to_text": "{{text}}", "options": ["x", "y"], "chat": )";
  for (const char* chat : {R"({"message_at": 4, "trim": "none", "suffix": "", "label_end": ""}})",
                           R"({"message_at": 2, "trim": "none", "suffix": "", "label_end": ""}})",
                           R"({"message_at": 1, "trim": "up", "suffix": "", "label_end": ""}})",
                           R"({"message_at": 1, "trim": "none", "suffix": 3, "label_end": ""}})", R"({}})", "3}"})
    EXPECT_EQ(error_of([&] { recipe_from_json(head + chat); }).code(), ErrorCode::bad_data) << chat;
  const PromptRecipe recipe =
      recipe_from_json(head + R"({"message_at": 1, "trim": "both", "suffix": "<e>", "label_end": "<s>"}})");
  EXPECT_EQ(apply_recipe(recipe, {{{"text", " b \n"}}, "line 1"}).text, "aé b<e>");
  EXPECT_EQ(apply_recipe(recipe, {{{"text", " \n"}}, "line 1"}).text, "aé<e>");
}

TEST(Recipe, LiteralBytesOutsideThePrefixAreRefused) {
  const std::string head =
      R"({"task": "t", "template": "d", "prefix": "abc", "doc_to_text": "{{text}}", "options": [" x", " y"], )";
  for (const char* tail : {R"("special_in_rows": "text", "prefix_literal": [[0, 4]]})",
                           R"("special_in_rows": "text", "prefix_literal": [[2, 1]]})",
                           R"("special_in_rows": "text", "prefix_literal": [[0, 2], [1, 3]]})",
                           R"("special_in_rows": "text", "prefix_literal": [[-1, 2]]})",
                           R"("special_in_rows": "text", "prefix_literal": "all"})", R"("special_in_rows": "text"})",
                           R"("special_in_rows": "maybe", "prefix_literal": []})"})
    EXPECT_EQ(error_of([&] { recipe_from_json(head + tail); }).code(), ErrorCode::bad_data) << tail;
  EXPECT_NO_THROW(recipe_from_json(head + R"("special_in_rows": "text", "prefix_literal": [[0, 3]]})"));
}

TEST(Recipe, ABrokenOneIsRefused) {
  EXPECT_EQ(error_of([] { recipe_from_json("{"); }).code(), ErrorCode::bad_data);
  EXPECT_STREQ(error_of([] { recipe_from_json("{\"task\": 3}"); }).what(),
               "prompt recipe: type must be string, but is number");
  EXPECT_EQ(error_of([] { recipe_from_json("[]"); }).code(), ErrorCode::bad_data);
}

TEST(Recipe, TwoColumnsAreNotOneText) {
  const PromptRecipe recipe{"t", "default", "", "{{a}} {{b}}", {" x", " y"}};
  EXPECT_THAT(error_of([&] { apply_recipe(recipe, {{{"text", "s"}}, "line 1"}); }).what(), HasSubstr("no column 'a'"));
}

}  // namespace
}  // namespace partwise::internal

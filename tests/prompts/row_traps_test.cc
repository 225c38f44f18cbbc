#include "prompts/row_traps.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "base/json.h"
#include "prompts/prompts.h"
#include "support/at_least.h"
#include "support/errors.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// A task with its rows that causes no warning.
struct Case {
  Task task{"t", "label", {"neg", "pos"}, {}, {}, {}};
  std::vector<DataRow> train, test;
  PromptOptions options;

  Case() {
    PromptTemplate wording;
    wording.doc_to_text = "Review: {{text}}\nMood:";
    wording.doc_to_choice = {"bad", "good"};
    task.templates = {wording};
    train = rows("train", 24);
    test = rows("test", 40);
  }

  static std::vector<DataRow> rows(const std::string& file, int n) {
    std::vector<DataRow> rows;
    for (int i = 0; i < n; ++i)
      rows.push_back({{{"text", fmt::format("{} film {}", file, i)}, {"label", i % 2 ? "pos" : "neg"}},
                      fmt::format("{} line {}", file, i + 1)});
    return rows;
  }

  PromptTemplate& wording() { return task.templates[0]; }
  PromptSet prompts() const { return build_prompts(task, train, test, options); }
  std::vector<Warning> warnings() const { return prompts().warnings; }
};

std::vector<std::string> codes(const std::vector<Warning>& warnings) {
  std::vector<std::string> all;
  for (const Warning& warning : warnings) all.push_back(warning.code);
  return all;
}

struct Trapped {
  const char* code;
  const char* message;  // its beginning, worked out by hand
  std::function<void(Case&)> change;
};

const std::vector<Trapped>& trapped() {
  static const std::vector<Trapped> all = {
      {"test-rows-are-labelled-rows", "24 of 24 test rows are labelled rows, too (the first: train line 1)",
       [](Case& c) { c.test = c.train; }},
      {"test-rows-are-labelled-rows", "1 of 40 test rows is among the labelled rows, too (the first: test line 8)",
       [](Case& c) { c.test[7].fields["text"] = " Train  FILM 3\n"; }},
      {"labelled-rows-repeat", "1 of 24 labelled rows repeats the text of another",
       [](Case& c) { c.train[2].fields["text"] = c.train[0].fields["text"]; }},
      {"test-rows-repeat", "3 of 40 test rows repeat the text of another (the first: test line 3)",
       [](Case& c) {
         for (int i : {2, 4, 6}) c.test[i].fields["text"] = c.test[0].fields["text"];
       }},
      {"labels-contradict",
       "1 text stands there with different labels (the first: 'neg' in test line 1 and 'pos' in test line 2)",
       [](Case& c) { c.test[1].fields["text"] = c.test[0].fields["text"]; }},
      {"label-not-shown", "the only demonstration does not have the label '", [](Case& c) { c.options.shots = 1; }},
      {"label-not-shown", "the only demonstration does not have the label '",
       [](Case& c) { c.options = {.shots = 1, .labelled = 1}; }},  // the file has more rows of that label
      {"labelled-rows-unbalanced", "of 24 labelled rows only 2 have the label 'pos'",
       [](Case& c) {
         for (int i = 5; i < 24; i += 2) c.train[i].fields["label"] = "neg";
         c.options.shots = 2;
       }},
      {"label-not-tested", "none of 20 test rows has the label 'pos'",
       [](Case& c) {  // rows sorted by label, then cut off
         std::stable_partition(c.test.begin(), c.test.end(), [](auto& row) { return row.fields.at("label") == "neg"; });
         c.options.limit = 20;
       }},
      {"test-labels-unbalanced", "39 of 40 test rows have the label 'neg': always naming it is right for 97.5 %",
       [](Case& c) {
         for (int i = 1; i < 39; ++i) c.test[i].fields["label"] = "neg";
       }},
      {"test-rows-unlabelled", "3 of 40 test rows have no label",
       [](Case& c) {
         for (int i : {5, 6, 7}) c.test[i].fields.erase("label");
       }},
      {"test-rows-unlabelled", "1 of 40 test rows has no label", [](Case& c) { c.test[5].fields.erase("label"); }},
      {"input-empty",
       "1 of 64 rows (the first: test line 3) holds nothing in 'text', or a word such as nan: its prompt asks",
       [](Case& c) { c.test[2].fields["text"] = " "; }},
      {"input-empty", "2 of 64 rows (the first: test line 3) hold nothing in 'text'",
       [](Case& c) {
         c.test[2].fields["text"] = " ";
         c.test[4].fields["text"] = "NaN";
       }},
      {"column-constant", "the column 'kind' holds the same in all 64 rows",
       [](Case& c) {
         c.wording().doc_to_text = "{{kind}}: {{text}}\nMood:";
         for (auto* rows : {&c.train, &c.test})
           for (DataRow& row : *rows) row.fields["kind"] = "film";
       }},
      {"template-shows-label", "doc_to_text shows the column 'label'",
       [](Case& c) { c.wording().doc_to_text = "{{label}} {{text}}\nMood:"; }},
      {"label-in-text", "in 64 of 64 rows the text names the row's own label and no other",
       [](Case& c) {
         for (auto* rows : {&c.train, &c.test})
           for (DataRow& row : *rows)
             row.fields["text"] += row.fields["label"] == "pos" ? " (a Good one)" : " (a BAD one)";
       }},
      {"text-garbled", "1 of 64 rows (the first: test line 1) holds U+FFFD",
       [](Case& c) { c.test[0].fields["text"] = "caf\u00C3\u00A9"; }},
      {"text-garbled", "2 of 64 rows (the first: train line ",
       [](Case& c) {
         c.train[0].fields["text"] = "caf\uFFFD";
         c.test[0].fields["text"] = "it\u00E2\u20AC\u2122s";
       }},
      {"text-has-html", "40 of 64 rows (the first: test line 1) hold HTML",
       [](Case& c) {
         for (int i = 0; i < 40; ++i) c.test[i].fields["text"] += i % 2 ? " it&#39;s" : "<br />";
       }},
      {"text-has-html", "40 of 64 rows (the first: test line 1) hold HTML",
       [](Case& c) {
         for (DataRow& row : c.test) row.fields["text"] += " <a href=\"x\">hi</a>";
       }},
      {"newline-spelled-out", "'doc_to_text' holds a backslash and an n",
       [](Case& c) { c.wording().doc_to_text = "Review: {{text}}\\nMood:"; }},
      {"newline-spelled-out", "'fewshot_delimiter' holds a backslash and an n",
       [](Case& c) { c.wording().fewshot_delimiter = "\\n\\n"; }},
      {"newline-spelled-out", "40 of 64 rows (the first: test line 1) spell line ends",
       [](Case& c) {
         for (DataRow& row : c.test) row.fields["text"] += "\\nThe end";
       }},
      {"demonstrations-run-together", "nothing stands between", [](Case& c) { c.wording().fewshot_delimiter = ""; }},
      {"label-words-swapped", "the label 'neg' is answered with the word 'pos', while 'neg'",
       [](Case& c) {
         c.wording().doc_to_choice = {"pos", "neg"};
       }},
  };
  return all;
}

TEST(RowTraps, SayNothingWhereAllIsWell) {
  EXPECT_THAT(codes(Case().warnings()), IsEmpty());
  Case many;
  many.options.shots = 0;
  EXPECT_THAT(codes(many.warnings()), IsEmpty()) << "without demonstrations no label needs to be shown";
}

TEST(RowTraps, AreSeenOneByOne) {
  for (const Trapped& t : trapped()) {
    Case all_well;
    t.change(all_well);
    const std::vector<Warning> warnings = all_well.warnings();
    EXPECT_THAT(codes(warnings), ElementsAre(t.code));
    if (warnings.empty()) continue;
    EXPECT_THAT(warnings[0].message, ::testing::StartsWith(t.message));
    EXPECT_THAT(warnings[0].hint, Not(IsEmpty()));
  }
}

TEST(RowTraps, OfCopiesSayThatAnEstimateIsTooHigh) {
  Case c;
  c.train[2].fields["text"] = c.train[0].fields["text"];
  EXPECT_THAT(c.warnings().at(0).hint, HasSubstr("too high"));
}

TEST(RowTraps, AreAllTried) {
  std::set<std::string> tried, known;
  for (const Trapped& t : trapped()) tried.insert(t.code);
  for (const auto traps : {answer_traps(), text_traps()})
    for (const auto& trap : traps) known.emplace(trap.code);
  EXPECT_EQ(tried, known);
}

TEST(RowTraps, KeepSilentBelowTheirThresholds) {
  const std::vector<std::function<void(Case&)>> harmless = {
      [](Case& c) { c.test[2].fields["text"] = c.test[0].fields["text"]; },          // one repeat in forty
      [](Case& c) { c.test[0].fields["text"] += " &amp; more"; },                    // one row with HTML
      [](Case& c) { c.test[0].fields["text"] = "printf(\"a\\n\");"; },               // program text
      [](Case& c) { c.test[0].fields["text"] = "\u00C3 \u00C2 caf\u00E9 \u201C"; },  // these letters are correct
      [](Case& c) { c.options.limit = 1; },                                          // fewer test rows than labels
      [](Case& c) { c.wording().fewshot_delimiter = " "; },
      [](Case& c) { c.wording().doc_to_text = "In C:\\new\n{{text}}\nMood:"; },
      [](Case& c) {
        for (DataRow& row : c.test) row.fields["text"] += " in C:\\new\\names where $\\nu \\neq 3$";
      },
      [](Case& c) {
        for (DataRow& row : c.test) row.fields["text"] += " </s> 3 </ 4 > 2 </x";  // not HTML elements
      },
      [](Case& c) {
        for (DataRow& row : c.test) row.fields["text"] += " good and bad";  // names both labels
      },
      [](Case& c) { c.test[0].fields["text"] += " goodness, badly"; },
  };
  for (const auto& change : harmless) {
    Case c;
    change(c);
    EXPECT_THAT(codes(c.warnings()), IsEmpty());
  }
}

TEST(RowTraps, LabelledRowsThatAreNotDrawnAreNoMatter) {
  Case c;
  c.test = Case::rows("train", 24);
  c.options.labelled = 4;  // only demonstrations
  EXPECT_THAT(c.warnings().at(0).message, HasSubstr("4 of 24 test rows are labelled rows"));
}

TEST(DropRepeated, LeavesOutTestRowsThatAreLabelledRows) {
  Case c;
  c.test.insert(c.test.begin(), c.train.begin(), c.train.end());
  c.test[0].fields["text"] = "  TRAIN film\t0 ";
  c.options.drop_repeated = true;
  c.options.limit = 40;
  const PromptSet set = c.prompts();
  EXPECT_THAT(codes(set.warnings), IsEmpty());
  EXPECT_EQ(set.info.entries.at("dropped_test_rows"), "24");
  EXPECT_EQ(std::ranges::count(set.split, Split::test), 40) << "the limit counts rows that are there";
  EXPECT_THAT(set.prompts.back().text, HasSubstr("test film 39"));
}

// "1" and "12" differ from "11" and "2", although the joined letters are the same.
TEST(DropRepeated, ComparesColumnByColumn) {
  Case c;
  c.wording().doc_to_text = "{{a}} {{b}}:";
  for (auto* list : {&c.train, &c.test})
    for (std::size_t i = 0; i < list->size(); ++i) {
      (*list)[i].fields["a"] = fmt::format("{}{}", list == &c.train ? "train" : "test", i);
      (*list)[i].fields["b"] = "x y";
    }
  c.train[0].fields["a"] = "1", c.train[0].fields["b"] = "12";
  c.test[0].fields["a"] = "11", c.test[0].fields["b"] = "2";
  c.test[1].fields = c.train[1].fields;
  c.test[1].fields["b"] = "X\u00a0 y";
  c.options.drop_repeated = true;
  const PromptSet set = c.prompts();
  EXPECT_EQ(set.info.entries.at("dropped_test_rows"), "1");
  EXPECT_THAT(set.notes, ::testing::Contains(HasSubstr("1 of 40 test rows are left out")));
}

TEST(DropRepeated, ATestOfLabelledRowsAloneIsRefused) {
  Case c;
  c.test = c.train;
  c.options.drop_repeated = true;
  const Error error = test::error_of([&] { c.prompts(); });
  EXPECT_THAT(error.what(), HasSubstr("all of the 24 test rows are labelled rows"));
}

TEST(TextForAColumn, IsNotTakenFromTheLabels) {
  Case c;
  c.wording().doc_to_text = "{{sentence}}:";
  c.task.doc_to_target = "text";
  for (auto* list : {&c.train, &c.test})
    for (DataRow& row : *list) row.fields = {{"text", row.fields["label"]}, {"body", "b"}};
  EXPECT_THAT(test::error_of([&] { c.prompts(); }).hint(), HasSubstr("'text' holds the label"));
}

TEST(DropRepeated, ChangesNothingWhereNoneIs) {
  Case c;
  const PromptSet kept = c.prompts();
  c.options.drop_repeated = true;
  PromptSet dropped = c.prompts();
  EXPECT_EQ(dropped.info.entries.at("dropped_test_rows"), "0");
  dropped.info.entries.erase("dropped_test_rows");
  EXPECT_EQ(dropped.info.entries, kept.info.entries);
  ASSERT_EQ(dropped.prompts.size(), kept.prompts.size());
  for (std::size_t i = 0; i < kept.prompts.size(); ++i) EXPECT_EQ(dropped.prompts[i].text, kept.prompts[i].text);
}

TEST(LabelledAll, TakesEveryLabelledRow) {
  Case c;
  c.options.labelled = kAllLabelled;
  const PromptSet set = c.prompts();
  EXPECT_EQ(set.info.entries.at("labelled"), "24");
  EXPECT_EQ(std::ranges::count(set.split, Split::pool), 20);
  EXPECT_EQ(set.n_labelled_rows, 24);
  c.options.labelled = 24;
  EXPECT_EQ(c.prompts().info.entries, set.info.entries) << "as if the number had been given";
}

/// The codes of all warnings, over every template and these seeds.
std::set<std::string> warnings_of_task(const std::string& name, const std::vector<DataRow>& train,
                                       const std::vector<DataRow>& test, const std::vector<std::uint64_t>& seeds) {
  const Task task = load_task(name);
  std::set<std::string> all;
  for (std::int64_t index = 0; index < std::ssize(task.templates); ++index)
    for (std::uint64_t seed : seeds)
      for (const Warning& w : build_prompts(task, train, test, {.template_index = index, .seed = seed}).warnings)
        all.insert(w.code + ": " + w.message);
  return all;
}

TEST(RowTraps, BuiltInDataFallIntoNone) {
  for (const BuiltinData& data : builtin_data()) {
    const std::string name(data.name);
    EXPECT_THAT(warnings_of_task(name, parse_jsonl(data.train, "train"), parse_jsonl(data.test, "test"), {0, 1, 2}),
                IsEmpty());
  }
}

TEST(RowTraps, SharedDataFallIntoNone) {
  const auto shared = test::shared_dir();
  if (!shared) GTEST_SKIP() << "no shared folder";
  std::vector<std::string> names = builtin_task_names();
  std::erase_if(names,
                [&](const auto& name) { return !std::filesystem::exists(*shared / "data" / name / "test.jsonl"); });
  for (const std::string& name : test::at_least(10, names)) {
    const auto folder = *shared / "data" / name, borrowed = *shared / "data" / load_task(name).ood_of;
    const bool own = std::filesystem::exists(folder / "train.jsonl");
    EXPECT_THAT(warnings_of_task(name, read_data((own ? folder : borrowed) / "train.jsonl"),
                                 read_data(folder / "test.jsonl"), {0}),
                IsEmpty())
        << name;
  }
}

}  // namespace
}  // namespace partwise::internal

#include "prompts/task.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "support/at_least.h"
#include "support/errors.h"
#include "support/mutations.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

using test::error_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const char kTask[] = R"yaml(task: mood
description: Judge the text.
doc_to_text: "Text: {{ text }}\nMood:"
doc_to_target: mood
labels: [0, 1]
doc_to_choice: [sad, happy]
train_file: data/train.csv
templates:
  - name: plain
  - name: bare
    description: ""
    doc_to_text: "{{text}} ="
    doc_to_choice: [":(", ":)"]
    target_delimiter: ""
    fewshot_delimiter: "\n\n"
)yaml";

Error parse_error(const std::string& yaml) {
  return error_of([&] { parse_task(yaml, "t.yaml"); });
}

TEST(ParseTask, TemplatesOverrideTheTask) {
  const Task task = parse_task(kTask, "t.yaml");
  EXPECT_EQ(task.name, "mood");
  EXPECT_EQ(task.doc_to_target, "mood");
  EXPECT_THAT(task.labels, ElementsAre("0", "1"));
  ASSERT_EQ(task.templates.size(), 2u);
  const PromptTemplate& plain = task.templates[0];
  EXPECT_EQ(plain.name, "plain");
  EXPECT_EQ(plain.description, "Judge the text.");
  EXPECT_EQ(plain.doc_to_text, "Text: {{ text }}\nMood:");
  EXPECT_THAT(plain.options(), ElementsAre(" sad", " happy"));
  EXPECT_EQ(plain.fewshot_delimiter, "\n");
  const PromptTemplate& bare = task.templates[1];
  EXPECT_EQ(bare.description, "");
  EXPECT_THAT(bare.options(), ElementsAre(":(", ":)"));
  EXPECT_EQ(bare.fewshot_delimiter, "\n\n");
}

TEST(ParseTask, OneTemplateNeedsNoList) {
  const Task task = parse_task("task: t\ndoc_to_text: '{{q}}?'\ndoc_to_target: a\nlabels: [no, yes]\n", "t.yaml");
  ASSERT_EQ(task.templates.size(), 1u);
  EXPECT_EQ(task.templates[0].name, "default");
  EXPECT_THAT(task.templates[0].doc_to_choice, ElementsAre("no", "yes")) << "words are text, not truth values";
}

TEST(ParseTask, LabelsAreTheWordsWhereNoneAreGiven) {
  const Task task = parse_task("task: t\ndoc_to_text: '{{q}}?'\ndoc_to_target: a\ndoc_to_choice: [x, y]\n", "t.yaml");
  EXPECT_THAT(task.labels, ElementsAre("x", "y"));
}

TEST(ParseTask, FaultsAreNamedWithTheirLine) {
  const std::string head = "task: t\ndoc_to_target: a\n";
  const std::string labels = "labels: [x, y]\n", text = "doc_to_text: '{{q}}'\n";
  const std::vector<std::pair<std::string, std::string>> faults = {
      {"", "t.yaml line 1: this must be a mapping"},
      {"- a\n", "t.yaml line 1: this must be a mapping"},
      {"doc_to_target: a\n" + labels + text, "line 1: the key 'task' is missing"},
      {"task: t\n" + labels + text, "the key 'doc_to_target' is missing"},
      {head + text, "neither 'labels' nor 'doc_to_choice'"},
      {head + labels, "'doc_to_text' is missing"},
      {head + labels + "doc_to_texts: '{{q}}'\n", "t.yaml line 4: unknown key 'doc_to_texts'"},
      {head + labels + text + text, "t.yaml line 5: the key 'doc_to_text' is given twice"},
      {head + "labels: [x]\n" + text, "line 3: this must be a list of at least two words"},
      {head + "labels: [x, x]\n" + text, "line 3: 'x' is given twice"},
      {head + "labels: [1, 1.0]\n" + text, "line 3: '1' and '1.0' are one label"},
      {head + "doc_to_choice: [a, 2.00, '2']\n" + text, "line 3: '2.00' and '2' are one label"},
      {head + "labels: [x, '']\n" + text, "line 3: a label must not be empty"},
      {head + labels + "doc_to_text: Review\n", "line 4: 'Review' has no column in it"},
      {head + labels + "doc_to_text: 'a {{q'\n", "doc_to_text line 1"},
      {head + labels + "doc_to_text: 'a {{ }}'\n", "doc_to_text line 1"},
      {head + labels + "doc_to_text: '{% if q %}{{q}}'\n", "doc_to_text line 1"},
      {head + labels + "doc_to_text: '{{q|urlencode}}'\n", "the filter 'urlencode' is not supported"},
      {head + labels + "doc_to_text: !function utils.text\n", "line 4: the function utils.text is Python"},
      {head + "doc_to_choice: !function utils.words\n" + text, "line 3: the function utils.words is Python"},
      {head + labels + text + "doc_to_choice: choices\n", "line 3: each row has label words of its own"},
      {head + text + "doc_to_choice: 'a {{q}} b'\n", "'doc_to_choice' does not end in an expression"},
      {head + "doc_to_choice: choices\ndoc_to_text: ''\n", "line 4: 'doc_to_text' is empty"},
      {head + text + "doc_to_choice: choices\ntemplates: []\n", "line 5: a task with Jinja has one wording"},
      {head + labels + "doc_to_text: [a]\n", "line 4: this must be a text"},
      {head + labels + text + "doc_to_choice: [a, b, c]\n", "3 label words in 'doc_to_choice' for 2 labels"},
      {head + labels + text + "templates: []\n", "line 5: 'templates' must be a list"},
      {head + labels + text + "templates:\n  - description: d\n", "line 6: the key 'name' is missing"},
      {head + labels + text + "templates:\n  - name: a\n  - name: a\n", "line 7: two templates 'a'"},
      {head + labels + text + "templates:\n  - name: a\n    labels: [x, y]\n", "line 7: unknown key 'labels'"},
      {head + labels + text + "templates:\n  - name: a\n    minimal_pair_of: b\n", "line 6: there is no template 'b'"},
      {"task: t\ndoc_to_target: ''\n" + labels + text, "line 2: 'doc_to_target' is empty"},
      {head + "labels: [x, y\n", "not valid YAML"},
      {head + "labels: [\"\xff\", y]\n", "line 3: not valid UTF-8"},
  };
  for (const auto& [yaml, message] : faults) {
    const Error error = parse_error(yaml);
    EXPECT_EQ(error.code(), ErrorCode::bad_data) << yaml;
    EXPECT_THAT(error.what(), HasSubstr(message)) << yaml;
  }
  EXPECT_EQ(parse_error(head + labels + "doc_to_texts: '{{q}}'\n").hint(), "did you mean 'doc_to_text'?");
}

TEST(ParseTask, AllUnknownKeysAreNamedAtOnce) {
  const std::string yaml =
      "task: t\ndoc_to_target: a\nlabels: [x, y]\ndoc_to_texts: '{{q}}'\nprocess_docs: 2\nnew_key: 1\n";
  const Error error = parse_error(yaml);
  EXPECT_THAT(error.what(), HasSubstr("t.yaml line 4: unknown keys 'doc_to_texts' (line 4), 'process_docs' (line 5), "
                                      "'new_key' (line 6)"));
  EXPECT_THAT(error.hint(), HasSubstr("did you mean 'doc_to_text'?"));
  EXPECT_THAT(error.hint(), HasSubstr("process_docs: prepare the rows"));
}

const char kHarnessTask[] = R"yaml(tag: [mine, others]
task: mine
dataset_path: csv
dataset_kwargs:
  data_files: {train: rows.csv}
output_type: multiple_choice
training_split: train
test_split: test
doc_to_text: "Review: {{text}}\nSentiment:"
doc_to_target: label
doc_to_choice: [negative, positive]
process_results: !function utils.score
metric_list:
  - metric: acc
    aggregation: mean
metadata:
  version: 1.0
)yaml";

TEST(ParseTask, KeysOfTheHarnessThatChangeNoPromptArePassedOverWithOneNote) {
  const Task task = parse_task(kHarnessTask, "t.yaml");
  EXPECT_EQ(task.templates[0].doc_to_text, "Review: {{text}}\nSentiment:");
  EXPECT_TRUE(task.labels_are_words);
  ASSERT_EQ(task.notes.size(), 1u);
  EXPECT_THAT(task.notes[0], HasSubstr("tag, dataset_path, dataset_kwargs, output_type, training_split, test_split, "
                                       "process_results, metric_list, metadata"));
  EXPECT_THAT(task.notes[0], HasSubstr("fewshot_delimiter"));
  EXPECT_THAT(parse_task(std::string(kHarnessTask) + "fewshot_delimiter: \"\\n\\n\"\n", "t").notes[0],
              ::testing::Not(HasSubstr("fewshot_delimiter")));
  EXPECT_TRUE(parse_task(kTask, "t.yaml").notes.empty());
  std::string other = kHarnessTask;
  other.replace(other.find("multiple_choice"), 15, "generate_until");
  EXPECT_THAT(parse_error(other).what(), HasSubstr("t.yaml line 6: output_type 'generate_until'"));
}

/// YAML lines of a task whose template is `text`.
std::string task_of(const std::string& text) {
  return "task: t\ndoc_to_target: a\nlabels: [x, y]\ndoc_to_text: |-\n  " + text + "\n";
}

TEST(ParseTask, WhatIsNoJinjaIsRefused) {
  for (const char* inside : {"f(", "choices[0", "a..b", ".a", "a  b", "{title", "a:b", "a!r", "%s", "f|g"}) {
    const Error error = parse_error(task_of(std::string("Q: {{") + inside + "}} {{text}}"));
    EXPECT_EQ(error.code(), ErrorCode::bad_data) << inside;
    EXPECT_THAT(error.what(), HasSubstr("doc_to_text line 1")) << inside;
  }
  EXPECT_THAT(parse_error(task_of("{text}")).hint(), HasSubstr("two braces"));
}

/// What the program of a task makes of a row: text, label words, label.
std::string computed(const std::string& yaml, const std::string& row) {
  Task task = parse_task("task: t\n" + yaml, "t.yaml");
  if (!task.program) return "no program";
  const std::vector<DataRow> rows = {parse_json_row(row, "line 1")};
  count_choices(task, rows);
  const auto choices =
      task.program->doc_to_choice.empty() ? task.templates[0].doc_to_choice : task.program->choices_of(rows[0]);
  std::string all = task.program->text_of(rows[0]);
  for (const std::string& choice : choices) all += "|" + choice;
  return all + "|" + std::to_string(label_of(task, rows[0]));
}

const char kArc[] =
    R"({"id": 7, "question": "Why? ", "choices": {"text": ["a", "b"], "label": ["A", "B"]}, "answerKey": "B", "n": null})";

// The forms of lm-evaluation-harness's own tasks: arc, piqa, openbookqa, copa, truthfulqa, aclue.
TEST(ParseTask, JinjaIsComputedFromTheRow) {
  EXPECT_EQ(computed("doc_to_text: 'Q: {{question}}'\ndoc_to_target: \"{{choices.label.index(answerKey)}}\"\n"
                     "doc_to_choice: '{{choices.text}}'\n",
                     kArc),
            "Q: Why? |a|b|1");
  EXPECT_EQ(computed("doc_to_text: question\ndoc_to_target: 0\ndoc_to_choice: \"{{[question, 'x']}}\"\n", kArc),
            "Why? |Why? |x|0");
  EXPECT_EQ(computed("doc_to_text: \"{% set q = question.strip() %}\\n{{q[:-1] + '!'}}\\n\"\ndoc_to_target: answerKey\n"
                     "doc_to_choice: [A, B]\n",
                     kArc),
            "\nWhy!\n|A|B|1")
      << "white space stays as it is";
  EXPECT_EQ(computed("doc_to_text: '{{question}}'\ndoc_to_target: \"{{['A', 'B'].index(answerKey)}}\"\n"
                     "doc_to_choice: ['A', 'B']\n",
                     kArc),
            "Why? |A|B|1");
  EXPECT_EQ(computed("doc_to_text: '{{question}}'\ndoc_to_target: '{{choices.text[1]}}'\ndoc_to_choice: "
                     "'{{choices.text}}'\n",
                     kArc),
            "Why? |a|b|1");
  EXPECT_EQ(computed("doc_to_text: '{{question}}'\ndoc_to_target: n\ndoc_to_choice: '{{choices.text}}'\n", kArc),
            "Why? |a|b|-1");
  EXPECT_EQ(computed("doc_to_text: '{{question}}'\ndoc_to_target: answerKey\ndoc_to_choice: [A, B]\n", kArc),
            "no program");
}

TEST(ParseTask, WhatARowLacksIsAnError) {
  const auto fault = [](const std::string& yaml) {
    return std::string(error_of([&] { computed(yaml, kArc); }).what());
  };
  const std::string rest = "doc_to_target: 0\ndoc_to_choice: '{{choices.text}}'\n";
  EXPECT_THAT(fault("doc_to_text: 'Q: {{questoin}}'\n" + rest), HasSubstr("line 1: doc_to_text line 1: 'questoin' is"));
  EXPECT_THAT(fault("doc_to_text: questoin\n" + rest), HasSubstr("line 1: no column 'questoin'"));
  EXPECT_THAT(fault("doc_to_text: '{{question}}'\ndoc_to_target: 0\ndoc_to_choice: question\n"), HasSubstr("no list"));
  EXPECT_THAT(fault("doc_to_text: '{{question}}'\ndoc_to_target: '{{question}}'\ndoc_to_choice: '{{choices.text}}'\n"),
              HasSubstr("doc_to_target gives 'Why? '"));
}

TEST(ParseTask, IncludesOtherFiles) {
  const test::TempDir folder;
  test::write_file(folder / "base.yaml", "include: [first.yaml, second.yaml]\ndoc_to_target: b\n");
  test::write_file(folder / "first.yaml", "task: t\ndoc_to_target: a\ndescription: one\n");
  test::write_file(folder / "second.yaml", "description: two\n");
  test::write_file(folder / "t.yaml", "include: base.yaml\ndoc_to_text: '{{q}}'\nlabels: [x, y]\n");
  const Task task = load_task((folder / "t.yaml").string());
  EXPECT_EQ(task.name, "t");
  EXPECT_EQ(task.doc_to_target, "b");
  EXPECT_EQ(task.templates[0].description, "two");
  test::write_file(folder / "second.yaml", "include: t.yaml\n");
  EXPECT_THAT(error_of([&] { load_task((folder / "t.yaml").string()); }).what(), HasSubstr("include each other"));
  test::write_file(folder / "second.yaml", "include: nowhere.yaml\n");
  EXPECT_EQ(error_of([&] { load_task((folder / "t.yaml").string()); }).code(), ErrorCode::missing_input);
}

TEST(ParseTask, NothingIsFilledInOutsideOfTheTemplate) {
  const std::string head = "task: t\ndoc_to_target: a\nlabels: [x, y]\ndoc_to_text: '{{q}}'\n";
  for (const char* line :
       {"description: 'About {{topic}}.'", "description: 'A {# comment #}'", "description: '{% raw %}'",
        "target_delimiter: '{{d}}'", "fewshot_delimiter: '{# #}'", "doc_to_choice: ['{{a}}', '{{b}}']"})
    EXPECT_THAT(parse_error(head + line + "\n").what(), HasSubstr("t.yaml line 5: ")) << line;
  EXPECT_THAT(parse_error("task: t\ndoc_to_target: '{# a'\nlabels: [x, y]\ndoc_to_text: '{{q}}'\n").what(),
              HasSubstr("doc_to_target line 1"));
  EXPECT_EQ(parse_task(head + "description: 'Sets {a} and }} end.'\n", "t").templates[0].description,
            "Sets {a} and }} end.");
}

TEST(ParseTask, DamagedFilesAreReadOrRefused) {
  EXPECT_GT(test::parse_mutations(kTask, [](const std::string& text) { parse_task(text, "t"); }), 0);
}

TEST(LoadTask, FilesAreRelativeToTheTask) {
  test::TempDir dir;
  test::write_file(dir / "mood.yaml", kTask);
  const Task task = load_task((dir / "mood.yaml").string());
  EXPECT_EQ(task.train_file, dir / "data" / "train.csv");
  EXPECT_TRUE(task.test_file.empty());
  EXPECT_EQ(error_of([&] { load_task((dir / "none.yaml").string()); }).code(), ErrorCode::missing_input);
}

TEST(LoadTask, UnknownNamesGetASuggestion) {
  const Error error = error_of([] { load_task("review"); });
  EXPECT_EQ(error.code(), ErrorCode::usage);
  EXPECT_THAT(error.hint(), HasSubstr("did you mean 'reviews'?"));
}

TEST(BuiltinTasks, LoadWithThreeTemplatesEach) {
  EXPECT_THAT(builtin_task_names(),
              ElementsAre("agnews", "arc-easy", "boolq", "boolq_contrast", "intents", "mednli", "mnli", "news", "qqp",
                          "reviews", "rte", "sst2", "tickets", "wic", "yelp"));
  for (const std::string& name : builtin_task_names()) {
    const Task task = load_task(name);
    EXPECT_EQ(task.name, name);
    EXPECT_EQ(std::count_if(task.templates.begin(), task.templates.end(),
                            [](const PromptTemplate& t) { return t.minimal_pair_of.empty(); }),
              3)
        << name;
  }
}

/// The number of characters to remove, insert or change in one text to get the other.
std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = std::exchange(row[j], std::min({change, row[j] + 1, row[j - 1] + 1}));
    }
  }
  return row[b.size()];
}

TEST(BuiltinTasks, MinimalPairsDifferByACharacterOrASeparator) {
  for (const char* name : {"sst2", "boolq", "qqp", "agnews", "arc-easy"}) {
    const Task task = load_task(name);
    ASSERT_EQ(task.templates.size(), 4u) << name;
    const PromptTemplate &first = task.templates[0], &pair = task.templates[3];
    EXPECT_EQ(pair.minimal_pair_of, first.name);
    EXPECT_EQ(pair.options(), first.options());
    EXPECT_EQ(pair.description, first.description);
    const std::size_t places = std::string(name) == "arc-easy" ? 4 : 1;  // arc-easy: one separator before each choice
    EXPECT_EQ(edit_distance(first.doc_to_text, pair.doc_to_text), places) << name;
  }
}

TEST(BuiltinTasks, OutOfDistributionOnesParallelTheirTask) {
  const std::map<std::string, std::string> pairs = {{"yelp", "sst2"}, {"boolq_contrast", "boolq"}, {"mednli", "mnli"}};
  for (const std::string& name : builtin_task_names()) {
    const Task task = load_task(name);
    EXPECT_EQ(task.ood_of, pairs.contains(name) ? pairs.at(name) : "");
    if (task.ood_of.empty()) continue;
    const Task other = load_task(task.ood_of);
    EXPECT_EQ(task.labels, other.labels);
    for (std::size_t t = 0; t < 3; ++t) {
      EXPECT_EQ(task.templates[t].name, other.templates[t].name);
      EXPECT_EQ(task.templates[t].options(), other.templates[t].options());
    }
  }
}

TEST(BuiltinTasks, FitTheBuiltinData) {
  for (const BuiltinData& data : builtin_data()) {
    const Task task = load_task(std::string(data.name));
    for (const DataRow& row : parse_jsonl(data.train, data.name)) {
      EXPECT_GE(label_of(task, row), 0);
      for (const PromptTemplate& wording : task.templates) EXPECT_NO_THROW(fill_template(wording.doc_to_text, row));
    }
  }
}

TEST(BuiltinTasks, FitTheSharedData) {
  if (!test::shared_dir()) GTEST_SKIP() << "shared fixtures are not here";
  const auto file_of = [](const auto& name) { return *test::shared_dir() / "data" / name / "test.jsonl"; };
  std::vector<std::string> names = builtin_task_names();  // without those whose data are built in, or not public
  std::erase_if(names, [&](const auto& name) { return !std::filesystem::exists(file_of(name)); });
  for (const std::string& name : test::at_least(10, names)) {
    const auto file = file_of(name);
    const Task task = load_task(name);
    std::vector<int> counts(task.labels.size());
    for (const DataRow& row : read_data(file)) {
      ++counts.at(static_cast<std::size_t>(label_of(task, row)));
      for (const PromptTemplate& wording : task.templates) EXPECT_NO_THROW(fill_template(wording.doc_to_text, row));
    }
    for (int count : counts) EXPECT_GT(count, 0) << name;
  }
}

DataRow row_of(std::map<std::string, std::string> fields) { return {std::move(fields), "x.csv line 3"}; }

TEST(FillTemplate, PutsValuesInAsTheyAre) {
  const DataRow row = row_of({{"a", "1 {{b}}"}, {"b", "2"}, {"choices.A", "3"}});
  EXPECT_EQ(fill_template("{{a}}{{ b }}, {{choices.A}} } {x}", row), "1 {{b}}2, 3 } {x}");
  EXPECT_EQ(fill_template("nothing", row), "nothing");
}

TEST(FillTemplate, ReadsItemsAndStripsAsJinjaDoes) {
  const DataRow row = row_of(
      {{"t", " \t\u00a0\u3000a b\u2003\n\x1c"}, {"c.0", "first"}, {"c.1.x", "deep"}, {"c.k", " v "}, {"s", " \n "}});
  // jinja2.Environment().from_string(...).render(...) of jinja2 3.1 with the nested values.
  EXPECT_EQ(fill_template("[{{t|trim}}][{{ t | trim }}][{{t.strip()}}][{{t}}]", row),
            "[a b][a b][a b][" + row.fields.at("t") + "]");
  EXPECT_EQ(fill_template("{{c[0]}}/{{c.0}}/{{ c[1]['x'] }}/{{c[1][\"x\"]}}/{{c['k']}}/{{c['k']|trim}}", row),
            "first/first/deep/deep/ v /v");
  EXPECT_EQ(fill_template("[{{s|trim}}]", row), "[]");
}

TEST(FillTemplate, NamesAreWordsAndComposed) {
  const DataRow row = row_of({{"Review Text", "1"}, {"sentence-1", "2"}, {"\u00e9t\u00e9", "3"}, {"0", "4"}});
  EXPECT_EQ(fill_template("{{Review Text}}{{sentence-1}}{{e\u0301te\u0301}}{{0}}", row), "1234");
}

TEST(FillTemplate, TheMissingColumnsErrorListsThoseThatAreThere) {
  const auto error = [](const char* column, std::map<std::string, std::string> fields) {
    return error_of([&] { fill_template(std::string("{{") + column + "}}", row_of(std::move(fields))); });
  };
  EXPECT_THAT(error("body", {{"text", ""}, {"label", ""}}).what(), HasSubstr("no column 'body' among 'label', 'text'"));
  EXPECT_THAT(error("text", {{"Text", ""}, {"Label", ""}}).hint(), HasSubstr("did you mean 'Text'?"));
  EXPECT_THAT(error("label", {{" label", ""}, {"text", ""}}).hint(), HasSubstr("did you mean ' label'?"));
  EXPECT_THAT(error("text", {{"text|label", ""}}).hint(), HasSubstr("separated by bars"));
  EXPECT_THAT(error("text", {{"text\tlabel", ""}}).hint(), HasSubstr("name the file .tsv"));
  EXPECT_THAT(error("choices", {{"choices.0", ""}, {"choices.1", ""}, {"q", ""}}).hint(), HasSubstr("'choices.0'"));
  EXPECT_THAT(error("label", {{"label.0", ""}, {"label.1", ""}, {"text.0", ""}}).hint(),
              HasSubstr("columns instead of"));
  EXPECT_THAT(error("label", {{"data.0.label", ""}, {"data.0.text", ""}, {"version", ""}}).hint(),
              HasSubstr("jq -c '.data[]'"));
  EXPECT_THAT(error("label", {{"row.label", ""}, {"row.text", ""}}).hint(), HasSubstr("did you mean 'row.label'?"));
  EXPECT_THAT(error("label", {{"a.label", ""}, {"a.text", ""}, {"b.label", ""}, {"b.text", ""}}).hint(),
              HasSubstr("jq -c '.[]'"));
  EXPECT_THAT(error("label", {{"0.label", ""}, {"0.text", ""}}).hint(), HasSubstr("jq -c '.[]'"));
  EXPECT_THAT(error("text", {{"'text'", ""}, {"'label'", ""}}).hint(), HasSubstr("take the quotes out"));
}

TEST(FillTemplate, NamesTheMissingColumn) {
  const Error error = error_of([] { fill_template("{{sentense}}", row_of({{"sentence", "s"}, {"label", "x"}})); });
  EXPECT_EQ(error.code(), ErrorCode::bad_data);
  EXPECT_THAT(error.what(), HasSubstr("x.csv line 3: no column 'sentense'"));
  EXPECT_EQ(error.hint(), "did you mean 'sentence'?");
}

TEST(TemplateColumns, EachOnceInOrder) {
  EXPECT_THAT(template_columns("{{b}} {{a}} {{ b }}"), ElementsAre("b", "a"));
  EXPECT_THAT(template_columns("no { column }"), ElementsAre());
}

TEST(LabelOf, IndexOrUnknown) {
  const Task task = parse_task(kTask, "t.yaml");
  EXPECT_EQ(label_of(task, row_of({{"mood", "1"}})), 1);
  EXPECT_EQ(label_of(task, row_of({{"text", "1"}})), -1);
  const Error error = error_of([&] { label_of(task, row_of({{"mood", "happy"}})); });
  EXPECT_EQ(error.code(), ErrorCode::bad_data);
  EXPECT_THAT(error.what(), HasSubstr("x.csv line 3: 'happy' in column 'mood' is no label of task mood"));
  EXPECT_EQ(error.hint(), "one of: 0, 1");
}

Task words_task(const std::string& words) {
  return parse_task("task: t\ndoc_to_target: y\ndoc_to_text: '{{q}}'\ndoc_to_choice: " + words + "\n", "t");
}

TEST(LabelOf, WholeNumbersCountTheWordsOfDocToChoice) {
  const Task task = words_task("[no, maybe, yes]");
  const auto label = [&](const char* value) { return label_of(task, row_of({{"y", value}})); };
  EXPECT_EQ(label("yes"), 2);
  EXPECT_EQ(label("0"), 0);
  EXPECT_EQ(label("2"), 2);
  EXPECT_EQ(label("2.0"), 2) << "as pandas writes it beside an empty cell";
  EXPECT_EQ(label("-1"), -1) << "GLUE's unknown label";
  for (const char* value : {"3", "-2", "1.5", "01", "1e0", "one", "true"}) {
    const Error error = error_of([&] { label(value); });
    EXPECT_THAT(error.what(), HasSubstr("is no label of task t")) << value;
  }
  EXPECT_THAT(error_of([&] { label("3"); }).hint(), HasSubstr("from 0 to 2"));
}

/// The hint lists one value per word, and the values fit the column.
TEST(LabelOf, AHintListsAValueForEachWord) {
  const auto hint = [](const Task& task, const char* value) {
    return error_of([&] { label_of(task, row_of({{"y", value}})); }).hint();
  };
  const Task three = words_task("[no, maybe, yes]"), nine = words_task("[a, b, c, d, e, f, g, h, i]");
  EXPECT_THAT(hint(three, "3"), HasSubstr("labels: [\"1\", \"2\", \"3\"]"));
  EXPECT_THAT(hint(three, "3.0"), HasSubstr("labels: [\"1\", \"2\", \"3\"]"));
  EXPECT_THAT(hint(nine, "9"), HasSubstr("labels: [\"1\", \"2\", ..., \"9\"]"));
  EXPECT_THAT(hint(three, "7"), HasSubstr("list the column's 3 values as 'labels', in the order of the words"));
  const Task named = parse_task("task: t\ndoc_to_target: y\ndoc_to_text: '{{q}}'\nlabels: [no, yes, so]\n", "t");
  EXPECT_THAT(hint(named, "0"), HasSubstr("labels: [\"0\", \"1\", \"2\"]"));
  EXPECT_THAT(hint(named, "3"), HasSubstr("labels: [\"1\", \"2\", \"3\"]"));
  EXPECT_THAT(hint(named, "8"), HasSubstr("leave 'labels' out"));
  EXPECT_THAT(hint(named, "-1"), HasSubstr("an empty cell"));
}

TEST(LabelOf, NumbersThatAreLabelsAreNoIndices) {
  const Task ones = words_task("['1', '2']");
  EXPECT_EQ(label_of(ones, row_of({{"y", "1"}})), 0);
  EXPECT_EQ(label_of(ones, row_of({{"y", "2.0"}})), 1);
  EXPECT_EQ(error_of([&] { label_of(ones, row_of({{"y", "0"}})); }).code(), ErrorCode::bad_data);
  const Task listed = parse_task(kTask, "t.yaml");  // labels: [0, 1]
  EXPECT_EQ(label_of(listed, row_of({{"mood", "1.0"}})), 1);
  EXPECT_EQ(label_of(listed, row_of({{"mood", "-1"}})), -1);
  const Task named = parse_task("task: t\ndoc_to_target: y\ndoc_to_text: '{{q}}'\nlabels: [no, yes]\n", "t");
  const Error error = error_of([&] { label_of(named, row_of({{"y", "1"}})); });
  EXPECT_THAT(error.hint(), HasSubstr("leave 'labels' out"));
}

TEST(LabelOf, AnEmptyCellIsNoLabelAndWordsForNothingAreRefused) {
  const Task task = words_task("[no, yes]");
  for (const char* value : {"", " ", "\t"}) EXPECT_EQ(label_of(task, row_of({{"y", value}})), -1);
  for (const char* value : {"NaN", "nan", "NA", "None", "null"})
    EXPECT_THAT(error_of([&] { label_of(task, row_of({{"y", value}})); }).hint(), HasSubstr("an empty cell")) << value;
}

TEST(LabelOf, ComposedAndDecomposedSpellingsAreOneLabel) {
  const Task composed = words_task("[\"n\u00e9gatif\", positif]"),
             decomposed = words_task("[\"ne\u0301gatif\", positif]");
  for (const Task& task : {composed, decomposed})
    for (const char* value : {"n\u00e9gatif", "ne\u0301gatif"}) EXPECT_EQ(label_of(task, row_of({{"y", value}})), 0);
  EXPECT_THAT(error_of([] { words_task("[\"\u00e9\", \"e\u0301\"]"); }).what(), HasSubstr("is given twice"));
}

TEST(LabelOf, AListIsNoLabel) {
  const Task task = words_task("[no, yes]");
  const Error error = error_of([&] { label_of(task, row_of({{"y.0", "no"}, {"q", "?"}})); });
  EXPECT_THAT(error.what(), HasSubstr("no column 'y' among 'q', 'y.0'"));
  EXPECT_THAT(error.hint(), HasSubstr("a list"));
}

}  // namespace
}  // namespace partwise::internal

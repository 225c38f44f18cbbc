// /v1/readers: readers fitted on rows of a request, compared with those of runs of the same rows.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "analysis/fit_and_judge.h"
#include "data/data.h"
#include "serve/tiny_service.h"
#include "session/answer_json.h"
#include "session/decompose_rows.h"

namespace partwise::internal {
namespace {

using test::TinyService;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// The labelled reviews, as rows of a request.
OrderedJson review_rows() {
  OrderedJson rows = OrderedJson::array();
  for (const BuiltinData& data : builtin_data())
    if (data.name == "reviews")
      for (const DataRow& row : parse_jsonl(data.train, "x"))
        rows.push_back({{"text", row.fields.at("text")}, {"label", row.fields.at("label")}});
  return rows;
}

OrderedJson request(const std::string& kind, const OrderedJson& task) {
  return {{"name", "tickets"}, {"reader", kind}, {"task", task},  {"rows", review_rows()},
          {"shots", 0},        {"seed", 3},      {"labelled", 20}};
}

/// What `partwise decompose` and `partwise fit` make of the same rows.
ReaderFile by_commands(const std::string& kind, const std::string& task) {
  PromptChoice choice;
  choice.task = task;
  const ReaderKind& known = reader_kind(kind);
  choice.options = {.shots = 0, .labelled = 20, .seed = 3, .limit = 2};
  choice.options.content_free =
      known.learns_from == LearnsFrom::content_free || known.learns_from == LearnsFrom::random_words;
  ComputeOptions compute;
  compute.stored = {.hidden = known.reads_hidden, .z = known.reads_z};
  const internal::Run run = test::run_of(choice, compute);
  return fit_kind(kind, run, rows_to_fit_on(run, {}));
}

TEST(ReadersRoute, FitsTheReaderThatARunOfTheRowsGives) {
  for (const char* kind : {"reweight", "comprw", "knn", "reweight-hidden", "sav", "contextual-calibration", "full",
                           "linear-probe", "bag-of-words", "committee"}) {
    TinyService tiny;
    const OrderedJson answer = tiny.ask(answer_fit_reader, request(kind, "reviews").dump());
    const ReaderFile expected = by_commands(kind, "reviews");
    const auto fitted = tiny.service.readers().find("tickets");
    ASSERT_TRUE(fitted) << kind;
    EXPECT_EQ(fitted->reader->save(), expected.reader->save()) << kind;
    EXPECT_EQ(fitted->info.text(facts::kRecipe), expected.info.text(facts::kRecipe)) << kind;
    EXPECT_EQ(fitted->info.text(facts::kFingerprint), expected.info.text(facts::kFingerprint)) << kind;
    EXPECT_EQ(answer["reader"], kind);
    EXPECT_EQ(answer["n_examples"], expected.report.n_examples);
    EXPECT_EQ(answer["train_accuracy"], expected.report.train_accuracy);
    EXPECT_EQ(answer["label_words"], expected.label_words);
  }
}

TEST(ReadersRoute, AReaderOfOneSetIsThatOfARunOfOne) {
  OrderedJson body = request("reweight", "reviews");
  body["shots"] = 1;
  TinyService tiny;
  tiny.ask(answer_fit_reader, body.dump());
  const auto one = tiny.service.readers().find("tickets");
  body["sets"] = 3;
  tiny.ask(answer_fit_reader, body.dump());
  const auto three = tiny.service.readers().find("tickets");
  EXPECT_EQ(three->reader->save(), one->reader->save());
  EXPECT_EQ(three->info.find(facts::kSets), 3);
  EXPECT_FALSE(one->info.find(facts::kSets));
}

/// What a run of three sets, and its reader, say of a row.
OrderedJson answer_by_commands(const std::string& kind, const std::string& text) {
  PromptChoice choice;
  choice.task = "reviews";
  choice.options = {.shots = 1, .labelled = 20, .seed = 3, .limit = 2, .sets = 3};
  const internal::Run run = test::run_of(choice, {.stored = {.hidden = true, .z = true}});
  const ReaderFile reader = fit_kind(kind, run, rows_to_fit_on(run, {}));
  std::vector<TextRow> rows = {
      TextRows(reader, RowForm::text, TooLong::refuse, test::tiny_llama(), {}).make({Line{text, "row"}, {}})};
  const Contributions parts = decompose_rows(Session(test::tiny_llama(), {}, Passes::one), reader, rows, {});
  return answer_json(reader, rows[0], parts, 0);
}

TEST(ReadersRoute, AReaderOfSeveralSetsAnswersAsThatOfARun) {
  OrderedJson body = request("committee", "reviews");
  body["shots"] = 1;
  body["sets"] = 3;
  TinyService tiny;
  tiny.ask(answer_fit_reader, body.dump());
  const auto reader = tiny.service.readers().find("tickets");
  EXPECT_EQ(reader->reader->save()["sets"].size(), 3u);
  EXPECT_EQ(n_sets_read(*reader), 3);
  const std::string text = "a fine film";
  const OrderedJson asked = {{"model", "tickets"}, {"input", OrderedJson::array({"another one", text})}};
  const OrderedJson answers = tiny.ask(answer_classify, asked.dump())["answers"];
  EXPECT_EQ(answers[1], answer_by_commands("committee", text));
}

TEST(ReadersRoute, TheDefaultIsThatOfFit) {
  OrderedJson body = request("committee", "reviews");
  body.erase("reader");
  TinyService tiny;
  EXPECT_EQ(tiny.ask(answer_fit_reader, body.dump())["reader"], kDefaultReader);
}

TEST(ReadersRoute, FitsATaskOfTheRequestAsOneOfAFile) {
  const test::TempDir folder;
  std::string lines;
  for (const OrderedJson& row : review_rows()) lines += row.dump() + "\n";
  test::write_file(folder / "rows.jsonl", lines);
  test::write_file(folder / "task.yaml",
                   "task: request\ndoc_to_target: label\ndescription: Say it.\ndoc_to_text: \"{{text}} =\"\n"
                   "doc_to_choice: [negative, positive]\ntrain_file: rows.jsonl\n");
  PromptChoice choice;
  choice.task = (folder / "task.yaml").string();
  choice.options = {.shots = 1, .labelled = 20, .seed = 3};
  const internal::Run run = test::run_of(choice);
  const ReaderFile expected = fit_kind("reweight", run, rows_to_fit_on(run, {}));
  OrderedJson body = request(
      "reweight", {{"instruction", "Say it."}, {"labels", {"negative", "positive"}}, {"template", "{{text}} ="}});
  body["shots"] = 1;
  TinyService tiny;
  tiny.ask(answer_fit_reader, body.dump());
  const auto fitted = tiny.service.readers().find("tickets");
  EXPECT_EQ(fitted->reader->save(), expected.reader->save());
  EXPECT_EQ(fitted->info.text(facts::kRecipe), expected.info.text(facts::kRecipe));
}

TEST(ReadersRoute, KeepsFilesListsAndForgets) {
  const test::TempDir folder;
  TinyService tiny({.model_name = "tiny", .reader_folder = folder / "readers"});
  OrderedJson body = request("reweight", "reviews");
  body["labelled"] = 2;
  const OrderedJson answer = tiny.ask(answer_fit_reader, body.dump());
  EXPECT_THAT(answer["warnings"], Not(IsEmpty())) << "two rows cannot teach much";
  const ReaderFile kept = read_reader(folder / "readers/tickets.json");
  EXPECT_EQ(kept.reader->save(), tiny.service.readers().find("tickets")->reader->save());

  const OrderedJson list = OrderedJson::parse(answer_readers(tiny.service).body);
  EXPECT_EQ(list["object"], "list");
  ASSERT_EQ(list["data"].size(), 1u);
  EXPECT_EQ(list["data"][0]["name"], "tickets");
  EXPECT_EQ(list["data"][0]["task"], "reviews");

  EXPECT_EQ(answer_remove_reader(tiny.service, {.query = "x=1&name=%74ickets"}, {}).status, 200);
  EXPECT_FALSE(std::filesystem::exists(folder / "readers/tickets.json"));
  EXPECT_EQ(tiny.service.readers().find("tickets"), nullptr);
  EXPECT_EQ(test::error_of([&] { answer_remove_reader(tiny.service, {.query = "name=tickets"}, {}); }).code(),
            ErrorCode::missing_input);
  EXPECT_EQ(test::error_of([&] { answer_remove_reader(tiny.service, {.query = "nam=x"}, {}); }).code(),
            ErrorCode::bad_data);
}

TEST(ReadersRoute, SaysWhatIsWrong) {
  TinyService tiny;
  const auto what = [&](const char* member, const OrderedJson& value) -> std::string {
    OrderedJson body = request("reweight", "reviews");
    body[member] = value;
    return tiny.error(answer_fit_reader, body.dump()).what();
  };
  EXPECT_THAT(what("name", "../x"), HasSubstr("cannot be called '../x'"));
  EXPECT_THAT(what("name", "tiny"), HasSubstr("the model's own name"));
  EXPECT_THAT(what("reader", "reweigh"), HasSubstr("reweigh"));
  EXPECT_THAT(what("reader", "oracle"), HasSubstr("learns from the rows that it is judged on"));
  EXPECT_THAT(what("task", "/etc/passwd"), HasSubstr("there is no built-in task '/etc/passwd'"));
  EXPECT_THAT(what("task", nullptr), HasSubstr("'task': this is missing"));
  EXPECT_THAT(what("rows", nullptr), HasSubstr("'rows': this is missing"));
  EXPECT_THAT(what("rows", {{{"text", "a"}, {"label", "c"}}}), HasSubstr("rows[0]: 'c'"));
  EXPECT_THAT(what("rows", {7}), HasSubstr("'rows[0]': this is no JSON object"));
  for (const OrderedJson& rows :
       {OrderedJson::array(), OrderedJson::parse("[{}]"), OrderedJson::parse(R"([{"text": "a"}])")})
    EXPECT_THAT(what("rows", rows), HasSubstr("'rows': no row has a 'label'"));
  EXPECT_THAT(what("labelled", 1000), HasSubstr("labelled rows"));
  EXPECT_THAT(what("shots", -1), HasSubstr("'shots'"));
  EXPECT_THAT(what("chat", true), HasSubstr("no prompts through a chat template"));
  EXPECT_THAT(what("demonstrations", 1), HasSubstr("the member 'demonstrations' is not supported"));
}

}  // namespace
}  // namespace partwise::internal

// "words" of POST /v1/classify, compared with what `classify --words --jsonl` computes of the same rows.
#include "serve/reasoned_answers.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "serve/limits.h"
#include "serve/tiny_service.h"
#include "session/answer_json.h"
#include "session/reasons.h"

namespace partwise::internal {
namespace {

using test::reviews_reader;
using test::tiny_llama;
using test::TinyService;
using ::testing::HasSubstr;

const std::vector<std::string> kRows = {R"({"id": 3, "text": "A lovely, lovely kettle."})",
                                        R"({"id": 4, "txt": "no such column"})",
                                        R"({"text": "Dull."})",
                                        R"({"prompt": "Well:", "options": [" negative", " positive"]})",
                                        R"({"ids": [5, 6, 7], "option_ids": [5, 6]})",
                                        R"({"id": "x", "text": ""})"};

/// Two prompt sets of one demonstration each.
ReaderFile committee() {
  const Task task{"t", "label", {"good", "bad"}, {}, {}, {}};
  PromptTemplate wording;
  wording.description = "Say how it was.";
  wording.doc_to_text = "So, {{text}}: it";
  wording.doc_to_choice = task.labels;
  Task asked = task;
  asked.templates = {wording};
  std::vector<DataRow> rows;
  for (int i = 0; i < 20; ++i)
    rows.push_back({{{"text", fmt::format("it was {}", i)}, {"label", i % 2 ? "good" : "bad"}}, "row"});
  PromptSet set = build_prompts(asked, rows, rows, {.shots = 1, .labelled = 8, .limit = 1, .sets = 3});
  tiny_llama().tokenize(set);
  const internal::Run run =
      decompose_prompts(Session(tiny_llama(), {.stored = {.hidden = true, .z = true}}, Passes::one), set, {}, nullptr);
  return fit_kind("committee", run, rows_to_fit_on(run, {}));
}

/// The answers of `classify --words --jsonl`.
OrderedJson classified_with_words(const ReaderFile& reader, const std::vector<std::string>& lines) {
  const Session session(tiny_llama(), {}, Passes::many);
  const TextRows make(reader, RowForm::json, TooLong::refuse, tiny_llama(), std::nullopt);
  std::vector<TextRow> rows;
  for (const std::string& line : lines) rows.push_back(make.make({{line, fmt::format("input[{}]", rows.size())}, {}}));
  const ReasonedRows found = ReasonFinder(session, reader).find(rows, {});
  OrderedJson answers = OrderedJson::array();
  for (const TextRow& row : rows) {
    answers.push_back(row.error ? error_json(row, row.error->hint())
                                : answer_json(reader, row, found.parts, row.example));
    if (!row.error) add_reasons(answers.back(), found.reasons[static_cast<std::size_t>(row.example)]);
  }
  return answers;
}

std::string body_with_words(const std::vector<std::string>& lines, bool words = true) {
  OrderedJson body = {{"model", "tickets"}, {"input", OrderedJson::array()}, {"words", words}};
  for (const std::string& line : lines) body["input"].push_back(OrderedJson::parse(line));
  return body.dump();
}

double sum_of(const OrderedJson& reasons) {
  double sum = 0;
  for (const char* name : {"prompt", "mlps", "outside"}) sum += reasons[name].get<double>();
  for (const char* name : {"words", "demonstrations"})
    for (const OrderedJson& item : reasons[name]) sum += item["contribution"].get<double>();
  return sum;
}

TEST(ReasonedAnswers, HaveTheBitsOfTheCommandHoweverManyRowsShareAPass) {
  for (const PassQueue::Options passes : {PassQueue::Options{}, {.most_prompts = 2}, {.most_tokens = 1}})
    for (const char* kind : {"reweight", "comprw", "full"}) {
      TinyService tiny({.model_name = "tiny", .passes = passes});
      tiny.service.readers().add("tickets", reviews_reader(kind));
      const OrderedJson answers = tiny.ask(answer_classify, body_with_words(kRows))["answers"];
      EXPECT_EQ(answers, classified_with_words(reviews_reader(kind), kRows)) << kind;
    }
}

TEST(ReasonedAnswers, AddNothingButReasonsThatSumToTheLead) {
  TinyService tiny;
  tiny.service.readers().add("tickets", committee());
  const OrderedJson plain = tiny.ask(answer_classify, body_with_words(kRows, false));
  OrderedJson reasoned = tiny.ask(answer_classify, body_with_words(kRows));
  EXPECT_EQ(reasoned["answers"], classified_with_words(committee(), kRows));
  int n = 0;
  for (OrderedJson& answer : reasoned["answers"]) {
    if (answer.contains("error")) continue;
    ++n;
    EXPECT_NEAR(sum_of(answer["reasons"]), answer["lead"], 2e-5);
    EXPECT_FALSE(answer["reasons"]["demonstrations"].empty());
    answer.erase("reasons");
  }
  EXPECT_EQ(reasoned, plain);
  EXPECT_EQ(n, 3);
}

/// A service, with a chat template or without.
std::unique_ptr<TinyService> service_with(bool has_chat) {
  ServiceOptions options{.model_name = "tiny"};
  if (has_chat) {
    const test::TempDir folder;
    test::write_file(folder / "t.jinja",
                     "{% for m in messages %}[{{ m.role }}] {{ m.content }}\n{% endfor %}{% if add_generation_prompt %}"
                     "[assistant]{% endif %}");
    const auto tiny_folder = test::source_dir() / "tests/golden/tiny-llama";
    options.chat =
        std::make_shared<const Chat>(Chat{ChatTemplate::of_file(folder / "t.jinja", tiny_folder), true, "", "t"});
  }
  return std::make_unique<TinyService>(std::move(options));
}

TEST(ReasonedAnswers, NameWordsAndDemonstrationsOfATaskOfTheRequest) {
  const std::string rest = R"("input": "mud  and\nmud", "task": {"labels": ["so good", "so bad", "bad"],
    "instruction": "", "demonstrations": [{"text": "fine", "label": "so good"}, {"text": "dull", "label": "bad"}]}})";
  for (const bool has_chat : {false, true}) {
    const auto tiny = service_with(has_chat);
    const OrderedJson plain = tiny->ask(answer_classify, "{" + rest);
    OrderedJson answer = tiny->ask(answer_classify, R"({"words": true, )" + rest);
    const OrderedJson reasons = answer["answers"][0]["reasons"];
    ASSERT_EQ(reasons["words"].size(), 3u);
    EXPECT_EQ(reasons["words"][2]["word"], "mud");
    ASSERT_EQ(reasons["demonstrations"].size(), 2u);
    EXPECT_EQ(reasons["demonstrations"][0]["label"], "so good");
    EXPECT_EQ(reasons["demonstrations"][1]["label"], "bad");
    for (const OrderedJson& d : reasons["demonstrations"]) EXPECT_NE(d["contribution"], 0);
    EXPECT_NEAR(sum_of(reasons), answer["answers"][0]["lead"], 2e-5);
    answer["answers"][0].erase("reasons");
    EXPECT_EQ(answer, plain) << has_chat;
  }
}

TEST(ReasonedAnswers, AreNotGivenByAReaderThatDoesNotSplit) {
  TinyService tiny;
  PromptChoice choice;
  choice.task = "reviews";
  choice.options = {.shots = 0, .labelled = 12, .limit = 1};
  const internal::Run run = test::run_of(choice, {.stored = {.hidden = true}});
  tiny.service.readers().add("tickets", fit_kind("knn", run, rows_to_fit_on(run, {})));
  const OrderedJson answer = tiny.ask(answer_classify, body_with_words(kRows));
  EXPECT_EQ(answer, tiny.ask(answer_classify, body_with_words(kRows, false)));
  EXPECT_EQ(answer["answers"][0]["explains"], "nothing");
}

TEST(ReasonedAnswers, AreCounted) {
  TinyService tiny({.model_name = "tiny", .passes = {.most_prompts = 2}});
  tiny.service.readers().add("tickets", reviews_reader());
  tiny.ask(answer_classify, body_with_words(kRows));
  const std::string text = tiny.service.metrics().text(0, 0);
  EXPECT_THAT(text, HasSubstr("partwise_pass_prompts_count 3\n"));
  EXPECT_THAT(text, HasSubstr("partwise_pass_prompts_sum 5\n"));
  EXPECT_THAT(text, HasSubstr("partwise_wait_seconds_count 1\n"));
  EXPECT_THAT(text, HasSubstr("partwise_certificate_count 3\n"));
  EXPECT_THAT(text, testing::Not(HasSubstr("Nan")));
}

TEST(ReasonedAnswers, DoNotChangeWhatIsAskedMeanwhile) {
  TinyService tiny({.model_name = "tiny", .passes = {.most_prompts = 2}});
  tiny.service.readers().add("tickets", reviews_reader());
  const OrderedJson plain = tiny.ask(answer_classify, body_with_words(kRows, false));
  const OrderedJson reasoned = tiny.ask(answer_classify, body_with_words(kRows));
  std::vector<std::jthread> threads;
  for (int i = 0; i < 6; ++i)
    threads.emplace_back([&, words = i % 2 == 0] {
      EXPECT_EQ(tiny.ask(answer_classify, body_with_words(kRows, words)), words ? reasoned : plain);
    });
}

TEST(ReasonedAnswers, AreNotWaitedForByAClientThatIsGone) {
  TinyService tiny;
  tiny.service.readers().add("tickets", reviews_reader());
  std::stop_source gone;
  gone.request_stop();
  const auto ask = [&] { answer_classify(tiny.service, {.body = body_with_words(kRows)}, gone.get_token()); };
  EXPECT_EQ(test::error_of(ask).code(), ErrorCode::interrupted);
  const Turns::Turn other(tiny.service.reasoning());
  EXPECT_EQ(test::error_of(ask).code(), ErrorCode::interrupted);
}

TEST(ReasonedAnswers, AreRefusedWhereTheyCannotBe) {
  TinyService tiny;
  PromptChoice choice;
  choice.task = "reviews";
  choice.options = {.shots = 0, .labelled = 12, .limit = 1};
  const internal::Run run = test::run_of(choice, {.score = LabelScore::sum});
  tiny.service.readers().add("tickets", fit_kind("full", run, rows_to_fit_on(run, {})));
  EXPECT_THAT(tiny.error(answer_classify, body_with_words({kRows[0]})).what(), HasSubstr("'sum'"));
  EXPECT_THAT(tiny.error(answer_classify, R"({"model": "tickets", "input": "a", "words": 1})").what(),
              HasSubstr("'words'"));
}

TEST(ReasonedAnswers, FitIntoMemory) {
  const ModelConfig& config = tiny_llama().config();
  check_reasons_fit(config, 2'900'000, 2, 3);  // of 336 bytes each: less than a gigabyte
  const auto what = [&](std::int64_t n_tokens, std::size_t n_labels) -> std::string {
    return test::error_of([&] { check_reasons_fit(config, n_tokens, n_labels, 1); }).what();
  };
  EXPECT_THAT(what(4'000'000, 2), HasSubstr("2 labels and 4000000 tokens are too many"));
  EXPECT_THAT(what(1, 100'000), HasSubstr("100000 labels and 1 tokens are too many"));
}

}  // namespace
}  // namespace partwise::internal

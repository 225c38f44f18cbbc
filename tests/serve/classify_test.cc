// POST /v1/classify and /classify, compared with what `classify --jsonl` computes of the same rows.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "serve/tiny_service.h"
#include "session/answer_json.h"
#include "session/decompose_rows.h"

namespace partwise::internal {
namespace {

using test::reviews_reader;
using test::tiny_llama;
using test::TinyService;
using ::testing::HasSubstr;

/// The answers of `classify --jsonl` to rows of JSON.
OrderedJson classified(const ReaderFile& reader, const std::vector<std::string>& lines) {
  const Session session(tiny_llama(), {}, Passes::many);
  const TextRows make(reader, RowForm::json, TooLong::refuse, tiny_llama(), std::nullopt);
  std::vector<TextRow> rows;
  for (const std::string& line : lines) rows.push_back(make.make({{line, fmt::format("input[{}]", rows.size())}, {}}));
  const Contributions parts = decompose_rows(session, reader, rows, {});
  OrderedJson answers = OrderedJson::array();
  for (const TextRow& row : rows)
    answers.push_back(row.error ? error_json(row, row.error->hint()) : answer_json(reader, row, parts, row.example));
  return answers;
}

OrderedJson body_of(const std::string& model, const std::vector<std::string>& lines) {
  OrderedJson body = {{"model", model}, {"input", OrderedJson::array()}};
  for (const std::string& line : lines) body["input"].push_back(OrderedJson::parse(line));
  return body;
}

TEST(Classify, GivesTheBitsOfTheCommand) {
  const std::vector<std::string> lines = {R"({"id": 3, "text": "A lovely kettle."})", R"({"text": "Dull."})",
                                          R"({"id": "x", "text": ""})",
                                          R"({"prompt": "Well:", "options": [" negative", " positive"]})"};
  for (const char* kind : {"reweight", "comprw", "full"}) {
    TinyService tiny;
    tiny.service.readers().add("tickets", reviews_reader(kind));
    const OrderedJson answer = tiny.ask(answer_classify, body_of("tickets", lines).dump());
    EXPECT_EQ(answer["answers"], classified(reviews_reader(kind), lines)) << kind;
    EXPECT_EQ(answer["model"], "tickets");
    EXPECT_GT(answer["usage"]["input_tokens"], 10);
    EXPECT_EQ(answer["usage"]["output_tokens"], 0);
  }
}

TEST(Classify, TakesTextsInPlaceOfRows) {
  TinyService tiny;
  tiny.service.readers().add("tickets", reviews_reader());
  const OrderedJson rows = classified(reviews_reader(), {R"({"text": "A lovely kettle."})", R"({"text": "Dull."})"});
  const OrderedJson two =
      tiny.ask(answer_classify, R"({"model": "tickets", "texts": ["A lovely kettle.", "Dull."], "x_any": 1})");
  EXPECT_EQ(two["answers"], rows);
  const OrderedJson one = tiny.ask(answer_classify, R"({"model": "tickets", "input": "Dull.", "user": "me"})");
  EXPECT_EQ(one["answers"], OrderedJson::array({rows[1]}));
}

TEST(Classify, PutsErrorsInTheirPlaces) {
  TinyService tiny;
  tiny.service.readers().add("tickets", reviews_reader());
  const std::vector<std::string> lines = {R"({"id": 1, "txt": "no"})", R"({"text": "fine"})",
                                          fmt::format(R"({{"text": "{}"}})", std::string(300, 'z'))};
  const OrderedJson answers = tiny.ask(answer_classify, body_of("tickets", lines).dump())["answers"];
  EXPECT_EQ(answers, classified(reviews_reader(), lines));
  EXPECT_EQ(answers[0]["id"], 1);
  EXPECT_THAT(answers[0]["error"].get<std::string>(), HasSubstr("input[0]"));
  EXPECT_TRUE(answers[1].contains("label"));
  EXPECT_THAT(answers[2]["error"].get<std::string>(), HasSubstr("the model's context 256"));
}

/// The probabilities of the options after a prompt, from a pass of its own.
std::vector<double> probabilities_after(const std::string& prompt, const std::vector<std::string>& options) {
  PromptSet set = prompt_set_of({parse_prompt_row({{"prompt", prompt}, {"options", options}}, "x")});
  tiny_llama().tokenize(set);
  const Contributions parts = Session(tiny_llama(), {}, Passes::one).decompose(ids_of(set), {});
  std::vector<double> probabilities(options.size());
  make_reader(kFullModel)->probabilities(parts, 0, probabilities);
  return probabilities;
}

void expect_probabilities(const OrderedJson& answer, const std::vector<double>& expected) {
  ASSERT_TRUE(answer.contains("probabilities")) << answer;
  ASSERT_EQ(answer["probabilities"].size(), expected.size());
  std::size_t y = 0;
  for (const auto& [word, p] : answer["probabilities"].items()) EXPECT_EQ(p.get<double>(), expected[y++]) << word;
}

TEST(Classify, LetsTheModelAnswerATaskOfTheRequest) {
  TinyService tiny;
  const OrderedJson answer =
      tiny.ask(answer_classify, R"({"input": "mud", "task": {"labels": ["good", "bad", "positive"]}})");
  EXPECT_EQ(answer["model"], "tiny");
  expect_probabilities(answer["answers"][0],
                       probabilities_after("Choose the label that fits the text. The labels are: good, bad, "
                                           "positive.\n\nText: mud\nLabel:",
                                           {" good", " bad", " positive"}));
  EXPECT_EQ(answer["answers"][0]["explains"], "full");
  EXPECT_LT(answer["answers"][0]["sum_error"], 1e-5);
}

TEST(Classify, ReadsDescriptionsDemonstrationsAndATemplate) {
  TinyService tiny;
  const std::vector<double> probabilities = probabilities_after(
      "Say it.\n- good: fine things\n- bad\n\nit is fine = good\nit is dull = bad\nit is mud =", {" good", " bad"});
  for (const char* labels : {R"({"good": "fine things", "bad": null})",
                             R"([{"value": "good", "description": "fine things"}, {"value": "bad"}])",
                             R"([{"value": "good", "description": "fine things"}, "bad"])"}) {
    const OrderedJson answer = tiny.ask(answer_classify, fmt::format(R"({{"model": "tiny", "input": [{{"x": "mud"}}],
      "task": {{"instruction": "Say it.", "labels": {}, "template": "it is {{{{x}}}} =",
      "demonstrations": [{{"x": "fine", "label": "good"}}, {{"x": "dull", "label": "bad"}}]}}}})",
                                                                     labels));
    expect_probabilities(answer["answers"][0], probabilities);
  }
}

TEST(Classify, ReadsLabelsOfSeveralTokens) {
  TinyService tiny;
  const OrderedJson answer = tiny.ask(
      answer_classify, R"({"input": "mud", "task": {"instruction": "", "labels": ["so good", "so bad", "bad"]}})");
  expect_probabilities(answer["answers"][0], probabilities_after("Text: mud\nLabel:", {" so good", " so bad", " bad"}));
}

TEST(Classify, PutsATaskThroughTheChatTemplate) {
  const test::TempDir folder;
  test::write_file(folder / "t.jinja",
                   "{% for m in messages %}[{{ m.role }}] {{ m.content }}\n{% endfor %}{% if add_generation_prompt %}"
                   "[assistant]{% endif %}");
  const auto chat = std::make_shared<const Chat>(
      Chat{ChatTemplate::of_file(folder / "t.jinja", test::source_dir() / "tests/golden/tiny-llama"), true, "", "t"});
  TinyService tiny({.model_name = "tiny", .chat = chat});
  const std::string task = R"("task": {"instruction": "Say it.", "labels": ["good", "bad"],
    "demonstrations": [{"text": "fine", "label": "good"}])";
  const OrderedJson by_chat = tiny.ask(answer_classify, "{\"input\": \"mud\", " + task + "}}");
  expect_probabilities(
      by_chat["answers"][0],
      probabilities_after("[system] Say it.\n[user] Text: fine\nLabel:\n[assistant] good\n[user] Text: "
                          "mud\nLabel:\n[assistant]",
                          {" good", " bad"}));
  const OrderedJson plain = tiny.ask(answer_classify, "{\"input\": \"mud\", " + task + ", \"chat\": false}}");
  expect_probabilities(plain["answers"][0],
                       probabilities_after("Say it.\n\nText: fine\nLabel: good\nText: mud\nLabel:", {" good", " bad"}));
}

TEST(Classify, SaysWhatIsWrongWithARequest) {
  TinyService tiny;
  tiny.service.readers().add("tickets", reviews_reader());
  const auto what = [&](const std::string& body) -> std::string { return tiny.error(answer_classify, body).what(); };
  const std::string labels = R"("task": {"labels": ["good", "bad"]})";
  EXPECT_THAT(what(R"({"input": "a", "stream": true})"), HasSubstr("the member 'stream' is not supported"));
  EXPECT_THAT(what(R"({"input": "a"})"), HasSubstr("'task': this is missing, and 'model' names no fitted reader"));
  EXPECT_THAT(what(R"({"model": "tickets", "input": "a", )" + labels + "}"), HasSubstr("has a task of its own"));
  EXPECT_THAT(what("{" + labels + "}"), HasSubstr("'input': this is missing"));
  EXPECT_THAT(what(R"({"input": [], )" + labels + "}"), HasSubstr("there is no text in it"));
  EXPECT_THAT(what(R"({"input": ["a", {"text": "b"}], )" + labels + "}"), HasSubstr("'input[1]'"));
  EXPECT_THAT(what(R"({"input": [7], )" + labels + "}"), HasSubstr("'input[0]': this is no JSON object"));
  EXPECT_THAT(what(R"({"input": "a", "texts": "b", )" + labels + "}"), HasSubstr("they mean the same"));
  OrderedJson many = OrderedJson::parse("{" + labels + "}");
  many["input"] = std::vector<std::string>(2049, "a");
  EXPECT_THAT(what(many.dump()), HasSubstr("there are 2049 texts; a request has 2048 at most"));
  EXPECT_EQ(tiny.error(answer_classify, R"({"model": "nobody", "input": "a"})").code(), ErrorCode::missing_input);
}

TEST(Classify, SaysWhatIsWrongWithATask) {
  TinyService tiny;
  const auto what = [&](const std::string& task) -> std::string {
    return tiny.error(answer_classify, R"({"input": "a", "task": )" + task + "}").what();
  };
  EXPECT_THAT(what("{}"), HasSubstr("'task.labels': this is missing"));
  EXPECT_THAT(what(R"({"labels": ["a"]})"), HasSubstr("there are 1 labels; a task has from 2 to 255"));
  EXPECT_THAT(what(R"({"labels": ["a", ""]})"), HasSubstr("a label must not be empty"));
  EXPECT_THAT(what(R"({"labels": ["a", "a"]})"), HasSubstr("'a' is given twice"));
  EXPECT_THAT(what(R"({"labels": ["a", {"value": "b", "name": "x"}]})"), HasSubstr("'task.labels[1]'"));
  EXPECT_THAT(what(R"({"labels": ["a", "b"], "tone": 1})"), HasSubstr("the member 'tone' is not supported"));
  EXPECT_THAT(what(R"({"labels": ["a", "b"], "template": "no column"})"), HasSubstr("it has no column in it"));
  EXPECT_THAT(what(R"({"labels": ["a", "b"], "template": "{% for x in y %}"})"), HasSubstr("'task.template'"));
  EXPECT_THAT(what(R"({"labels": ["a", "b"], "chat": true})"), HasSubstr("no prompts through a chat template"));
  EXPECT_THAT(what(R"({"labels": ["a", "b"], "demonstrations": [{"text": "x"}]})"),
              HasSubstr("'task.demonstrations[0]': this has no label"));
  EXPECT_THAT(what(R"({"labels": ["a", "b"], "demonstrations": [{"text": "x", "label": "c"}]})"),
              HasSubstr("is no label of task"));
}

TEST(PoolingClassify, HasTheLabelsAndProbabilitiesOfClassify) {
  TinyService tiny;
  tiny.service.readers().add("tickets", reviews_reader());
  const std::string body = R"({"model": "tickets", "input": ["A lovely kettle.", "Dull."]})";
  const OrderedJson pooled = tiny.ask(answer_pooling_classify, body);
  const OrderedJson answers = tiny.ask(answer_classify, body)["answers"];
  EXPECT_EQ(pooled["id"], "classify-r1");
  EXPECT_EQ(pooled["object"], "list");
  EXPECT_EQ(pooled["model"], "tickets");
  ASSERT_EQ(pooled["data"].size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(pooled["data"][i]["index"], i);
    EXPECT_EQ(pooled["data"][i]["label"], answers[i]["label"]);
    EXPECT_EQ(pooled["data"][i]["num_classes"], 2);
    EXPECT_EQ(pooled["data"][i]["probs"][1], answers[i]["probabilities"]["positive"]);
  }
  EXPECT_EQ(pooled["usage"]["prompt_tokens"], pooled["usage"]["total_tokens"]);
  EXPECT_EQ(pooled["usage"]["completion_tokens"], 0);
  EXPECT_TRUE(pooled["usage"]["prompt_tokens_details"].is_null());
}

TEST(PoolingClassify, AnswersWithFittedReadersAndTextsAlone) {
  TinyService tiny;
  tiny.service.readers().add("tickets", reviews_reader());
  const Error error = tiny.error(answer_pooling_classify, R"({"model": "tiny", "input": "a"})");
  EXPECT_THAT(error.what(), HasSubstr("'tiny' is no fitted reader"));
  EXPECT_THAT(error.hint(), HasSubstr("tickets"));
  EXPECT_EQ(error.code(), ErrorCode::bad_data);
  EXPECT_EQ(tiny.error(answer_pooling_classify, R"({"model": "nobody", "input": "a"})").code(),
            ErrorCode::missing_input);
  const auto what = [&](const std::string& rest) -> std::string {
    return tiny.error(answer_pooling_classify, R"({"model": "tickets", )" + rest + "}").what();
  };
  EXPECT_THAT(what(R"("input": [1, 2])"), HasSubstr("a list of token ids is not supported"));
  EXPECT_THAT(what(R"("input": [[1, 2]])"), HasSubstr("a list of token ids is not supported"));
  EXPECT_THAT(what(R"("messages": [])"), HasSubstr("the member 'messages' is not supported"));
  EXPECT_THAT(what(fmt::format(R"("input": ["a", "{}"])", std::string(300, 'z'))), HasSubstr("input[1]"));
}

}  // namespace
}  // namespace partwise::internal

// OpenAI's form of decisions on a tiny model.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "serve/body.h"
#include "serve/decision_input.h"
#include "serve/tiny_service.h"

namespace partwise::internal {
namespace {

using ::testing::HasSubstr;

constexpr const char* kBody = R"({"model": "tiny", "input": "I paid twice.", "questions": [
  {"type": "predicate", "instructions": "Refund?", "name": "refund"},
  {"type": "choice", "instructions": "Ok?", "choices": [{"value": true, "description": "fine"}, {"value": "true"}, {"value": "c"}]},
  {"type": "score", "instructions": "Angry?", "levels": [{"label": "calm"}, {"label": "mad", "description": "shouts"}]}]})";

TEST(Decisions, AnswersEveryQuestionInItsForm) {
  const OrderedJson whole = test::ask(answer_decisions, OrderedJson::parse(kBody));
  EXPECT_EQ(whole["model"], "tiny");
  ASSERT_EQ(whole["answers"].size(), 3U);
  const OrderedJson &refund = whole["answers"][0], &ok = whole["answers"][1], &anger = whole["answers"][2];
  EXPECT_EQ(refund["type"], "predicate");
  EXPECT_EQ(refund["name"], "refund");
  EXPECT_TRUE(refund["probability"].is_number());
  EXPECT_TRUE(ok.contains("name") && ok["name"].is_null());
  EXPECT_EQ(ok["probabilities"][0]["value"], true);
  EXPECT_EQ(ok["probabilities"][1]["value"], "true");
  EXPECT_EQ(anger["probabilities"][1]["value"], 1);
  EXPECT_EQ(anger["probabilities"][1]["label"], "mad");
  EXPECT_DOUBLE_EQ(anger["score"], anger["probabilities"][1]["probability"]);
  EXPECT_EQ(whole["usage"]["total_tokens"], whole["usage"]["input_tokens"]);
}

// Both forms are asked in the same words, so they have the same answers.
TEST(Decisions, AgreeWithSystemOne) {
  const OrderedJson decisions = test::ask(answer_decisions, OrderedJson::parse(kBody));
  const OrderedJson system_one = test::ask(answer_systemone, OrderedJson::parse(R"({"state": "I paid twice.",
    "questions": {"refund": {"type": "noul", "instructions": "Refund?"}}})"));
  EXPECT_EQ(decisions["answers"][0]["probability"], system_one["answers"]["refund"]["noul"]);
  EXPECT_EQ(decisions["answers"][0]["x_explanation"], system_one["answers"]["refund"]["x_explanation"]);
}

std::string input_of(const char* json) {
  const OrderedJson input = OrderedJson::parse(json);
  return read_input(whole(input));
}

TEST(Decisions, ReadMessagesAndParts) {
  EXPECT_EQ(input_of(R"("plain")"), "plain");
  EXPECT_EQ(input_of(R"([{"role": "user", "content": "Hi."}])"), "Hi.");
  EXPECT_EQ(input_of(R"([{"role": "user", "type": "message", "content": [
    {"type": "input_text", "text": "a", "prompt_cache_breakpoint": {"mode": "explicit"}},
    {"type": "input_json", "data": {"b": [1]}}]}])"),
            "a\n{\"b\":[1]}");
  EXPECT_EQ(input_of(R"([{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hi."},
    {"role": "assistant", "content": [{"type": "output_text", "text": "Ho."}]},
    {"type": "function_call", "call_id": "1", "name": "f", "arguments": "{}"}])"),
            "system: Be kind.\n\nuser: Hi.\n\nassistant: Ho.\n\nfunction_call: "
            R"({"type":"function_call","call_id":"1","name":"f","arguments":"{}"})");
}

TEST(Decisions, RefuseWhatIsNoInput) {
  const auto refusal = [](const std::string& input) {
    return test::refusal(answer_decisions, R"({"model": "tiny", "input": )" + input +
                                               R"(, "questions": [{"type": "predicate", "instructions": "?"}]})");
  };
  EXPECT_THAT(refusal("null"), HasSubstr("'input'"));
  EXPECT_THAT(refusal("[]"), HasSubstr("no message"));
  EXPECT_THAT(refusal(R"([{"role": "tool", "content": "a"}])"), HasSubstr("input[0].role"));
  EXPECT_THAT(refusal(R"([{"role": "user", "content": [{"type": "input_image", "image_url": "x"}]}])"),
              HasSubstr("cannot read 'input_image'"));
}

TEST(Decisions, RefuseWhatIsNoQuestion) {
  const auto refusal = [](const std::string& question) {
    return test::refusal(answer_decisions, R"({"model": "tiny", "input": "a", "questions": [)" + question + "]}");
  };
  EXPECT_THAT(refusal(""), HasSubstr("0 questions"));
  EXPECT_THAT(refusal(R"({"type": "noul", "instructions": "?"})"), HasSubstr("predicate, choice and score"));
  EXPECT_THAT(refusal(R"({"type": "predicate", "instructions": "?", "name": null})"), HasSubstr("questions[0].name"));
  EXPECT_THAT(refusal(R"({"type": "choice", "question": "?", "options": []})"), HasSubstr("SGLang"));
  EXPECT_THAT(refusal(R"({"type": "choice", "instructions": "?", "choices": [{"value": "a"}]})"),
              HasSubstr("1 choices"));
  EXPECT_THAT(refusal(R"({"type": "choice", "instructions": "?", "choices": [{"value": "a"}, {"value": "a"}]})"),
              HasSubstr("questions[0].choices[1].value': this value is given twice"));
  EXPECT_THAT(refusal(R"({"type": "choice", "instructions": "?", "choices": [{"value": 1}, {"value": 2}]})"),
              HasSubstr("choices[0].value"));
  EXPECT_THAT(refusal(R"({"type": "score", "instructions": "?", "levels": [{"label": "a"}]})"), HasSubstr("1 levels"));
  EXPECT_THAT(refusal(R"({"type": "predicate", "instructions": "?", "choices": []})"),
              HasSubstr("'questions[0]': the member 'choices'"));
}

TEST(Decisions, RefuseUnknownMembersOfTheBody) {
  OrderedJson body = OrderedJson::parse(kBody);
  body["prompt_cache_key"] = "a";
  body["x_mine"] = 1;
  body["stream"] = false;
  EXPECT_EQ(test::ask(answer_decisions, body)["answers"].size(), 3U);
  body["temperature"] = 0;
  EXPECT_THAT(test::refusal(answer_decisions, body.dump()), HasSubstr("the member 'temperature'"));
  body["stream"] = true;
  body.erase("temperature");
  EXPECT_THAT(test::refusal(answer_decisions, body.dump()), HasSubstr("'stream': answers are not streamed"));
}

TEST(Decisions, CountTheCharactersOfAnIdentifier) {
  OrderedJson body = OrderedJson::parse(kBody);
  std::string name;
  for (int i = 0; i < 128; ++i) name += "é";
  body["safety_identifier"] = name;
  EXPECT_EQ(test::ask(answer_decisions, body)["answers"].size(), 3U);
  body["safety_identifier"] = name + "é";
  EXPECT_THAT(test::refusal(answer_decisions, body.dump()), HasSubstr("more than 128 characters"));
}

}  // namespace
}  // namespace partwise::internal

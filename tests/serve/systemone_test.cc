// TypeSafe's form of decisions on a tiny model.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "serve/tiny_service.h"
#include "session/decompose_job.h"

namespace partwise::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kQuestions = R"({
  "refund": {"type": "noul", "instructions": "Refund?", "criteria": {"true": "money back"}},
  "team": {"type": "choice", "instructions": "Team?", "criteria": {"Sales": null, "Bills": "a b", "Tech": {"x": 1}}},
  "anger": {"type": "score", "instructions": "Angry?", "criteria": ["calm", {"label": "hot"}, "mad"]}})";

OrderedJson body_with(const OrderedJson& questions) {
  return {{"model", "jev-latest"}, {"state", "I paid twice."}, {"questions", questions}};
}

OrderedJson all_questions() { return OrderedJson::parse(kQuestions); }

OrderedJson answers_to(const OrderedJson& body) { return test::ask(answer_systemone, body)["answers"]; }

std::vector<std::string> keys(const OrderedJson& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

double sum_of(const OrderedJson& probabilities) {
  double sum = 0;
  for (const auto& [key, value] : probabilities.items()) sum += value.get<double>();
  return sum;
}

TEST(SystemOne, AnswersEveryQuestionInItsForm) {
  const OrderedJson whole = test::ask(answer_systemone, body_with(all_questions()));
  EXPECT_EQ(whole["model"], "tiny");
  EXPECT_THAT(keys(whole["answers"]), ElementsAre("refund", "team", "anger"));
  EXPECT_GT(whole["usage"]["input_tokens"], 50);
  EXPECT_EQ(whole["usage"]["output_tokens"], 0);
  const OrderedJson& refund = whole["answers"]["refund"];
  EXPECT_EQ(refund["type"], "noul");
  EXPECT_FALSE(refund.contains("confidence"));
  const OrderedJson& team = whole["answers"]["team"];
  EXPECT_THAT(keys(team["probabilities"]), ElementsAre("Sales", "Bills", "Tech"));
  EXPECT_NEAR(sum_of(team["probabilities"]), 1, 1e-12);
  for (const auto& [word, probability] : team["probabilities"].items())
    EXPECT_LE(probability, team["probabilities"][team["choice"].get<std::string>()]);
  const OrderedJson& anger = whole["answers"]["anger"];
  EXPECT_EQ(anger["legend"]["1"], OrderedJson::parse(R"({"label": "hot"})"));
  EXPECT_NEAR(sum_of(anger["probabilities"]), 1, 1e-12);
  EXPECT_DOUBLE_EQ(anger["score"],
                   anger["probabilities"]["1"].get<double>() + 2 * anger["probabilities"]["2"].get<double>());
}

/// The probabilities of what follows the prompt that an answer shows, by the library alone.
std::vector<double> by_library(const OrderedJson& shown) {
  PromptSet set;
  Prompt& prompt = set.prompts.emplace_back();
  prompt.text = shown["text"];
  prompt.options = shown["labels"].get<std::vector<std::string>>();
  prompt.literal = {{0, prompt.text.size()}};
  prompt.literal_options = true;
  test::tiny_service().session.loaded().tokenize(set);
  const std::vector<PromptIds> ids = ids_of(set);
  const Contributions parts = test::tiny_service().session.decompose(ids, {});
  std::vector<double> probabilities(prompt.options.size());
  for (std::size_t y = 0; y < probabilities.size(); ++y)
    probabilities[y] = parts.logits(0, static_cast<std::int64_t>(y));
  softmax(probabilities);
  return probabilities;
}

TEST(SystemOne, AnswersWithTheBitsOfTheLibrary) {
  OrderedJson body = body_with(all_questions());
  body["x_prompt"] = true;
  const OrderedJson answers = answers_to(body);
  EXPECT_EQ(answers["refund"]["noul"], by_library(answers["refund"]["x_prompt"])[0]);
  const std::vector<double> team = by_library(answers["team"]["x_prompt"]);
  EXPECT_EQ(answers["team"]["probabilities"], (OrderedJson{{"Sales", team[0]}, {"Bills", team[1]}, {"Tech", team[2]}}));
  const std::vector<double> anger = by_library(answers["anger"]["x_prompt"]);
  EXPECT_EQ(answers["anger"]["probabilities"], (OrderedJson{{"0", anger[0]}, {"1", anger[1]}, {"2", anger[2]}}));
}

TEST(SystemOne, AnswersAQuestionByItself) {
  const OrderedJson together = answers_to(body_with(all_questions()));
  const OrderedJson questions = all_questions();
  for (const auto& [id, question] : questions.items()) {
    const OrderedJson alone = answers_to(body_with({{"renamed", question}}));
    EXPECT_EQ(alone["renamed"].dump(), together[id].dump()) << id;
  }
}

TEST(SystemOne, ExplainsAnAnswerAsASum) {
  OrderedJson body = body_with(all_questions());
  body["x_explanation"] = 5.0;  // as some programs write a whole number
  body["x_sources"] = true;
  const OrderedJson answers = answers_to(body);
  for (const auto& [id, answer] : answers.items()) {
    const OrderedJson& why = answer["x_explanation"];
    EXPECT_EQ(why["explains"], "full");
    ASSERT_EQ(why["parts"].size(), 5U) << id;
    double sum = why["other_parts"].get<double>() + why["outside"].get<double>();
    for (const auto& part : why["parts"]) sum += part["contribution"].get<double>();
    EXPECT_NEAR(sum, why["lead"], 1e-5) << id;
    EXPECT_LE(answer["x_certificate"], 1e-4);
    double by_source = 0;
    for (const auto& [name, lead] : answer["x_sources"].items()) by_source += lead.get<double>();
    EXPECT_NEAR(by_source, why["lead"], 1e-5) << id;
    EXPECT_TRUE(answer["x_sources"].contains("state")) << id;
  }
}

TEST(SystemOne, CountsHowLongItsPromptsWait) {
  test::TinyService tiny;
  tiny.ask(answer_systemone, body_with(all_questions()).dump());
  EXPECT_THAT(tiny.service.metrics().text(0, 0), Not(HasSubstr("partwise_wait_seconds_count 0")));
}

TEST(SystemOne, LeavesOutWhatIsNotWanted) {
  OrderedJson body = body_with(all_questions());
  body["x_explanation"] = false;
  body["x_label_mass"] = false;
  const OrderedJson answers = answers_to(body);
  for (const auto& [id, answer] : answers.items()) {
    EXPECT_FALSE(answer.contains("x_explanation"));
    EXPECT_FALSE(answer.contains("x_label_mass"));
    EXPECT_FALSE(answer.contains("x_sources"));
    EXPECT_FALSE(answer.contains("x_prompt"));
  }
}

TEST(SystemOne, TellsHowProbableTheOptionsAreAtAll) {
  OrderedJson body = body_with(all_questions());
  body["x_label_mass"] = true;
  const OrderedJson answers = answers_to(body);
  for (const auto& [id, answer] : answers.items()) {
    EXPECT_GT(answer["x_label_mass"], 0) << id;
    EXPECT_LE(answer["x_label_mass"], 1) << id;
  }
}

TEST(SystemOne, TakesAnyStateAndPassesOverUnknownMembers) {
  for (const char* state : {R"("a")", R"({"b": 1, "a": [2]})", R"(["a", "b"])"}) {
    OrderedJson body = body_with({{"q", {{"type", "noul"}, {"criteria", {{"true", "It rains"}}}}}});
    body["state"] = OrderedJson::parse(state);
    body["seed"] = 7;
    EXPECT_TRUE(answers_to(body)["q"]["noul"].is_number()) << state;
  }
}

TEST(SystemOne, IsSureIfThereIsOneOption) {
  const OrderedJson answer = answers_to(
      body_with({{"q", {{"type", "choice"}, {"instructions", "?"}, {"criteria", {{"only", nullptr}}}}}}))["q"];
  EXPECT_EQ(answer["choice"], "only");
  EXPECT_EQ(answer["confidence"], 1.0);
}

TEST(SystemOne, AnswersWithCodesWhereWordsDoNotTellOptionsApart) {
  OrderedJson body = body_with(OrderedJson::parse(
      R"({"q": {"type": "choice", "instructions": "?", "criteria": {"": null, " ": null, "a\nb": null}}})"));
  body["x_prompt"] = true;
  const OrderedJson answer = answers_to(body)["q"];
  EXPECT_THAT(answer["x_prompt"]["labels"], ElementsAre(" A", " B", " C"));
  EXPECT_THAT(keys(answer["probabilities"]), ElementsAre("", " ", "a\nb"));
}

TEST(SystemOne, RefusesWhatIsNoQuestion) {
  const auto refusal = [](const std::string& questions) {
    return test::refusal(answer_systemone, R"({"state": "a", "questions": )" + questions + "}");
  };
  EXPECT_THAT(refusal("{}"), HasSubstr("'questions'"));
  EXPECT_THAT(refusal("[]"), HasSubstr("'questions': this is no JSON object"));
  EXPECT_THAT(refusal(R"({"q": {"instructions": "?"}})"), HasSubstr("'questions.q.type': this is missing"));
  EXPECT_THAT(refusal(R"({"q": {"type": "box", "instructions": "?"}})"), HasSubstr("choice, score and noul"));
  EXPECT_THAT(refusal(R"({"": {"type": "noul", "instructions": "?"}})"), HasSubstr("not empty"));
  EXPECT_THAT(refusal(R"({"q": {"type": "noul", "instructions": "?", "weight": 2}})"),
              HasSubstr("'questions.q': the member 'weight'"));
  EXPECT_THAT(refusal(R"({"q": {"type": "noul", "instructions": "?", "criteria": {"yes": "a"}}})"),
              HasSubstr("criteria.yes"));
  EXPECT_THAT(refusal(R"({"q": {"type": "choice", "criteria": {"a": null}}})"), HasSubstr("q.instructions"));
  for (const char* criteria : {"null", "{}", R"({"true": null})", R"({"true": "", "false": null})"})
    EXPECT_THAT(refusal(R"({"q": {"type": "noul", "criteria": )" + std::string(criteria) + "}}"),
                HasSubstr("'questions.q': nothing is asked"));
  EXPECT_THAT(refusal(R"({"q": {"type": "choice", "instructions": "?", "criteria": {}}})"), HasSubstr("0 options"));
  EXPECT_THAT(refusal(R"({"q": {"type": "score", "instructions": "?", "criteria": ["a"]}})"), HasSubstr("1 levels"));
  EXPECT_THAT(refusal(R"({"q": {"type": "score", "instructions": "?", "criteria": {"0": "a", "1": "b"}}})"),
              HasSubstr("JSON array"));
  EXPECT_THAT(refusal(R"({"q": {"type": "score", "instructions": "?", "criteria": ["a", null]}})"),
              HasSubstr("criteria[1]"));
}

TEST(SystemOne, RefusesTooManyOptionsAndQuestions) {
  OrderedJson options = OrderedJson::object(), questions = OrderedJson::object();
  for (int i = 0; i < 256; ++i) options[std::to_string(i)] = nullptr;
  for (int i = 0; i < 401; ++i) questions[std::to_string(i)] = {{"type", "noul"}, {"instructions", "?"}};
  const OrderedJson many = {{"q", {{"type", "choice"}, {"instructions", "?"}, {"criteria", options}}}};
  EXPECT_THAT(test::refusal(answer_systemone, body_with(many).dump()), HasSubstr("256 options"));
  EXPECT_THAT(test::refusal(answer_systemone, body_with(questions).dump()), HasSubstr("401 questions"));
}

TEST(SystemOne, RefusesBodiesThatAreWrong) {
  const auto refusal = [](const std::string& body) { return test::refusal(answer_systemone, body); };
  const std::string questions = R"("questions": {"q": {"type": "noul", "instructions": "?"}})";
  EXPECT_THAT(refusal("{"), HasSubstr("not valid JSON"));
  EXPECT_THAT(refusal("[1]"), HasSubstr("JSON object"));
  EXPECT_THAT(refusal("{" + questions + "}"), HasSubstr("'state': this is missing"));
  EXPECT_THAT(refusal(R"({"state": null, )" + questions + "}"), HasSubstr("'state'"));
  EXPECT_THAT(refusal(R"({"state": 1, )" + questions + "}"), HasSubstr("'state'"));
  EXPECT_THAT(refusal(R"({"state": "a", "model": "other", )" + questions + "}"),
              HasSubstr("no model or reader 'other'"));
  EXPECT_THAT(refusal(R"({"state": "a", "stream": true, )" + questions + "}"),
              HasSubstr("'stream': answers are not streamed"));
  EXPECT_THAT(refusal(R"({"state": "a", "images": ["x"], )" + questions + "}"), HasSubstr("text alone"));
  EXPECT_THAT(refusal(R"({"state": ")" + std::string(300, 'a') + R"(", )" + questions + "}"),
              HasSubstr("questions.q: the prompt has"));
}

}  // namespace
}  // namespace partwise::internal

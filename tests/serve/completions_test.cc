// Completions of a tiny model, against the scores and the texts that session functions give.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "decompose/score.h"
#include "serve/body.h"
#include "serve/completion_request.h"
#include "serve/tiny_service.h"
#include "session/generate.h"

namespace partwise::internal {
namespace {

using test::tiny_llama;
using testing::ElementsAre;
using testing::HasSubstr;

const Session& session() { return test::tiny_service().session; }
Service& service() { return test::tiny_service().service; }

Json answer(const Json& body, std::stop_token gone = {}) {
  const http::Response response = answer_completions(service(), {.body = body.dump(), .id = "abc"}, std::move(gone));
  EXPECT_EQ(response.status, 200);
  return Json::parse(response.body);
}

std::string refusal(const Json& body) {
  return test::error_of([&] { answer_completions(service(), {.body = body.dump()}, {}); }).what();
}

/// log p of each token behind the first, by a pass of what comes before it.
std::vector<double> by_hand(const std::vector<TokenId>& ids) {
  std::vector<double> all;
  for (std::size_t i = 1; i < ids.size(); ++i) {
    const std::vector<PromptIds> prompt = {{{ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(i)}, {ids[i], 0}}};
    all.push_back(score_labels(session().engine(), prompt)[0][0]);
  }
  return all;
}

/// What harnesses send.
Json scoring(const Json& prompt) {
  return {{"model", "tiny"}, {"prompt", prompt}, {"temperature", 0}, {"max_tokens", 1},
          {"logprobs", 1},   {"seed", 1234},     {"echo", true}};
}

TEST(Completions, ScoreAPromptAsHarnessesAskForIt) {
  const std::vector<std::vector<TokenId>> prompts = {{5, 9, 7, 11, 30}, {5, 9, 7, 12}, {20, 21}};
  const Json body = answer(scoring(prompts));
  ASSERT_EQ(body["choices"].size(), prompts.size());
  const std::vector<Generated> generated = generate(session(), prompts, {.max_tokens = 1});
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    const Json& choice = body["choices"][i];
    std::vector<TokenId> ids = prompts[i];
    ids.push_back(generated[i].ids[0]);
    const std::vector<double> expected = by_hand(ids);
    const Json &found = choice["logprobs"], &top = found["top_logprobs"];
    EXPECT_EQ(choice["index"], i);
    ASSERT_EQ(found["token_logprobs"].size(), ids.size()) << "the last one is cut off by harnesses";
    EXPECT_TRUE(found["token_logprobs"][0].is_null());
    EXPECT_TRUE(top[0].is_null());
    for (std::size_t j = 0; j < expected.size(); ++j) {
      EXPECT_EQ(found["token_logprobs"][j + 1].get<double>(), expected[j]);
      double highest = -INFINITY;
      for (const auto& [piece, log_prob] : top[j + 1].items()) highest = std::max(highest, log_prob.get<double>());
      const std::vector<std::vector<TokenId>> before = {
          {ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(j) + 1}};
      const bool is_greedy = generate(session(), before, {.max_tokens = 1})[0].ids[0] == ids[j + 1];
      EXPECT_EQ(highest == expected[j], is_greedy) << i << ", " << j;
    }
  }
  EXPECT_EQ(body["usage"], Json({{"prompt_tokens", 11}, {"completion_tokens", 3}, {"total_tokens", 14}}));
}

TEST(Completions, HaveOpenAisForm) {
  const Json body = answer({{"prompt", "Some text"}, {"max_tokens", 3}, {"temperature", 0}});
  EXPECT_EQ(body["id"], "cmpl-abc");
  EXPECT_EQ(body["object"], "text_completion");
  EXPECT_EQ(body["model"], "tiny");
  EXPECT_GT(body["created"], 1'700'000'000);
  const Json& choice = body["choices"][0];
  EXPECT_EQ(choice["finish_reason"], "length");
  EXPECT_TRUE(choice["logprobs"].is_null());
  const std::vector<std::vector<TokenId>> prompt = {tiny_llama().tokenizer()->encode("Some text")};
  EXPECT_EQ(choice["text"], generate(session(), prompt, {.max_tokens = 3})[0].text);
}

TEST(Completions, SayWhereTokensBegin) {
  const Json body =
      answer({{"prompt", "A né text"}, {"max_tokens", 2}, {"temperature", 0}, {"echo", true}, {"logprobs", 2}});
  const Json &choice = body["choices"][0], &found = choice["logprobs"];
  const std::string text = choice["text"];
  EXPECT_THAT(text, testing::StartsWith("A né text"));
  const std::size_t n = tiny_llama().tokenizer()->encode("A né text").size();
  EXPECT_EQ(found["text_offset"][0], 0);
  EXPECT_EQ(found["text_offset"][n], 9) << "characters, not bytes";
  for (std::size_t i = 1; i < found["tokens"].size(); ++i) {
    EXPECT_GE(found["text_offset"][i], found["text_offset"][i - 1]);
    EXPECT_TRUE(found["top_logprobs"][i].contains(found["tokens"][i].get<std::string>()));
    EXPECT_GE(found["top_logprobs"][i].size(), 2u);
  }
}

TEST(Completions, ScoreWhatWasGenerated) {
  for (const double temperature : {0.0, 1.0}) {
    const Json asked = {
        {"prompt", {5, 9, 7}}, {"max_tokens", 4}, {"temperature", temperature}, {"logprobs", 0}, {"seed", 3}};
    const Json body = answer(asked);
    const std::vector<std::vector<TokenId>> prompt = {{5, 9, 7}};
    const Generated generated =
        generate(session(), prompt, {.max_tokens = 4, .sampling = {.temperature = temperature, .seed = 3}})[0];
    std::vector<TokenId> ids = prompt[0];
    ids.insert(ids.end(), generated.ids.begin(), generated.ids.end());
    std::vector<double> expected = by_hand(ids);
    expected.erase(expected.begin(), expected.begin() + 2);
    EXPECT_EQ(body["choices"][0]["logprobs"]["token_logprobs"].get<std::vector<double>>(), expected) << temperature;
    EXPECT_EQ(body["choices"][0]["logprobs"]["top_logprobs"][0].size(), 1u) << "the token itself";
    EXPECT_EQ(body["choices"][0]["text"], generated.text);
    EXPECT_EQ(answer(asked)["choices"], body["choices"]) << "again";
  }
}

TEST(Completions, OfSeveralPromptsAreThoseOfEachAlone) {
  const Json body =
      answer({{"prompt", {"one", "two", "one two"}}, {"max_tokens", 5}, {"temperature", 0}, {"logprobs", 3}});
  for (std::size_t i = 0; i < 3; ++i) {
    const std::vector<std::string> texts = {"one", "two", "one two"};
    Json alone = answer({{"prompt", texts[i]}, {"max_tokens", 5}, {"temperature", 0}, {"logprobs", 3}})["choices"][0];
    alone["index"] = i;
    EXPECT_EQ(body["choices"][i], alone);
  }
}

TEST(Completions, EndAtStopTexts) {
  const Json whole = answer({{"prompt", "Some"}, {"max_tokens", 6}, {"temperature", 0}})["choices"][0];
  const std::string text = whole["text"];
  ASSERT_GE(text.size(), 2u);
  for (const Json& stop : {Json(text.substr(1)), Json({"\x01", text.substr(1)})}) {
    const Json cut = answer({{"prompt", "Some"}, {"max_tokens", 6}, {"temperature", 0}, {"stop", stop}})["choices"][0];
    EXPECT_EQ(cut["text"], text.substr(0, text.find(text.substr(1))));
    EXPECT_EQ(cut["finish_reason"], "stop");
  }
}

TEST(Completions, EchoWithoutAnyMore) {
  const Json body =
      answer({{"prompt", {{5, 9, 7}, {8}}}, {"max_tokens", 0}, {"echo", true}, {"logprobs", 0}, {"temperature", 0}});
  EXPECT_EQ(body["choices"][0]["text"], tiny_llama().tokenizer()->decode({5, 9, 7}, false));
  EXPECT_EQ(body["choices"][0]["logprobs"]["tokens"].size(), 3u);
  EXPECT_EQ(body["choices"][1]["logprobs"]["token_logprobs"], Json::array({nullptr}));
  EXPECT_EQ(body["usage"]["completion_tokens"], 0);
}

TEST(Completions, OfNothingFollowBos) {
  const OrderedJson body = {{"prompt", ""}};
  const CompletionRequest request = read_completion_request(service(), body);
  EXPECT_THAT(request.prompts[0].ids, ElementsAre(*tiny_llama().tokenizer()->bos_id()));
  EXPECT_TRUE(request.prompts[0].begins_silent);
}

TEST(Completions, RefuseWhatWouldChangeTheAnswer) {
  const auto with = [](const char* key, const Json& value) {
    Json body = {{"prompt", "Some"}, {"max_tokens", 1}};
    body[key] = value;
    return body;
  };
  EXPECT_EQ(refusal(with("stream", true)), "'stream': answers are not streamed: leave it out, or send false");
  EXPECT_EQ(refusal(with("best_off", 2)), "the member 'best_off' is not supported");
  EXPECT_EQ(refusal(with("n", 2)), "'n': more than one completion of a prompt is not supported");
  EXPECT_EQ(refusal(with("suffix", "end")), "'suffix': text behind the completion is not supported");
  EXPECT_EQ(refusal(with("logit_bias", {{"5", 1}})), "'logit_bias': a change of logits is not supported");
  EXPECT_EQ(refusal(with("presence_penalty", 0.5)), "'presence_penalty': a penalty other than 0 is not supported");
  EXPECT_EQ(refusal(with("max_tokens", 257)), "'max_tokens': 257 is not from 0 to 256");
  EXPECT_EQ(refusal(with("max_tokens", 0)), "'max_tokens': 0 leaves nothing to answer without 'echo'");
  EXPECT_EQ(refusal(with("logprobs", 21)), "'logprobs': 21 is not from 0 to 20");
  EXPECT_EQ(refusal(with("temperature", -1)), "'temperature': -1 is not from 0 to 2");
  EXPECT_THAT(refusal(with("model", "other")), HasSubstr("no model or reader 'other'"));
  for (const auto& [key, value] : std::vector<std::pair<const char*, Json>>{{"stream", false},
                                                                            {"n", 1},
                                                                            {"suffix", nullptr},
                                                                            {"logit_bias", Json::object()},
                                                                            {"frequency_penalty", 0},
                                                                            {"user", "me"},
                                                                            {"x_anything", 1},
                                                                            {"model", "jev-latest"}})
    EXPECT_EQ(answer(with(key, value))["choices"].size(), 1u) << key;
}

TEST(Completions, RefusePromptsThatTheModelCannotRead) {
  const auto with = [](const Json& prompt) { return Json{{"prompt", prompt}}; };
  EXPECT_EQ(refusal(Json::object()), "'prompt': this is missing");
  EXPECT_EQ(refusal(with(Json::array())), "'prompt': it is empty: give at least one prompt");
  EXPECT_EQ(refusal(with({"one", 2})), "'prompt[1]': this is no string, and no list of token ids either");
  EXPECT_EQ(refusal(with({{5, 311}})), "'prompt[0][1]': 311 is not from 0 to 310");
  EXPECT_EQ(refusal(with(Json::array({std::vector<int>(257, 5)}))),
            "'prompt[0]': it has 257 tokens, the model's context 256");
  EXPECT_EQ(refusal(with(std::vector<std::string>(129, "a"))),
            "'prompt': 129 prompts are more than the 128 of one request");
}

TEST(Completions, StopIfTheClientHasGone) {
  std::stop_source source;
  source.request_stop();
  const Json body = {{"prompt", "Some"}};
  const Error error = test::error_of([&] { answer_completions(service(), {.body = body.dump()}, source.get_token()); });
  EXPECT_EQ(error.code(), ErrorCode::interrupted);
}

}  // namespace
}  // namespace partwise::internal

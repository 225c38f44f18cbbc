// A service of a tiny model, asked without HTTP.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <stop_token>
#include <string>
#include <utility>

#include "analysis/fit_and_judge.h"
#include "base/json.h"
#include "serve/routes.h"
#include "session/decompose_job.h"
#include "session/fitting.h"
#include "session/prompt_choice.h"
#include "support/errors.h"
#include "support/paths.h"

namespace partwise::internal::test {

inline const LoadedModel& tiny_llama() {
  static const LoadedModel loaded({(source_dir() / "tests/golden/tiny-llama").string(), {}, {}});
  return loaded;
}

/// The prompts of `choice`, and the run that they give.
inline internal::Run run_of(const PromptChoice& choice, const ComputeOptions& compute = {}) {
  const PromptSet set = choice.read(tiny_llama());
  DecomposeStats stats;
  return decompose_prompts(Session(tiny_llama(), compute, Passes::one), set, {}, &stats);
}

/// A reader of the reviews task.
inline ReaderFile reviews_reader(const std::string& kind = "reweight") {
  PromptChoice choice;
  choice.task = "reviews";
  choice.options = {.shots = 0, .labelled = 12, .limit = 1};
  const internal::Run run = run_of(choice);
  return fit_kind(kind, run, rows_to_fit_on(run, {}));
}

/// tiny-llama has a context of 256 tokens, and about one token a character.
struct TinyService {
  explicit TinyService(ServiceOptions options = {.model_name = "tiny", .aliases = {"jev-latest"}})
      : service(session, std::move(options)) {}

  template <class AnswerFn>
  OrderedJson ask(AnswerFn answer, const std::string& body) {
    const http::Response response = answer(service, {.body = body, .id = "r1"}, std::stop_token());
    EXPECT_EQ(response.status, 200);
    return OrderedJson::parse(response.body);
  }
  template <class AnswerFn>
  Error error(AnswerFn answer, const std::string& body) {
    return error_of([&] { answer(service, {.body = body}, std::stop_token()); });
  }

  Session session{tiny_llama(), {.threads = 2}, Passes::served};
  Service service;
};

/// One for all tests that change nothing about it.
inline TinyService& tiny_service() {
  static TinyService tiny;
  return tiny;
}

/// Its answer to this body.
template <class AnswerFn>
OrderedJson ask(AnswerFn answer, const OrderedJson& body) {
  return tiny_service().ask(answer, body.dump());
}
/// What it says is wrong with this body.
template <class AnswerFn>
std::string refusal(AnswerFn answer, const std::string& body) {
  return tiny_service().error(answer, body).what();
}

}  // namespace partwise::internal::test

// Texts that tiny models write, against passes that read every token as a label word.
#include "session/generate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "support/golden.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

using Prompts = std::vector<std::vector<TokenId>>;

const LoadedModel& tiny_llama() {
  static const LoadedModel loaded({(test::source_dir() / "tests/golden/tiny-llama").string(), {}, {}});
  return loaded;
}

Prompts some_prompts() {
  Prompts prompts;
  for (const PromptIds& prompt : test::read_golden(test::source_dir() / "tests/golden/tiny-llama").prompts)
    prompts.push_back(prompt.ids);
  prompts.resize(3);
  return prompts;
}

/// The likeliest token each time, by passes of the prompt alone.
std::vector<TokenId> by_hand(std::vector<TokenId> ids, int n) {
  std::vector<TokenId> every(static_cast<std::size_t>(tiny_llama().config().d_vocab)), written;
  std::iota(every.begin(), every.end(), 0);
  const auto backend = make_cpu_backend(1);
  for (int i = 0; i < n; ++i) {
    const std::vector<PromptIds> prompt = {{ids, every}};
    const Contributions all = decompose(tiny_llama().model(), *backend, prompt, {.read_parts = false});
    written.push_back(static_cast<TokenId>(answer_of(all.logits.data(), std::ssize(every))));
    ids.push_back(written.back());
  }
  return written;
}

TEST(Generate, WritesTheLikeliestTokens) {
  const Session session(tiny_llama(), {}, Passes::tokens);
  const auto together = generate(session, some_prompts(), {.max_tokens = 12});
  for (std::size_t i = 0; i < together.size(); ++i) {
    const Prompts alone = {some_prompts()[i]};
    if (together[i].stopped != Stopped::end_token) {
      EXPECT_EQ(together[i].ids, by_hand(alone[0], 12));
    }
    EXPECT_EQ(generate(session, alone, {.max_tokens = 12})[0].ids, together[i].ids) << "alone";
    EXPECT_EQ(generate(Session(tiny_llama(), {.threads = 1}, Passes::one), alone, {.max_tokens = 12})[0].ids,
              together[i].ids)
        << "with nothing kept";
  }
}

TEST(Generate, DrawsTheSameTokensForTheSameSeed) {
  const Session session(tiny_llama(), {}, Passes::tokens);
  const auto drawn = [&](std::uint64_t seed, std::vector<std::int64_t> rows, const Prompts& prompts) {
    return generate(session, prompts,
                    {.max_tokens = 12, .sampling = {.temperature = 2, .seed = seed}, .rows = std::move(rows)});
  };
  const auto all = drawn(5, {}, some_prompts());
  EXPECT_EQ(all[1].ids, drawn(5, {}, some_prompts())[1].ids);
  EXPECT_EQ(all[1].ids, drawn(5, {1}, {some_prompts()[1]})[0].ids) << "row by row";
  EXPECT_NE(all[1].ids, drawn(6, {}, some_prompts())[1].ids);
}

TEST(Generate, TracesWhatATraceOfTheTextFinds) {
  const Session session(tiny_llama(), {}, Passes::tokens);
  const Prompts prompts = some_prompts();
  const auto written = generate(session, prompts, {.max_tokens = 6});
  const TraceOptions asked{.log_odds = true};
  const Trace own = trace_generated(session, prompts, written, true, asked, session.options());
  std::int64_t s = 0;
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    const std::vector<Continuation> text = {{prompts[i], written[i].ids}};
    const Trace given = Session(tiny_llama(), {.threads = 1}, Passes::one).trace(text, asked, {});
    for (std::int64_t j = 0; j < given.n_steps(); ++j, ++s) {
      EXPECT_GE(own.steps[s].margin, 0);
      EXPECT_EQ(own.steps[s].log_prob, given.steps[j].log_prob);
      EXPECT_EQ(own.steps[s].log_odds, given.steps[j].log_odds);
      EXPECT_EQ(own.parts.certificate(s), given.parts.certificate(j));
      test::expect_same_bits(select_rows(own.parts, {s}, {}), select_rows(given.parts, {j}, {}), "a step");
    }
  }
  EXPECT_EQ(s, own.n_steps());
}

TEST(Generate, RecordsWhatATraceIsReadFrom) {
  for (const char* name : {"tiny-llama", "tiny-gemma3"})  // which has a norm after attention
    for (const Precision precision : {Precision::f32, Precision::bf16}) {
      const LoadedModel loaded({(test::source_dir() / "tests/golden" / name).string(), {}, {}});
      const Session session(loaded, {.precision = precision}, Passes::tokens);
      const Prompts prompts = {{5, 9, 7, 11}, {5, 9, 8}, {20}};
      PointRecording recording(loaded.config());
      const auto written = generate(session, prompts, {.max_tokens = 5, .recording = &recording});
      const TraceOptions asked{.log_odds = true, .rivals = {7}};
      const Trace passed = trace_generated(session, prompts, written, true, asked, session.options());
      const Trace read = trace_generated(session, prompts, written, true, asked, session.options(), &recording);
      EXPECT_EQ(recording.n_points(), passed.n_steps());
      test::expect_same_bits(read.parts, passed.parts, name);
      for (std::int64_t s = 0; s < passed.n_steps(); ++s) {
        EXPECT_EQ(read.steps[s].log_prob, passed.steps[s].log_prob);
        EXPECT_EQ(read.steps[s].log_odds, passed.steps[s].log_odds);
        EXPECT_EQ(read.steps[s].runner_up, passed.steps[s].runner_up);
      }
    }
}

TEST(Generate, SaysWhyATextEnds) {
  const Session session(tiny_llama(), {}, Passes::tokens);
  const Prompts prompts = {some_prompts()[0]};
  const auto ended = [&](GenerateOptions options) { return generate(session, prompts, options)[0]; };
  EXPECT_EQ(ended({.max_tokens = 0}).stopped, Stopped::max_tokens);
  EXPECT_TRUE(ended({.max_tokens = 0}).ids.empty());
  const Generated three = ended({.max_tokens = 3});
  EXPECT_EQ(name(three.stopped), "max_tokens");
  EXPECT_EQ(three.ids.size(), 3u);
  const Generated cut = ended({.max_tokens = 3, .stop_texts = {three.text.substr(0, 1)}});
  EXPECT_EQ(name(cut.stopped), "stop_text");
  EXPECT_EQ(cut.text, "");
  const std::int64_t n_ctx = tiny_llama().config().n_ctx;
  const Prompts full = {std::vector<TokenId>(static_cast<std::size_t>(n_ctx), 5)};
  const Generated last = generate(session, full, {.max_tokens = 3})[0];
  EXPECT_EQ(last.ids.size(), 1u);
  EXPECT_TRUE(last.stopped == Stopped::context || last.stopped == Stopped::end_token);
}

TEST(Generate, EndsWithTheTokensThatEndATurn) {
  const auto ends = end_tokens(*tiny_llama().tokenizer());
  EXPECT_THAT(ends, testing::Contains(2)) << "<|im_end|>";
}

TEST(Generate, StreamsTheWholeText) {
  const Session session(tiny_llama(), {}, Passes::tokens);
  std::vector<std::string> streamed(3);
  const auto written =
      generate(session, some_prompts(),
               {.max_tokens = 10, .on_text = [&](std::size_t i, std::string_view piece) { streamed[i] += piece; }});
  for (std::size_t i = 0; i < streamed.size(); ++i) EXPECT_EQ(streamed[i], written[i].text);
}

}  // namespace
}  // namespace partwise::internal

// Prompts of many callers in shared passes, compared with each prompt alone.
#include "serve/pass_queue.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <future>
#include <mutex>
#include <random>
#include <thread>

#include "serve/tiny_service.h"
#include "support/golden.h"

namespace partwise::internal {
namespace {

using test::tiny_llama;
using ::testing::HasSubstr;

/// Prompts with two to four labels of one token, or with labels of several, in turn.
std::vector<PromptIds> mixed_prompts() {
  std::vector<PromptIds> prompts = test::read_golden(test::source_dir() / "tests/golden/tiny-llama").prompts;
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    prompts[i].label_ids = {5, 6, 7, 8};
    prompts[i].label_ids.resize(2 + i % 3);
    prompts[i].sources.resize(prompts[i].ids.size(), static_cast<std::int32_t>(i % 2));
    if (i % 2 == 0) continue;
    prompts[i].label_ids.clear();
    prompts[i].labels = {{5, 9, 7}, {5, 9, 11, 6}, {8}};
  }
  return prompts;
}

const std::vector<PassKind>& kinds() {
  static const std::vector<PassKind> kinds = {
      {}, {.stored = {.hidden = true, .z = true}}, {.label_mass = true}, {.score = LabelScore::sum}, {.n_sources = 2}};
  return kinds;
}

Contributions alone(const Session& session, const PassKind& kind, const PromptIds& prompt) {
  DecomposeOptions options = session.options();
  options.stored = kind.stored;
  options.score = kind.score;
  options.label_mass = kind.label_mass;
  options.n_sources = kind.n_sources;
  return session.decompose(std::vector{prompt}, options);
}

void expect_same(const Contributions& a, const Contributions& b, const std::string& what) {
  test::expect_same_bits(a, b, what);
  EXPECT_TRUE(test::same_bits(a.log_probs, b.log_probs)) << what;
  EXPECT_TRUE(test::same_bits(a.label_mass, b.label_mass)) << what;
  EXPECT_TRUE(test::same_bits(a.hidden, b.hidden)) << what;
  EXPECT_TRUE(test::same_bits(a.by_source, b.by_source)) << what;
  EXPECT_TRUE(test::same_bits(a.certificate, b.certificate)) << what;
}

TEST(PassQueue, GivesTheBitsOfEachPromptAloneInAnyCompany) {
  const Session session(tiny_llama(), {.threads = 2}, Passes::many);
  const std::vector<PromptIds> prompts = mixed_prompts();
  std::vector<std::vector<Contributions>> expected;
  for (const PassKind& kind : kinds()) {
    auto& own = expected.emplace_back();
    for (const PromptIds& prompt : prompts) own.push_back(alone(session, kind, prompt));
  }
  PassQueue queue(session, {.most_prompts = 7, .most_tokens = 60});
  const auto ask = [&](unsigned seed) {
    std::mt19937 random(seed);
    for (int round = 0; round < 6; ++round) {
      const std::size_t kind = random() % kinds().size();
      std::vector<std::size_t> chosen(1 + random() % 9);
      std::vector<PromptIds> asked;
      for (std::size_t& i : chosen) asked.push_back(prompts[i = random() % prompts.size()]);
      const auto results = queue.ask(kinds()[kind], asked, {});
      ASSERT_EQ(results.size(), chosen.size());
      for (std::size_t k = 0; k < chosen.size(); ++k) {
        ASSERT_FALSE(results[k].error);
        expect_same(results[k].parts, expected[kind][chosen[k]], fmt::format("kind {} prompt {}", kind, chosen[k]));
      }
    }
  };
  std::vector<std::thread> threads;
  for (unsigned seed = 0; seed < 8; ++seed) threads.emplace_back(ask, seed);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(queue.n_waiting(), 0u);
}

/// Lets a session be busy until it is told otherwise.
class BusySession {
 public:
  BusySession() {
    busy_ = std::thread([this] {
      DecomposeOptions options = session.options();
      options.progress = [this](const Progress&) {
        began_.set_value_once();
        until_.wait();
      };
      session.decompose(std::vector<PromptIds>{{{1, 2, 3}, {5, 6}}}, options);
    });
    began_.wait();
  }
  ~BusySession() { release(); }

  void release() {
    end_.set_value_once();
    if (busy_.joinable()) busy_.join();
  }

  const Session session{tiny_llama(), {.threads = 1}, Passes::many};

 private:
  struct Signal {
    void set_value_once() {
      std::call_once(once, [this] { promise.set_value(); });
    }
    void wait() { future.wait(); }
    std::once_flag once;
    std::promise<void> promise;
    std::shared_future<void> future = promise.get_future();
  };
  struct Until {
    std::shared_future<void> future;
    void wait() const { future.wait(); }
  };
  Signal began_, end_;
  Until until_{end_.future};
  std::thread busy_;
};

std::vector<PromptIds> many_prompts(std::size_t n) {
  const std::vector<PromptIds> few = mixed_prompts();
  std::vector<PromptIds> many;
  for (std::size_t i = 0; i < n; ++i) many.push_back(few[i % few.size()]);
  return many;
}

TEST(PassQueue, LetsACallerGoAtOnceAndStopsThePassThatNobodyWaitsFor) {
  BusySession busy;
  int n_passes = 0;
  {
    PassQueue queue(busy.session, {.most_tokens = 1'000'000}, [&](const PassFigures&) { ++n_passes; });
    std::stop_source source;
    auto asked = std::async(std::launch::async, [&] {
      return test::error_of([&] { queue.ask({}, many_prompts(300), source.get_token()); });
    });
    while (queue.n_waiting() != 44) std::this_thread::yield();  // 256 are in a pass that waits for the session
    source.request_stop();
    EXPECT_EQ(asked.get().code(), ErrorCode::interrupted);
    EXPECT_EQ(queue.n_waiting(), 0u);
    busy.release();
    EXPECT_FALSE(queue.ask({.label_mass = true}, many_prompts(1), {})[0].error);
  }
  EXPECT_EQ(n_passes, 1) << "the pass of the caller that is gone was stopped";
}

TEST(PassQueue, RefusesACallerThatIsGoneAlready) {
  const Session session(tiny_llama(), {.threads = 1}, Passes::many);
  PassQueue queue(session, {});
  std::stop_source source;
  source.request_stop();
  EXPECT_EQ(test::error_of([&] { queue.ask({}, many_prompts(3), source.get_token()); }).code(), ErrorCode::interrupted);
}

TEST(PassQueue, AnswersAShortRequestInTheNextPass) {
  BusySession busy;
  std::promise<void> short_is_done;
  std::future_status at_third_pass = std::future_status::timeout;
  int n_passes = 0;
  const auto done = short_is_done.get_future().share();
  PassQueue queue(busy.session, {.most_prompts = 100, .most_tokens = 100'000}, [&](const PassFigures&) {
    if (++n_passes == 3) at_third_pass = done.wait_for(std::chrono::seconds(30));
  });
  auto asks_much = std::async(std::launch::async, [&] { return queue.ask({}, many_prompts(500), {}).size(); });
  while (queue.n_waiting() != 400) std::this_thread::yield();
  auto asks_little = std::async(std::launch::async, [&] {
    queue.ask({}, many_prompts(1), {});
    short_is_done.set_value();
  });
  while (queue.n_waiting() != 401) std::this_thread::yield();
  busy.release();
  asks_little.get();
  EXPECT_EQ(asks_much.get(), 500u);
  EXPECT_EQ(at_third_pass, std::future_status::ready);
  EXPECT_EQ(n_passes, 6);
}

TEST(PassQueue, TellsErrorsOfAPromptToItsCallerAlone) {
  BusySession busy;
  PassQueue queue(busy.session, {.most_tokens = 1'000'000});
  const auto first = std::async(std::launch::async, [&] { queue.ask({}, many_prompts(257), {}); });
  while (queue.n_waiting() != 1) std::this_thread::yield();  // what comes now shares the second pass
  auto bad = std::async(std::launch::async, [&] {
    std::vector<PromptIds> prompts = many_prompts(2);
    prompts[0].ids = {100'000};
    return queue.ask({}, prompts, {});
  });
  auto good = std::async(std::launch::async, [&] { return queue.ask({}, many_prompts(2), {}); });
  while (queue.n_waiting() != 5) std::this_thread::yield();
  busy.release();
  const auto of_bad = bad.get();
  ASSERT_TRUE(of_bad[0].error);
  EXPECT_THAT(of_bad[0].error->what(), HasSubstr("token id 100000 is outside the vocabulary"));
  EXPECT_TRUE(of_bad[0].parts.heads.empty());
  EXPECT_FALSE(of_bad[1].error);
  for (const PassResult& result : good.get()) EXPECT_FALSE(result.error);
}

TEST(PassQueue, TellsAnErrorOfAPassToItsCaller) {
  const Session session(tiny_llama(), {.threads = 1}, Passes::many);
  PassQueue queue(session, {}, [](const PassFigures&) { throw std::runtime_error("the disk is full"); });
  const Error error = test::error_of([&] { queue.ask({}, many_prompts(2), {}); });
  EXPECT_EQ(error.code(), ErrorCode::failure);
  EXPECT_STREQ(error.what(), "the disk is full");
  EXPECT_EQ(queue.n_waiting(), 0u);
}

TEST(PassQueue, RunsTheCallersOfAPassThatFailsOneByOne) {
  BusySession busy;
  PassQueue queue(busy.session, {.most_tokens = 1'000'000}, [](const PassFigures& pass) {
    if (pass.n_prompts == 5 || pass.n_prompts == 3) throw std::runtime_error("three are too many");
  });
  const auto first = std::async(std::launch::async, [&] { queue.ask({}, many_prompts(257), {}); });
  while (queue.n_waiting() != 1) std::this_thread::yield();  // what comes now shares the second pass
  auto three = std::async(std::launch::async, [&] {
    return std::string(test::error_of([&] { queue.ask({}, many_prompts(3), {}); }).what());
  });
  auto one = std::async(std::launch::async, [&] { return queue.ask({}, many_prompts(1), {}); });
  while (queue.n_waiting() != 5) std::this_thread::yield();
  busy.release();
  EXPECT_EQ(three.get(), "three are too many");
  expect_same(one.get()[0].parts, alone(busy.session, {}, many_prompts(1)[0]), "after a pass that failed");
}

TEST(PassQueue, WakesAllCallersAtItsEnd) {
  BusySession busy;
  std::vector<std::future<ErrorCode>> asked;
  {
    auto queue = std::make_unique<PassQueue>(busy.session, PassQueue::Options{.most_prompts = 1});
    for (int i = 0; i < 3; ++i)
      asked.push_back(std::async(std::launch::async, [&queue = *queue] {
        return test::error_of([&] { queue.ask({}, many_prompts(2), {}); }).code();
      }));
    while (queue->n_waiting() != 5) std::this_thread::yield();
    auto end = std::async(std::launch::async, [&] { queue.reset(); });
    for (auto& one : asked) EXPECT_EQ(one.get(), ErrorCode::interrupted);
    busy.release();
    end.get();
  }
}

TEST(PassQueue, SaysWhatAPassTook) {
  const Session session(tiny_llama(), {.threads = 1}, Passes::many);
  std::vector<PassFigures> passes;
  std::int64_t n_tokens = 0;
  {
    PassQueue queue(session, {}, [&](const PassFigures& figures) { passes.push_back(figures); });
    EXPECT_TRUE(queue.ask({}, {}, {}).empty());
    for (const PromptIds& prompt : many_prompts(3)) n_tokens += std::ssize(prompt.ids);
    for (int i = 0; i < 2; ++i) queue.ask({}, many_prompts(3), {});
  }
  ASSERT_EQ(passes.size(), 2u);
  EXPECT_EQ(passes[0].n_prompts, 3);
  EXPECT_EQ(passes[0].n_prompt_tokens, n_tokens);
  EXPECT_LT(passes[1].n_computed_tokens, passes[0].n_computed_tokens) << "the second pass knows rows";
  EXPECT_LT(passes[0].certificate, 1e-5);
}

}  // namespace
}  // namespace partwise::internal

// A server whose memory ends.
#include <gtest/gtest.h>

#include <future>
#include <new>

#include "http/answering.h"
#include "http/failing_new.h"

namespace partwise::internal::http {
namespace {

using test::new_fails;

const ServerOptions kOptions;

class Memory : public ::testing::Test {
 protected:
  Memory() {
    exchange->route = &route;
    exchange->request().path = "/a path that no string holds in place";
  }

  static Response failure_response(const std::string& path, const Failure& failure) {
    return {.status = failure.status, .body = path + failure.message};
  }

  /// The rest of what this thread does finds no memory.
  static Response fill(const Request&, std::stop_token) {
    new_fails = true;
    throw std::bad_alloc();
  }

  Tally tally;
  BodyBudget bodies{1'000};
  std::shared_ptr<Exchange> exchange = std::make_shared<Exchange>(Incoming{}, tally, bodies);
  Route route{.method = "POST", .path = "/a", .answer = fill};
  Answering answering{kOptions, {}, failure_response};
};

TEST_F(Memory, AWorkerThatFindsNoneAnswersAndGoesOn) {
  for (int i = 0; i < 3; ++i) {
    std::promise<void> done;
    answering.answer(exchange, [&] {
      new_fails = false;
      done.set_value();
    });
    done.get_future().get();
    EXPECT_EQ(exchange->response.status, 503);
    EXPECT_FALSE(exchange->response.body.empty());
    EXPECT_EQ(answering.n_waiting(), 0u);
  }
}

TEST_F(Memory, AnAnswerIsToldWhenThereIsSomeAgain) {
  std::promise<int> done;
  int n_calls = 0;
  answering.answer(exchange, [&] {
    new_fails = false;
    if (++n_calls < 3) throw std::bad_alloc();
    done.set_value(n_calls);
  });
  EXPECT_EQ(done.get_future().get(), 3);
}

TEST_F(Memory, WithoutSomeForAWorkerTheRequestIsRefused) {
  int n_calls = 0;
  const std::function<void()> done = [&] { ++n_calls; };
  new_fails = true;
  answering.answer(exchange, done);
  new_fails = false;
  EXPECT_EQ(n_calls, 1);
  EXPECT_EQ(exchange->response.status, 503);
  EXPECT_EQ(answering.n_waiting(), 0u);
}

}  // namespace
}  // namespace partwise::internal::http

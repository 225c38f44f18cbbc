// Clients that go away, and servers that stop.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "http/test_server.h"

namespace partwise::internal::test {
namespace {

bool has_waiting(const TestServer& server, std::size_t n) {
  return comes_true([&] { return server.server().n_waiting() == n; });
}

TEST(Gone, AClientThatGoesAwayFreesItsPlace) {
  TestServer server({.most_waiting = 1});
  Client leaving = server.client(), next = server.client();
  leaving.send(post("/hold", "{}", "X-Request-Id: left\r\n"));
  ASSERT_TRUE(has_waiting(server, 1));
  EXPECT_EQ(next.ask(post("/echo", "a")).status, 429);
  leaving.close();
  EXPECT_TRUE(has_waiting(server, 0));
  EXPECT_EQ(server.n_stopped(), 1);
  EXPECT_EQ(next.ask(post("/echo", "a")).body, "a");
  const std::vector<Seen> seen = server.seen(3);
  const auto left = std::ranges::find(seen, "left", &Seen::id);
  ASSERT_NE(left, seen.end());
  EXPECT_EQ(left->status, 499);
  EXPECT_EQ(left->n_bytes, 0u);
}

TEST(Gone, AClientThatEndsItsSideIsGone) {
  TestServer server;
  Client client = server.client();
  client.send(post("/hold", "{}"));
  ASSERT_TRUE(has_waiting(server, 1));
  client.end_sending();
  EXPECT_TRUE(client.is_ended());
  EXPECT_TRUE(comes_true([&] { return server.n_stopped() == 1; }));
}

TEST(Gone, AnAnswerAtOnceReachesAClientThatHasEndedItsSide) {
  const TestServer server;
  Client client = server.client();
  client.send(get("/quick"));
  client.end_sending();
  EXPECT_EQ(client.read().body, "quick");
  EXPECT_TRUE(client.is_ended());
}

TEST(Gone, RequestsThatFollowDoNotHideIt) {
  TestServer server;
  Client client = server.client();
  client.send(post("/hold", "{}") + get("/quick"));
  ASSERT_TRUE(has_waiting(server, 1));
  client.send(get("/quick"));
  std::this_thread::sleep_for(20ms);  // so that the server reads it before the end
  client.close();
  EXPECT_TRUE(has_waiting(server, 0));
  EXPECT_EQ(server.n_stopped(), 1);
  EXPECT_EQ(server.seen(1).size(), 1u) << "the others are nobody's";
}

TEST(Gone, AClientThatStaysIsNotStopped) {
  TestServer server;
  Client client = server.client();
  client.send(post("/hold", "{}") + get("/quick"));
  ASSERT_TRUE(has_waiting(server, 1));
  EXPECT_FALSE(client.has_answer(50ms));
  EXPECT_EQ(server.n_stopped(), 0);
}

TEST(Gone, ALostBodyIsReported) {
  TestServer server;
  Client client = server.client();
  client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc");
  client.close();
  const std::vector<Seen> seen = server.seen(1);
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].status, 499);
}

/// Sends the beginning of a request, and gives the server time to read it.
void begin(Client& client, std::string_view bytes) {
  ASSERT_EQ(client.ask(get("/quick")).status, 200);
  client.send(bytes);
  std::this_thread::sleep_for(50ms);
}

TEST(Drain, FinishesWhatIsUnderWay) {
  TestServer server;
  Client busy = server.client(), idle = server.client(), open = server.client();
  ASSERT_EQ(idle.ask(get("/quick")).status, 200);
  begin(open, get("/quick").substr(0, 10));
  busy.send(post("/hold", "{}"));
  ASSERT_TRUE(has_waiting(server, 1));
  std::future<bool> drained = std::async(std::launch::async, [&] { return server.server().drain(kLong); });
  EXPECT_TRUE(idle.is_ended());
  EXPECT_TRUE(server.server().is_draining());
  const Reply quick = open.ask(get("/quick").substr(10));
  EXPECT_EQ(quick.body, "quick");
  EXPECT_EQ(quick.header("connection"), "close");
  EXPECT_EQ(drained.wait_for(50ms), std::future_status::timeout);
  server.release();
  const Reply held = busy.read();
  EXPECT_EQ(held.body, "held");
  EXPECT_EQ(held.header("connection"), "close");
  EXPECT_TRUE(drained.get());
  EXPECT_EQ(server.n_stopped(), 0);
}

TEST(Drain, RefusesNewWork) {
  TestServer server;
  Client busy = server.client(), open = server.client();
  begin(open, post("/echo", "{}").substr(0, 10));
  busy.send(post("/hold", "{}"));
  ASSERT_TRUE(has_waiting(server, 1));
  EXPECT_FALSE(server.server().drain(0ms));
  const Reply refused = open.ask(post("/echo", "{}").substr(10));
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.header("connection"), "close");
}

TEST(Drain, AcceptsNoConnection) {
  TestServer server;
  EXPECT_TRUE(server.server().drain(kLong));
  Client late;
  EXPECT_FALSE(late.connect(server.port()));
}

TEST(Drain, StopsTheRestAfterItsTime) {
  TestServer server;
  Client busy = server.client();
  busy.send(post("/hold", "{}"));
  ASSERT_TRUE(has_waiting(server, 1));
  const auto began = std::chrono::steady_clock::now();
  EXPECT_FALSE(server.server().drain(100ms));
  EXPECT_GE(std::chrono::steady_clock::now() - began, 100ms);
  EXPECT_EQ(server.n_stopped(), 1);
  server.end();
  EXPECT_EQ(busy.read().status, 503) << "what the route answers then";
  EXPECT_EQ(server.seen().at(0).status, 503);
}

TEST(Drain, RefusesABodyThatDoesNotComeInItsTime) {
  TestServer server;
  Client sending = server.client();
  sending.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  ASSERT_EQ(sending.read().status, 100);
  EXPECT_FALSE(server.server().drain(0ms));
  server.end();
  EXPECT_EQ(sending.read().status, 503);
}

TEST(Drain, WaitsForABodyThatIsOnItsWay) {
  TestServer server;
  Client client = server.client();
  client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  ASSERT_EQ(client.read().status, 100);
  std::future<bool> drained = std::async(std::launch::async, [&] { return server.server().drain(kLong); });
  EXPECT_EQ(drained.wait_for(50ms), std::future_status::timeout);
  EXPECT_EQ(client.ask("abc").body, "abc");
  EXPECT_TRUE(drained.get());
}

TEST(Stop, DoesNotWaitForAnswers) {
  TestServer server;
  Client busy = server.client(), idle = server.client(), sending = server.client();
  busy.send(post("/hold", "{}"));
  sending.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n");
  ASSERT_EQ(sending.read().status, 100);
  ASSERT_TRUE(has_waiting(server, 1));
  server.end();  // waits for the thread of /hold, which waits until it is asked to stop
  EXPECT_EQ(server.n_stopped(), 1);
  for (Client* client : {&busy, &idle, &sending}) EXPECT_TRUE(client->is_ended());
  const std::vector<Seen> seen = server.seen();
  EXPECT_EQ(std::ranges::count(seen, 499, &Seen::status), 2);
}

}  // namespace
}  // namespace partwise::internal::test

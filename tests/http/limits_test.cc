// Slow, broken and hostile clients, and those that come when there is no room.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <deque>

#include "http/packed.h"
#include "http/test_server.h"

namespace partwise::internal::test {
namespace {

using Clock = std::chrono::steady_clock;

const http::ServerOptions kHasty = {.idle = 150ms, .transfer = 300ms};

TEST(Limits, AConnectionWithoutARequestIsClosedSilently) {
  TestServer server(kHasty);
  Client client = server.client();
  EXPECT_FALSE(client.has_answer(50ms));
  EXPECT_TRUE(client.is_ended());
  EXPECT_TRUE(server.seen().empty());
}

TEST(Limits, AConnectionMayNotRestLongerBetweenRequests) {
  const TestServer server({.idle = 500ms});
  Client client = server.client();
  for (int i = 0; i < 4; ++i) {  // together longer than `idle`
    std::this_thread::sleep_for(150ms);
    ASSERT_EQ(client.ask(get("/quick")).body, "quick");
  }
  EXPECT_TRUE(client.is_ended());
}

TEST(Limits, BytesDoNotExtendTheTimeOfAHeader) {
  TestServer server(kHasty);
  Client client = server.client();
  const auto began = Clock::now();
  client.send("GET /quick HTTP/1.1\r\nHost: localhost\r\n");
  while (!client.has_answer(20ms) && Clock::now() - began < kLong) client.send("A: b\r\n");
  const Reply reply = client.read();
  EXPECT_EQ(reply.status, 408);
  EXPECT_EQ(reply.header("connection"), "close");
  EXPECT_TRUE(client.is_ended());
  EXPECT_GE(Clock::now() - began, kHasty.idle);
  EXPECT_EQ(server.seen(1).at(0).path, "/quick");
}

TEST(Limits, ABodyMustComeInTime) {
  const TestServer server(kHasty);
  Client client = server.client();
  const auto began = Clock::now();
  client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n");
  while (!client.has_answer(20ms) && Clock::now() - began < kLong) client.send("a");
  EXPECT_EQ(client.read().status, 408);
  EXPECT_TRUE(client.is_ended());
}

TEST(Limits, AnAnswerMustBeTakenInTime) {
  TestServer server(kHasty);
  Client client = server.client();
  client.send(get("/big"));
  const std::vector<Seen> seen = server.seen(1);  // while nobody reads
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].status, 499);
  EXPECT_GE(seen[0].seconds, 0.3);
}

/// The system takes little of what the server writes from now on.
void shorten_sending(std::uint16_t port) {
  const int least = 1;
  for (int file = 3; file < 1000; ++file) {
    sockaddr_in address{};
    socklen_t n = sizeof address;
    const bool is_socket = getsockname(file, reinterpret_cast<sockaddr*>(&address), &n) == 0;
    if (is_socket && address.sin_port == htons(port)) setsockopt(file, SOL_SOCKET, SO_SNDBUF, &least, sizeof least);
  }
}

/// Asks until the server's interim answer finds no room, since nobody reads. Whether it did, not the answer after it.
bool fill_with_interim_answers(Client& client, const TestServer& server) {
  const std::string header =
      "POST /quick-echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n";
  const std::size_t n_before = server.seen().size();
  for (std::size_t n = n_before + 1; n < n_before + 10'000; ++n) {
    client.send(header);
    std::this_thread::sleep_for(2ms);  // so that the body comes later
    client.send("a");
    if (!comes_true([&] { return server.seen().size() == n; }, 100ms)) return server.seen(n).at(n - 1).status != 200;
  }
  return false;
}

/// At the end of its time, a refusal would be a second write beside the interim answer.
TEST(Limits, AnInterimAnswerThatNobodyTakesIsTheLast) {
  const TestServer server({.transfer = 300ms});
  shorten_sending(server.port());
  bool is_done = false;
  for (int i = 0; i < 10 && !is_done; ++i) {  // other answers may find no room first
    Client client;
    client.shorten_receiving();
    ASSERT_TRUE(client.connect(server.port()));
    is_done = fill_with_interim_answers(client, server);
  }
  ASSERT_TRUE(is_done);
  EXPECT_EQ(server.seen().back().status, 499);
}

TEST(Limits, AnAnswerMayTakeLongerToBeFound) {
  TestServer server(kHasty);
  Client client = server.client();
  client.send(post("/hold", "{}"));
  EXPECT_FALSE(client.has_answer(kHasty.idle + kHasty.transfer + 50ms));
  server.release();
  EXPECT_EQ(client.read().body, "held");
}

TEST(Limits, AnEndlessBodyIsCutOff) {
  const TestServer server({.most_body_bytes = 100'000});
  Client client = server.client();
  client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "1000\r\n" + std::string(4096, 'a') + "\r\n";
  int n_chunks = 0;
  while (!client.has_answer(0ms) && n_chunks < 10'000) n_chunks += client.send(chunk);
  EXPECT_LT(n_chunks, 10'000);
  EXPECT_EQ(client.read().status, 413);
}

TEST(Limits, FurtherRequestsAreToldToComeAgain) {
  TestServer server({.most_waiting = 2});
  Client first = server.client(), second = server.client(), third = server.client();
  first.send(post("/hold", "1"));
  second.send(post("/hold", "2"));
  ASSERT_TRUE(comes_true([&] { return server.server().n_waiting() == 2; }));
  const Reply refused = third.ask(post("/echo", "3"));
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.header("retry-after"), "1");
  EXPECT_EQ(refused.header("retry-after-ms"), "1000");
  server.release();
  EXPECT_EQ(first.read().body, "held");
  EXPECT_EQ(second.read().body, "held");
  EXPECT_EQ(third.ask(post("/echo", "3")).body, "3");
  EXPECT_EQ(server.server().n_waiting(), 0u);
}

/// Both headers are accepted; when the second body comes, the place is taken.
TEST(Limits, APlaceIsTakenWhenTheBodyHasCome) {
  TestServer server({.most_waiting = 1});
  Client first = server.client(), second = server.client();
  const std::string header =
      "POST /hold HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n";
  ASSERT_EQ(first.ask(header).status, 100);
  ASSERT_EQ(second.ask(header).status, 100);
  first.send("1");
  ASSERT_TRUE(comes_true([&] { return server.server().n_waiting() == 1; }));
  EXPECT_EQ(second.ask("2").status, 429);
  server.release();
  EXPECT_EQ(first.read().body, "held");
}

/// Sixteen of the longest fit into memory at a time.
TEST(Limits, ManyLongBodiesDoNotFillTheMemory) {
  const TestServer server({.most_body_bytes = 100'000});
  std::deque<Client> clients;
  const std::string most = post("/echo", std::string(100'000, 'a'));
  for (int i = 0; i < 17; ++i) clients.emplace_back(server.port()).send(most.substr(0, most.size() - 1));
  const auto is_refused = [](Client& client) { return client.has_answer(0ms); };
  ASSERT_TRUE(comes_true([&] { return std::ranges::any_of(clients, is_refused); }));
  int n_answered = 0, n_refused = 0;
  for (Client& client : clients) {
    client.send("a");
    const int status = client.read().status;
    n_answered += status == 200;
    n_refused += status == 429;
  }
  EXPECT_EQ(n_answered, 16);
  EXPECT_EQ(n_refused, 1);
  const std::string last = post("/echo", std::string(100'000, 'a'), "Connection: close\r\n");
  for (int i = 0; i < 20; ++i) ASSERT_EQ(clients.emplace_back(server.port()).ask(last).status, 200) << "none is held";
}

/// Fifteen are held, and the sixteenth's packed bytes leave no room for all that they unpack to.
TEST(Limits, UnpackedBodiesDoNotFillTheMemory) {
  TestServer server({.most_body_bytes = 100'000});
  std::deque<Client> clients;
  const std::string body = packed(std::string(100'000, 'a'));
  const std::string hold = post("/hold", body, "Content-Encoding: gzip\r\n");
  for (std::size_t i = 1; i <= 15; ++i) {
    clients.emplace_back(server.port()).send(hold);
    ASSERT_TRUE(comes_true([&] { return server.server().n_waiting() == i; }));
  }
  EXPECT_FALSE(clients.back().has_answer(20ms));
  for (int i = 0; i < 3; ++i) {
    const Reply refused = server.client().ask(hold);
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(refused.header("retry-after"), "1");
  }
  EXPECT_EQ(server.client().ask(post("/echo", packed("{}"), "Content-Encoding: gzip\r\n")).body, "{}");
  server.release();
  for (Client& client : clients) EXPECT_EQ(client.read().body, "held");
  const std::string echo = post("/echo", body, "Content-Encoding: gzip\r\n");
  for (int i = 0; i < 20; ++i) ASSERT_EQ(server.client().ask(echo).status, 200) << "none is held";
}

TEST(Limits, WhoeverWaitedLongestMakesRoom) {
  const TestServer server({.most_connections = 3});
  Client first = server.client();
  ASSERT_EQ(first.ask(get("/quick")).status, 200);
  Client second = server.client();
  second.send("GET /qu");
  Client third = server.client();
  ASSERT_EQ(third.ask(get("/quick")).status, 200);
  ASSERT_EQ(first.ask(get("/quick")).status, 200);  // so the second has waited longest
  Client fourth = server.client();
  EXPECT_EQ(fourth.ask(get("/quick")).status, 200);
  EXPECT_TRUE(second.is_ended());
  EXPECT_EQ(third.ask(get("/quick")).status, 200);
  EXPECT_EQ(first.ask(get("/quick")).status, 200);
}

TEST(Limits, ConnectionsThatAreAnsweredAreNotClosedForOthers) {
  TestServer server({.most_connections = 1});
  Client busy = server.client();
  busy.send(post("/hold", "{}"));
  ASSERT_TRUE(comes_true([&] { return server.server().n_waiting() == 1; }));
  EXPECT_TRUE(server.client().is_ended()) << "there is no room for this one";
  server.release();
  EXPECT_EQ(busy.read().body, "held");
}

TEST(Limits, IdleConnectionsHoldUpNobody) {
  const TestServer server({.most_connections = 100});
  std::deque<Client> idle;
  Client honest = server.client();
  for (int i = 0; i < 200; ++i) {
    idle.emplace_back(server.port()).send(i % 2 ? "POST /echo HT" : "");
    if (i % 10 == 0) {
      ASSERT_EQ(honest.ask(post("/echo", "a")).body, "a") << i;
    }
  }
  EXPECT_TRUE(idle.front().is_ended());
  EXPECT_FALSE(idle.back().has_answer(0ms));
}

TEST(Limits, BrokenClientsHoldUpNobody) {
  const TestServer server(kHasty);
  const std::string half = post("/echo", "abc").substr(0, 60);
  for (int i = 0; i < 30; ++i) {
    Client garbage = server.client(), half_closed = server.client(), reset = server.client();
    garbage.send(std::string(100, static_cast<char>(i * 8)));
    half_closed.send(half);
    half_closed.end_sending();
    EXPECT_TRUE(half_closed.is_ended());
    reset.send(half);
    reset.reset();
    ASSERT_EQ(server.client().ask(get("/quick")).body, "quick");
  }
}

rlim_t soft_limit() {
  rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

void set_soft_limit(rlim_t n) {
  rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = n;
  setrlimit(RLIMIT_NOFILE, &limit);
}

/// No file can be opened from now on.
void allow_no_file() {
  const int next = dup(STDOUT_FILENO);
  ::close(next);
  set_soft_limit(static_cast<rlim_t>(next));
}

double processor_seconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

TEST(Limits, TheLimitOfOpenFilesIsRaisedAsFarAsNeeded) {
  const rlim_t before = soft_limit();
  set_soft_limit(200);
  const TestServer server({.most_connections = 300});
  const rlim_t raised = soft_limit();
  set_soft_limit(before);
  EXPECT_GT(raised, 300u);
  EXPECT_LT(raised, 1000u);
}

/// Two connections that wait, and no file for a third: accepting it fails until one of the two is closed for it.
TEST(Limits, WithoutAFileForAConnectionAnotherIsClosed) {
  const rlim_t before = soft_limit();
  const TestServer server;
  Client busy = server.client(), idle = server.client();
  ASSERT_EQ(busy.ask(get("/quick")).status, 200);
  ASSERT_EQ(idle.ask(get("/quick")).status, 200);
  Client late;
  allow_no_file();
  late.connect(server.port());
  const Reply reply = late.ask(get("/quick"));
  set_soft_limit(before);
  EXPECT_EQ(reply.body, "quick");
  EXPECT_TRUE(busy.is_ended());
  EXPECT_EQ(idle.ask(get("/quick")).status, 200);
}

/// Nobody can be closed: the one connection is being answered.
TEST(Limits, WithoutAFileTheServerWaitsAndDoesNotSpin) {
  const rlim_t before = soft_limit();
  TestServer server;
  Client busy = server.client(), late;
  busy.send(post("/hold", "{}"));
  ASSERT_TRUE(comes_true([&] { return server.server().n_waiting() == 1; }));
  allow_no_file();
  late.connect(server.port());
  late.send(get("/quick"));
  const double used = processor_seconds();
  EXPECT_FALSE(late.has_answer(300ms));
  EXPECT_LT(processor_seconds() - used, 0.1);
  set_soft_limit(before);
  EXPECT_EQ(late.read().body, "quick");
  server.release();
  EXPECT_EQ(busy.read().body, "held");
}

}  // namespace
}  // namespace partwise::internal::test

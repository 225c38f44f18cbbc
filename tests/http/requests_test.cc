// Requests to a server, and what it answers.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/packed.h"
#include "http/test_server.h"

namespace partwise::internal::test {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

TEST(Requests, AreAnsweredOverAConnectionThatLasts) {
  const TestServer server;
  Client client = server.client();
  EXPECT_EQ(client.ask(get("/quick")).body, "quick");
  const Reply reply = client.ask(post("/echo?a=b", "{\"c\": 1}", "X-Request-Id: r1\r\n"));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, "{\"c\": 1}");
  EXPECT_EQ(reply.header("x-seen"), "POST /echo a=b r1");
  EXPECT_EQ(client.ask(get("/quick")).body, "quick");
  EXPECT_FALSE(client.has_answer(20ms));
}

TEST(Requests, EveryAnswerHasTheUsualHeaders) {
  const TestServer server;
  Client client = server.client();
  for (const std::string& text : {get("/quick"), post("/echo", "{}"), get("/nowhere")}) {
    const Reply reply = client.ask(text);
    EXPECT_THAT(reply.header("x-request-id"), MatchesRegex("[0-9a-f]{16}"));
    EXPECT_EQ(reply.header("x-typesafe-request-id"), reply.header("x-request-id"));
    EXPECT_EQ(reply.header("content-type"), "text/plain");
    EXPECT_EQ(reply.header("content-length"), fmt::format("{}", reply.body.size()));
    EXPECT_THAT(reply.header("date"), MatchesRegex("[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} ..:..:.. GMT"));
    EXPECT_EQ(reply.header("cache-control"), "no-store");
    EXPECT_EQ(reply.header("x-content-type-options"), "nosniff");
    EXPECT_EQ(reply.header("connection"), "");
  }
}

TEST(Requests, ThatArePipelinedAreAnsweredInOrder) {
  TestServer server;
  Client client = server.client();
  client.send(post("/hold", "{}") + get("/quick") + post("/echo", "3") + get("/nowhere") + post("/quick-echo", "5"));
  EXPECT_FALSE(client.has_answer(50ms)) << "the second may not overtake the first";
  server.release();
  EXPECT_EQ(client.read().body, "held");
  EXPECT_EQ(client.read().body, "quick");
  EXPECT_EQ(client.read().body, "3");
  EXPECT_EQ(client.read().status, 404);
  EXPECT_EQ(client.read().body, "5");
}

TEST(Requests, QuickOnesDoNotWaitForOthers) {
  TestServer server({.most_waiting = 1});
  Client slow = server.client(), quick = server.client();
  slow.send(post("/hold", "{}"));
  ASSERT_TRUE(comes_true([&] { return server.server().n_waiting() == 1; }));
  EXPECT_EQ(quick.ask(get("/quick")).body, "quick");
  EXPECT_EQ(quick.ask(post("/quick-echo", "a")).body, "a");
  EXPECT_FALSE(slow.has_answer(0ms));
}

TEST(Requests, HeadIsGetWithoutABody) {
  const TestServer server;
  Client client = server.client();
  client.send("HEAD /quick HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const Reply reply = client.read(true);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.header("content-length"), "5");
  EXPECT_EQ(client.ask(get("/quick")).body, "quick") << "nothing of a body lies between";
}

TEST(Requests, OptionsAndPreflightsAreAnswered) {
  const TestServer server({.keys = {"k"}});
  Client client = server.client();
  const Reply reply = client.ask(
      "OPTIONS /echo HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost:3000\r\n"
      "Access-Control-Request-Method: POST\r\n\r\n");
  EXPECT_EQ(reply.status, 204);
  EXPECT_EQ(reply.header("allow"), "POST, OPTIONS");
  EXPECT_EQ(reply.header("access-control-allow-origin"), "http://localhost:3000");
  EXPECT_EQ(reply.header("access-control-allow-methods"), "POST, OPTIONS");
  EXPECT_EQ(reply.header("access-control-max-age"), "7200");
  EXPECT_EQ(client.ask(get("/open")).body, "open") << "the connection goes on";
}

TEST(Requests, APageMayReadRefusals) {
  const TestServer server({.keys = {"k"}});
  const Reply reply = server.client().ask(get("/quick", "Origin: http://localhost:3000\r\n"));
  EXPECT_EQ(reply.status, 401);
  EXPECT_EQ(reply.header("access-control-allow-origin"), "http://localhost:3000");
}

TEST(Requests, OfForeignPagesReachNoRoute) {
  TestServer server;
  const Reply reply = server.client().ask(post("/echo", "{}", "Origin: http://evil.example\r\n"));
  EXPECT_EQ(reply.status, 403);
  EXPECT_EQ(reply.header("access-control-allow-origin"), "");
  EXPECT_EQ(reply.header("x-seen"), "");
}

TEST(Requests, WithoutAKeyAreRefused) {
  const TestServer server({.keys = {"k", "other"}});
  Client client = server.client();
  const Reply refused = client.ask(post("/echo", "{}"));
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.header("www-authenticate"), "Bearer");
  EXPECT_THAT(refused.body, HasSubstr("authentication_error|"));
  EXPECT_EQ(client.ask(post("/echo", "{}", "Authorization: Bearer wrong\r\n")).status, 401);
  EXPECT_EQ(client.ask(post("/echo", "a", "Authorization: Bearer other\r\n")).body, "a");
  EXPECT_EQ(client.ask(post("/echo", "b", "X-Api-Key: k\r\n")).body, "b");
  EXPECT_EQ(client.ask(get("/open")).body, "open");
}

TEST(Requests, RefusalsHaveTheirStatus) {
  const TestServer server({.most_body_bytes = 1'000});
  const std::string host = "Host: localhost\r\n";
  const std::vector<std::pair<int, std::string>> cases = {
      {400, "GET /quick HTTP/1.1\r\n\r\n"},
      {400, "hello\r\n\r\n"},
      {403, "GET /quick HTTP/1.1\r\nHost: evil.example\r\n\r\n"},
      {404, get("/nowhere")},
      {405, post("/quick", "{}")},
      {411, "POST /echo HTTP/1.1\r\n" + host + "\r\n"},
      {413, "POST /echo HTTP/1.1\r\n" + host + "Content-Length: 1001\r\n\r\n"},
      {415, post("/echo", "{}", "Content-Type: multipart/form-data\r\n")},
      {415, post("/echo", "{}", "Content-Encoding: br\r\n")},
      {417, post("/echo", "{}", "Expect: more\r\n")},
      {431, get("/quick", "A: " + std::string(20'000, 'a') + "\r\n")},
  };
  for (const auto& [status, text] : cases) {
    const Reply reply = server.client().ask(text);
    EXPECT_EQ(reply.status, status) << text.substr(0, 80);
    EXPECT_THAT(reply.body, MatchesRegex("[a-z_]+_error\\|.+\\|.+")) << text.substr(0, 80);
  }
}

TEST(Requests, AWrongMethodIsToldTheRightOnes) {
  const TestServer server;
  EXPECT_EQ(server.client().ask(post("/quick", "{}")).header("allow"), "GET, HEAD, OPTIONS");
}

TEST(Requests, ThatAreRefusedWholeLeaveTheConnectionOpen) {
  const TestServer server;
  Client client = server.client();
  const Reply refused = client.ask(post("/nowhere", "{\"a\": 1}"));
  EXPECT_EQ(refused.status, 404);
  EXPECT_EQ(refused.header("connection"), "");
  EXPECT_EQ(client.ask(get("/quick")).body, "quick");
}

TEST(Requests, ThatAreRefusedBeforeTheirBodyEndTheConnection) {
  const TestServer server({.most_body_bytes = 1'000});
  Client client = server.client();
  const Reply refused = client.ask("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\nabc");
  EXPECT_EQ(refused.status, 413);
  EXPECT_EQ(refused.header("connection"), "close");
  EXPECT_TRUE(client.is_ended());
}

/// If the server closed with bytes unread, the system would reset the connection, and the answer might be lost.
TEST(Requests, ARefusalReachesAClientThatKeepsSending) {
  const TestServer server({.most_body_bytes = 1'000});
  Client client = server.client();
  client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3000000\r\n\r\n");
  EXPECT_TRUE(client.send(std::string(3'000'000, 'a')));
  EXPECT_EQ(client.read().status, 413);
}

TEST(Requests, ABodyIsWaitedForIfTheClientAsks) {
  const TestServer server;
  Client client = server.client();
  client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read().status, 100);
  EXPECT_FALSE(client.has_answer(20ms));
  EXPECT_EQ(client.ask("abc").body, "abc");
  EXPECT_EQ(client.ask(post("/echo", "d", "Expect: 100-continue\r\n")).body, "d") << "it has come already";
}

TEST(Requests, ABodyThatIsRefusedIsNotAskedFor) {
  const TestServer server({.most_body_bytes = 1'000});
  Client client = server.client();
  const Reply reply =
      client.ask("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(reply.status, 413);
}

TEST(Requests, InChunksAreUnderstood) {
  const TestServer server;
  Client client = server.client();
  client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
  EXPECT_FALSE(client.has_answer(20ms));
  EXPECT_EQ(client.ask("2\r\nde\r\n0\r\n\r\n").body, "abcde");
  EXPECT_EQ(client.ask(get("/quick")).body, "quick");
}

TEST(Requests, PackedOnesAreUnpackedWithinTheLimit) {
  const TestServer server({.most_body_bytes = 100'000});
  Client client = server.client();
  const auto ask = [&](const char* path, const std::string& body) {
    return client.ask(post(path, body, "Content-Encoding: gzip\r\n"));
  };
  EXPECT_EQ(ask("/echo", packed(std::string(100'000, 'a'))).body, std::string(100'000, 'a'));
  EXPECT_EQ(ask("/quick-echo", packed("b")).body, "b");
  EXPECT_EQ(ask("/echo", packed(std::string(100'001, 'a'))).status, 413);
  EXPECT_EQ(ask("/echo", "no gzip").status, 400);
  EXPECT_EQ(client.ask(get("/quick")).body, "quick");
}

TEST(Requests, OfHttp10EndTheConnectionUnlessTheyAsk) {
  const TestServer server;
  Client once = server.client(), again = server.client();
  EXPECT_EQ(once.ask("GET /quick HTTP/1.0\r\n\r\n").header("connection"), "close");
  EXPECT_TRUE(once.is_ended());
  const std::string keep = "GET /quick HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
  EXPECT_EQ(again.ask(keep).header("connection"), "keep-alive");
  EXPECT_EQ(again.ask(keep).body, "quick");
}

TEST(Requests, AClientMayAskForTheEnd) {
  const TestServer server;
  Client client = server.client();
  const Reply reply = client.ask(get("/quick", "Connection: close\r\n"));
  EXPECT_EQ(reply.body, "quick");
  EXPECT_EQ(reply.header("connection"), "close");
  EXPECT_TRUE(client.is_ended());
}

TEST(Requests, ALargeAnswerComesWhole) {
  const TestServer server;
  EXPECT_EQ(server.client().ask(get("/big")).body.size(), kBigBytes);
}

TEST(Requests, WhatARouteThrowsIsAFailureOfTheServer) {
  const TestServer server;
  Client client = server.client();
  const Reply error = client.ask(post("/throw", "error"));
  EXPECT_EQ(error.status, 500);
  EXPECT_EQ(error.body, "server_error|no such luck|try again");
  const Reply memory = client.ask(post("/throw", "memory"));
  EXPECT_EQ(memory.status, 503);
  EXPECT_THAT(memory.body, HasSubstr("there is not enough memory for this"));
  EXPECT_EQ(client.ask(post("/throw", "number")).status, 500);
  EXPECT_EQ(client.ask(get("/quick")).body, "quick");
}

TEST(Requests, EachIsReportedOnce) {
  TestServer server;
  Client client = server.client();
  client.ask(post("/echo", "abc", "X-Request-Id: r1\r\n"));
  client.ask(post("/quick-echo", "a"));  // whose report throws
  client.ask(get("/nowhere"));
  client.ask("garbage\r\n\r\n");
  const std::vector<Seen> seen = server.seen(4);
  ASSERT_EQ(seen.size(), 4u);
  EXPECT_EQ(seen[0].path, "/echo");
  EXPECT_EQ(seen[0].id, "r1");
  EXPECT_THAT(seen[0].client, MatchesRegex("127\\.0\\.0\\.1:[0-9]+"));
  EXPECT_EQ(seen[0].status, 200);
  EXPECT_EQ(seen[0].n_bytes, 3u);
  EXPECT_GT(seen[0].seconds, 0);
  EXPECT_EQ(seen[2].status, 404);
  EXPECT_EQ(seen[3].status, 400);
  EXPECT_THAT(seen[3].id, MatchesRegex("[0-9a-f]{16}"));
}

}  // namespace
}  // namespace partwise::internal::test

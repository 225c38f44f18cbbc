#include "http/gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace partwise::internal::http {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Pair;

Gate gate(ServerOptions options = {}) {
  const auto answer = [](const Request&, std::stop_token) { return Response{}; };
  return Gate(options, {{.method = "GET", .path = "/a", .answer = answer},
                        {.method = "POST", .path = "/a", .answer = answer},
                        {.method = "GET", .path = "/open", .answer = answer, .is_open = true},
                        {.method = "DELETE", .path = "/d", .answer = answer}});
}

Incoming request(const std::string& method, const std::string& path, Headers headers = {}) {
  headers.insert(headers.begin(), {"host", "localhost"});
  return {.request = {.method = method, .path = path, .headers = std::move(headers)}, .content_length = 0};
}

/// 200 for a route.
int status_of(const Decision& decision) {
  if (const auto* refusal = std::get_if<Refusal>(&decision)) return refusal->failure.status;
  const auto* response = std::get_if<Response>(&decision);
  return response ? response->status : 200;
}

TEST(Gate, FindsTheRoute) {
  const Decision found = gate().decide(request("POST", "/a"));
  ASSERT_EQ(status_of(found), 200);
  EXPECT_EQ(status_of(gate().decide(request("DELETE", "/d"))), 200);
  EXPECT_EQ(status_of(gate().decide(request("HEAD", "/open"))), 200);
}

TEST(Gate, WhatHasNoRouteIsRefused) {
  EXPECT_EQ(status_of(gate().decide(request("GET", "/b"))), 404);
  EXPECT_EQ(status_of(gate().decide(request("GET", "/a/"))), 404);
  EXPECT_EQ(status_of(gate().decide(request("OPTIONS", "/b"))), 404);
  const Decision wrong = gate().decide(request("PUT", "/a"));
  ASSERT_EQ(status_of(wrong), 405);
  EXPECT_THAT(std::get<Refusal>(wrong).headers, Contains(Pair("Allow", "GET, HEAD, POST, OPTIONS")));
  EXPECT_EQ(status_of(gate().decide(request("HEAD", "/d"))), 405);
  EXPECT_EQ(status_of(gate().decide(request("get", "/a"))), 405) << "methods are as they are written";
}

TEST(Gate, OptionsAreAnsweredForEveryPath) {
  const Decision options = gate().decide(request("OPTIONS", "/d"));
  ASSERT_EQ(status_of(options), 204);
  EXPECT_THAT(std::get<Response>(options).headers, Contains(Pair("Allow", "DELETE, OPTIONS")));
}

TEST(Gate, APreflightNeedsNoKey) {
  const Gate keyed = gate({.keys = {"k"}});
  const Headers asks = {{"origin", "http://localhost"}, {"access-control-request-method", "POST"}};
  const Decision decision = keyed.decide(request("OPTIONS", "/a", asks));
  ASSERT_EQ(status_of(decision), 204);
  EXPECT_THAT(std::get<Response>(decision).headers,
              Contains(Pair("Access-Control-Allow-Methods", "GET, HEAD, POST, OPTIONS")));
}

TEST(Gate, AKeyIsNeededUnlessTheRouteIsOpen) {
  const Gate keyed = gate({.keys = {"k"}});
  EXPECT_EQ(status_of(keyed.decide(request("GET", "/a"))), 401);
  EXPECT_EQ(status_of(keyed.decide(request("GET", "/a", {{"x-api-key", "k"}}))), 200);
  EXPECT_EQ(status_of(keyed.decide(request("GET", "/open"))), 200);
}

TEST(Gate, ForeignNamesAndPagesAreRefusedBeforeAnythingElse) {
  Incoming foreign = request("GET", "/nowhere");
  foreign.request.headers[0].second = "evil.example";
  EXPECT_EQ(status_of(gate().decide(foreign)), 403);
  const Headers page = {{"origin", "http://evil.example"}, {"access-control-request-method", "POST"}};
  EXPECT_EQ(status_of(gate().decide(request("OPTIONS", "/a", page))), 403);
  EXPECT_EQ(status_of(gate({.keys = {"k"}}).decide(request("GET", "/a", page))), 403);
}

TEST(Gate, BodiesAreJudgedLast) {
  Incoming large = request("POST", "/a");
  large.content_length = 100'000'000;
  EXPECT_EQ(status_of(gate().decide(large)), 413);
  EXPECT_EQ(status_of(gate({.keys = {"k"}}).decide(large)), 401);
}

TEST(Gate, WhatChangesAMessageMustBeUnderstood) {
  EXPECT_EQ(status_of(gate().decide(request("POST", "/a", {{"transfer-encoding", "gzip, chunked"}}))), 400);
  EXPECT_EQ(status_of(gate().decide(request("POST", "/a", {{"transfer-encoding", "Chunked"}}))), 200);
  EXPECT_EQ(status_of(gate().decide(request("POST", "/a", {{"expect", "100-Continue"}}))), 200);
  EXPECT_EQ(status_of(gate().decide(request("POST", "/a", {{"expect", "200-ok"}}))), 417);
}

TEST(Gate, TextOfAClientIsShownShortAndAsUtf8) {
  const Decision decision = gate().decide(request("GET", "/\xff" + std::string(5'000, 'a')));
  const std::string message = std::get<Refusal>(decision).failure.message;
  EXPECT_LT(message.size(), 200u);
  EXPECT_THAT(message, HasSubstr("\"/\xef\xbf\xbd"
                                 "aaa"));
}

}  // namespace
}  // namespace partwise::internal::http

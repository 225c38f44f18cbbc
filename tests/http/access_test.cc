#include "http/access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace partwise::internal::http {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

Request with(Headers headers) { return {.method = "GET", .path = "/", .headers = std::move(headers)}; }

int status_of(const std::optional<Refusal>& refusal) { return refusal ? refusal->failure.status : 200; }

int host_status(const Access& access, const std::string& host) {
  return status_of(access.refuse_host({.request = with({{"host", host}})}));
}

TEST(Access, AHostMustBeThisServers) {
  const Access access({.host = "box.example", .allowed_hosts = {"Proxy.example:8080"}});
  for (const char* host :
       {"localhost:1", "a.localhost", "192.168.1.5:9931", "[fe80::1]:9931", "BOX.example:9931", "proxy.example"})
    EXPECT_EQ(host_status(access, host), 200) << host;
  for (const char* host : {"evil.example", "box.example.evil.example", "localhost.evil.example"})
    EXPECT_EQ(host_status(access, host), 403) << host;
  for (const char* host : {"", "a b", "localhost, evil.example"}) EXPECT_EQ(host_status(access, host), 400) << host;
}

TEST(Access, ARefusedHostIsToldWhereNamesAreAllowed) {
  const auto refusal = Access({}).refuse_host({.request = with({{"host", "evil.example"}})});
  ASSERT_TRUE(refusal);
  EXPECT_THAT(refusal->failure.message, HasSubstr("\"evil.example\""));
  EXPECT_THAT(refusal->failure.hint, HasSubstr("the server's list of allowed hosts"));
}

TEST(Access, WithKeysAnyHostWillDo) {
  const Access access({.keys = {"a"}});
  EXPECT_EQ(host_status(access, "evil.example"), 200);
  EXPECT_EQ(host_status(access, "a b"), 400);
}

TEST(Access, ThereIsOneHost) {
  const Access access({});
  EXPECT_EQ(status_of(access.refuse_host({.request = with({})})), 400);
  EXPECT_EQ(status_of(access.refuse_host({.request = with({}), .is_http_1_0 = true})), 200);
  EXPECT_EQ(status_of(access.refuse_host({.request = with({{"host", "localhost"}, {"host", "localhost"}})})), 400);
}

int origin_status(const Access& access, const std::string& origin, const std::string& host = "localhost:9931") {
  return status_of(access.refuse_origin(with({{"host", host}, {"origin", origin}})));
}

TEST(Access, PagesOfThisMachineMayAsk) {
  const Access access({});
  for (const char* origin : {"http://localhost", "https://localhost:3000", "http://127.0.0.1:8000", "http://[::1]:1"})
    EXPECT_EQ(origin_status(access, origin), 200) << origin;
  for (const char* origin : {"http://evil.example", "null", "http://localhost.evil.example", "file://", "localhost"})
    EXPECT_EQ(origin_status(access, origin), 403) << origin;
  EXPECT_EQ(status_of(access.refuse_origin(with({{"host", "localhost"}}))), 200) << "programs send none";
}

TEST(Access, APageOfTheSameHostMayAsk) {
  const Access access({});
  EXPECT_EQ(origin_status(access, "http://10.0.0.7:9931", "10.0.0.7:9931"), 200);
  EXPECT_EQ(origin_status(access, "https://box.example", "box.example:443"), 200);
  EXPECT_EQ(origin_status(access, "http://10.0.0.7:80", "10.0.0.7"), 200);
  EXPECT_EQ(origin_status(access, "http://10.0.0.7:8080", "10.0.0.7:9931"), 403);
  EXPECT_EQ(origin_status(access, "http://10.0.0.8:9931", "10.0.0.7:9931"), 403);
}

TEST(Access, ListedOriginsMayAsk) {
  const Access some({.allowed_origins = {"https://App.example/"}}), all({.allowed_origins = {"*"}});
  EXPECT_EQ(origin_status(some, "https://app.example"), 200);
  EXPECT_EQ(origin_status(some, "http://app.example"), 403);
  EXPECT_EQ(origin_status(some, "https://app.example:444"), 403);
  EXPECT_EQ(origin_status(all, "http://evil.example"), 200);
  EXPECT_EQ(origin_status(all, "null"), 200);
}

TEST(Access, OnlyAPageThatMayAskCanReadTheAnswer) {
  const Access access({.allowed_origins = {"https://app.example"}});
  const auto headers = [&](const std::string& origin) { return access.cors_headers(with({{"origin", origin}})); };
  EXPECT_THAT(headers("https://app.example"), Contains(Pair("Access-Control-Allow-Origin", "https://app.example")));
  EXPECT_THAT(headers("https://app.example"), Contains(Pair("Vary", "Origin")));
  EXPECT_THAT(headers("http://evil.example"), IsEmpty());
  EXPECT_THAT(access.cors_headers(with({})), IsEmpty());
}

TEST(Access, APreflightIsToldWhatItMaySend) {
  const Access access({});
  const Headers asks = {{"origin", "http://localhost"}, {"access-control-request-method", "POST"}};
  EXPECT_THAT(access.preflight_headers(with(asks), "POST, OPTIONS"),
              Contains(Pair("Access-Control-Allow-Methods", "POST, OPTIONS")));
  EXPECT_THAT(access.preflight_headers(with(asks), "POST"),
              Contains(Pair("Access-Control-Allow-Headers", HasSubstr("Authorization"))));
  Headers with_names = asks;
  with_names.emplace_back("access-control-request-headers", "x-stainless-os");
  EXPECT_THAT(access.preflight_headers(with(with_names), "POST"),
              Contains(Pair("Access-Control-Allow-Headers", "x-stainless-os")));
  EXPECT_THAT(access.preflight_headers(with({{"origin", "http://localhost"}}), "POST"), IsEmpty()) << "a plain OPTIONS";
}

TEST(Access, OneOfTheKeysIsNeeded) {
  const Access access({.keys = {"alpha", "beta"}});
  const auto status = [&](const std::string& name, const std::string& value) {
    return status_of(access.refuse_key(with({{name, value}})));
  };
  for (const char* key : {"Bearer alpha", "bearer beta", "Bearer   beta"})
    EXPECT_EQ(status("authorization", key), 200) << key;
  for (const char* key : {"alpha", "Bearer", "Bearer ", "Bearer alph", "Bearer alphaa", "Bearer Alpha", "Basic alpha",
                          "Bearer alpha beta"})
    EXPECT_EQ(status("authorization", key), 401) << key;
  EXPECT_EQ(status("x-api-key", "beta"), 200);
  EXPECT_EQ(status("x-api-key", "gamma"), 401);
  EXPECT_EQ(status("api-key", "alpha"), 401);
  EXPECT_THAT(access.refuse_key(with({}))->headers, Contains(Pair("WWW-Authenticate", "Bearer")));
}

TEST(Access, NoKeysLetEverybodyIn) { EXPECT_EQ(status_of(Access({}).refuse_key(with({}))), 200); }

TEST(Access, AnEmptyKeyOpensNothing) {
  const Access access({.keys = {""}});
  EXPECT_EQ(status_of(access.refuse_key(with({}))), 401);
  EXPECT_EQ(status_of(access.refuse_key(with({{"authorization", "Bearer "}}))), 401);
}

}  // namespace
}  // namespace partwise::internal::http

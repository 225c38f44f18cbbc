// Where a server listens.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/test_server.h"
#include "support/errors.h"

namespace partwise::internal::test {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Listener, TakesAFreePortAndSaysItsAddress) {
  const TestServer one, two;
  EXPECT_NE(one.port(), 0);
  EXPECT_NE(one.port(), two.port());
  EXPECT_EQ(one.server().url(), fmt::format("http://127.0.0.1:{}", one.port()));
}

TEST(Listener, ListensAtNames) {
  const TestServer server({.host = "localhost"});
  EXPECT_EQ(server.client().ask(get("/quick")).body, "quick") << "a name with both addresses means IPv4";
  EXPECT_EQ(server.server().url(), fmt::format("http://localhost:{}", server.port()));
}

TEST(Listener, AnIpv6AddressIsInBracketsInAUrl) {
  try {
    const TestServer server({.host = "::1"});
    EXPECT_EQ(server.server().url(), fmt::format("http://[::1]:{}", server.port()));
  } catch (const Error&) {
    GTEST_SKIP() << "this machine has no IPv6";
  }
}

TEST(Listener, APortInUseIsNamed) {
  const TestServer server;
  const Error error = error_of([&] { TestServer({.port = server.port()}); });
  EXPECT_EQ(error.code(), ErrorCode::usage);
  EXPECT_EQ(std::string(error.what()), fmt::format("port {} of 127.0.0.1 is in use by another program", server.port()));
  EXPECT_THAT(error.hint(), HasSubstr("port 0"));
  EXPECT_THAT(error.hint(), Not(HasSubstr("--")));
}

TEST(Listener, APortIsFreeAsSoonAsItsServerIsGone) {
  std::uint16_t port;
  {
    TestServer server;
    port = server.port();
    ASSERT_EQ(server.client().ask(get("/quick", "Connection: close\r\n")).status, 200);
  }
  const TestServer again({.port = port});
  EXPECT_EQ(again.client().ask(get("/quick")).status, 200);
}

TEST(Listener, WhatIsNoAddressIsRefused) {
  for (const char* host : {"no..host", "192.0.2.1", "::zz"}) {
    const Error error = error_of([&] { TestServer({.host = host}); });
    EXPECT_EQ(error.code(), ErrorCode::usage) << host;
    EXPECT_THAT(error.what(), HasSubstr(fmt::format("host '{}'", host)));
  }
}

}  // namespace
}  // namespace partwise::internal::test

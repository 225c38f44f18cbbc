#include "http/address.h"

#include <gtest/gtest.h>

namespace partwise::internal::http {
namespace {

TEST(Address, AHostHeaderIsAHostAndAPort) {
  EXPECT_EQ(parse_authority("localhost"), (Authority{"localhost", ""}));
  EXPECT_EQ(parse_authority("LocalHost.:80"), (Authority{"localhost", "80"}));
  EXPECT_EQ(parse_authority("127.0.0.1:9931"), (Authority{"127.0.0.1", "9931"}));
  EXPECT_EQ(parse_authority("[::1]:9931"), (Authority{"::1", "9931"}));
  EXPECT_EQ(parse_authority("[FE80::1]"), (Authority{"fe80::1", ""}));
}

TEST(Address, WhatIsNoHostIsRefused) {
  for (const char* text : {"", ":80", "a b", "a/b", "a@b", "a:", "a:x", "a:123456", "::1", "[::1", "[a]", "[::1]a",
                           "[::1]:", "localhost,evil.example", "\xc3\xa9.example"})
    EXPECT_EQ(parse_authority(text), std::nullopt) << text;
}

TEST(Address, AnOriginHasASchemeAndItsUsualPortIsNone) {
  EXPECT_EQ(parse_origin("http://localhost:3000"), (Authority{"localhost", "3000"}));
  EXPECT_EQ(parse_origin("HTTPS://Example.com:443"), (Authority{"example.com", ""}));
  EXPECT_EQ(parse_origin("http://example.com:80"), (Authority{"example.com", ""}));
  EXPECT_EQ(parse_origin("http://example.com:443"), (Authority{"example.com", "443"}));
  for (const char* text : {"null", "file://", "example.com", "http://", "http://a/b", "ftp://a"})
    EXPECT_EQ(parse_origin(text), std::nullopt) << text;
}

TEST(Address, ThisMachineIsKnownByItsNames) {
  for (const char* host : {"localhost", "app.localhost", "127.0.0.1", "127.1.2.3", "::1"})
    EXPECT_TRUE(is_this_machine(host)) << host;
  for (const char* host : {"example.com", "localhost.example.com", "127.0.0.1.example.com", "10.0.0.1", "notlocalhost"})
    EXPECT_FALSE(is_this_machine(host)) << host;
}

TEST(Address, AddressesAreToldFromNames) {
  for (const char* host : {"10.0.0.1", "::", "fe80::1", "0.0.0.0"}) EXPECT_TRUE(is_address(host)) << host;
  for (const char* host : {"example.com", "1.2.3", "1.2.3.4.example", "256.0.0.1"})
    EXPECT_FALSE(is_address(host)) << host;
}

TEST(Address, AUrlHasAnIpv6AddressInBrackets) {
  EXPECT_EQ(host_in_url("::1"), "[::1]");
  EXPECT_EQ(host_in_url("127.0.0.1"), "127.0.0.1");
  EXPECT_EQ(host_in_url("localhost"), "localhost");
}

}  // namespace
}  // namespace partwise::internal::http

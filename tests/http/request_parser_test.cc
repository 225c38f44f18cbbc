#include "http/request_parser.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/answer_text.h"

namespace partwise::internal::http {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

constexpr std::uint32_t kMostHeader = 1'000;
constexpr std::uint64_t kMostBody = 100;

struct Parsed {
  Incoming incoming;
  std::string body;
  int status = 0;        // of a refusal; 200: it is complete; 0: more is needed
  std::size_t n_unread;  // bytes that belong to the next request
};

/// Gives the parser `step` more bytes at a time.
Parsed parse(std::string_view bytes, std::size_t step = 1'000'000) {
  RequestParser parser(kMostHeader, kMostBody);
  std::string unread;
  while (!bytes.empty() && !parser.refusal() && !parser.is_done()) {
    unread += bytes.substr(0, step);
    bytes.remove_prefix(std::min(step, bytes.size()));
    for (std::size_t used = 1; used > 0 && !parser.refusal() && !parser.is_done();) {
      used = parser.take(unread);
      unread.erase(0, used);
    }
  }
  const int status = parser.refusal() ? parser.refusal()->failure.status : parser.is_done() ? 200 : 0;
  return {parser.take_header(), parser.take_body(), status, unread.size() + bytes.size()};
}

TEST(RequestParser, ReadsARequestInAnyPieces) {
  const std::string text =
      "POST /v1/a%20b?x=1&y HTTP/1.1\r\nHost: localhost\r\nX-Two:  b  \r\nContent-Length: 5\r\n\r\nhello";
  for (std::size_t step = 1; step <= text.size(); ++step) {
    const Parsed parsed = parse(text, step);
    ASSERT_EQ(parsed.status, 200) << step;
    EXPECT_EQ(parsed.incoming.request.method, "POST");
    EXPECT_EQ(parsed.incoming.request.path, "/v1/a%20b");
    EXPECT_EQ(parsed.incoming.request.query, "x=1&y");
    EXPECT_THAT(parsed.incoming.request.headers,
                ElementsAre(Pair("host", "localhost"), Pair("x-two", "b"), Pair("content-length", "5")));
    EXPECT_EQ(parsed.incoming.content_length, 5u);
    EXPECT_TRUE(parsed.incoming.keeps_connection);
    EXPECT_EQ(parsed.body, "hello");
  }
}

TEST(RequestParser, ReadsChunksInAnyPieces) {
  const std::string text =
      "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n7;a=b\r\n, world\r\n0\r\nX-After: 1\r\n\r\n";
  for (std::size_t step = 1; step <= text.size(); ++step) {
    const Parsed parsed = parse(text, step);
    ASSERT_EQ(parsed.status, 200) << step;
    EXPECT_TRUE(parsed.incoming.is_chunked);
    EXPECT_EQ(parsed.body, "hello, world");
    EXPECT_EQ(parsed.incoming.request.header("x-after"), "") << "trailers are no headers";
  }
}

TEST(RequestParser, StopsAtTheHeadersEndAndAtTheRequests) {
  RequestParser parser(kMostHeader, kMostBody);
  const std::string header = "POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n", rest = "abGET / HTTP/1.1\r\n\r\n";
  EXPECT_FALSE(parser.has_begun());
  EXPECT_EQ(parser.take(header + rest), header.size());
  EXPECT_TRUE(parser.has_header());
  EXPECT_FALSE(parser.is_done());
  EXPECT_EQ(parser.take(rest), 2u);
  EXPECT_TRUE(parser.is_done());
}

TEST(RequestParser, EmptyLinesBeforeARequestAreNothing) {
  RequestParser parser(kMostHeader, kMostBody);
  EXPECT_EQ(parser.take("\r\n\r\n\r"), 4u);
  EXPECT_FALSE(parser.has_begun());
  EXPECT_EQ(parse("\r\n\r\nGET /a HTTP/1.1\r\n\r\n", 1).status, 200);
}

TEST(RequestParser, KnowsWhetherTheConnectionLasts) {
  const auto keeps = [](std::string_view text) { return parse(text).incoming.keeps_connection; };
  EXPECT_TRUE(keeps("GET / HTTP/1.1\r\n\r\n"));
  EXPECT_FALSE(keeps("GET / HTTP/1.1\r\nConnection: close\r\n\r\n"));
  EXPECT_FALSE(keeps("GET / HTTP/1.0\r\n\r\n"));
  EXPECT_TRUE(keeps("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
}

TEST(RequestParser, AProxysTargetIsAPath) {
  EXPECT_EQ(parse("GET http://localhost:1/a?b HTTP/1.1\r\n\r\n").incoming.request.path, "/a");
  EXPECT_EQ(parse("GET http://localhost HTTP/1.1\r\n\r\n").incoming.request.path, "/");
}

TEST(RequestParser, GarbageIsRefused) {
  for (const char* text :
       {"hello\r\n\r\n", "GET /\r\n\r\n", "GET / HTTP/2.0\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "\x16\x03\x01\x02", "GET / HTTP/1.1\r\nA: \x01\r\n\r\n", "GET / HTTP/1.1\r\n B: c\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"})
    EXPECT_EQ(parse(text).status, 400) << text;
}

/// Two servers in a row might disagree about where such a request ends.
TEST(RequestParser, TwoLengthsAreRefused) {
  EXPECT_EQ(parse("POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n").status, 400);
  EXPECT_EQ(parse("POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n").status, 400);
  EXPECT_EQ(parse("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n").status, 400);
}

std::string with_header_of(std::size_t n_bytes) {
  const std::string begin = "GET / HTTP/1.1\r\nA: ", end = "\r\n\r\n";
  return begin + std::string(n_bytes - begin.size() - end.size(), 'a') + end;
}

TEST(RequestParser, AHeaderHasALimitHoweverItComes) {
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{100'000}}) {
    EXPECT_EQ(parse(with_header_of(kMostHeader), step).status, 200) << step;
    EXPECT_EQ(parse(with_header_of(kMostHeader + 1), step).status, 431) << step;
  }
  EXPECT_EQ(parse("GET /" + std::string(kMostHeader, 'a')).status, 431) << "no line ends";
}

/// Each line is complete when it comes, so that a limit on what is unread would never be reached.
TEST(RequestParser, AHeaderOfManyLinesHasTheSameLimit) {
  RequestParser parser(kMostHeader, kMostBody);
  std::string unread = "GET / HTTP/1.1\r\n";
  std::size_t n_lines = 0;
  for (; !parser.refusal() && n_lines < kMostHeader; ++n_lines) {
    unread.erase(0, parser.take(unread));
    unread += "A: b\r\n";
  }
  ASSERT_TRUE(parser.refusal());
  EXPECT_EQ(parser.refusal()->failure.status, 431);
  EXPECT_NEAR(static_cast<double>(n_lines), kMostHeader / 6.0, 5);
}

TEST(RequestParser, ABodyHasALimit) {
  const auto chunked = [](const std::string& chunks) {
    return parse("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);
  };
  EXPECT_EQ(chunked(fmt::format("{:x}\r\n{}\r\n0\r\n\r\n", kMostBody, std::string(kMostBody, 'a'))).status, 200);
  EXPECT_EQ(chunked("65\r\n").status, 413) << "101 bytes: known before they come";
  EXPECT_EQ(chunked("32\r\n" + std::string(50, 'a') + "\r\n33\r\n").status, 413) << "50 and 51";
  EXPECT_EQ(chunked("ffffffffffffffff\r\n").status, 413);
  EXPECT_EQ(parse("POST / HTTP/1.1\r\nContent-Length: 101\r\n\r\n" + std::string(101, 'a')).status, 413);
}

TEST(RequestParser, WhatStandsBetweenChunksHasALimit) {
  const std::string begin = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(parse(begin + "1;" + std::string(2 * kMostHeader, 'a'), 50).status, 431);
  EXPECT_EQ(parse(begin + "0\r\n" + std::string(2 * kMostHeader, 'a'), 50).status, 431);
}

TEST(RequestParser, WhatWasReadOfARefusedRequestIsKnown) {
  const Parsed parsed = parse("GET /a HTTP/1.1\r\nX-Request-Id: 7\r\nno colon\r\n\r\n");
  EXPECT_EQ(parsed.incoming.request.path, "/a");
  EXPECT_EQ(parsed.incoming.request.header("x-request-id"), "7");
  EXPECT_FALSE(parsed.incoming.keeps_connection);
}

TEST(RequestId, IsTheClientsOwnIfItIsPlain) {
  const auto id = [](std::string text) { return id_of({.headers = {{"x-request-id", std::move(text)}}}); };
  EXPECT_EQ(id("Aa0._-"), "Aa0._-");
  EXPECT_EQ(id(std::string(128, 'a')), std::string(128, 'a'));
  for (const std::string& text : {std::string(), std::string(129, 'a'), std::string("a b"), std::string("a\"b")}) {
    EXPECT_THAT(id(text), ::testing::MatchesRegex("[0-9a-f]{16}"));
    EXPECT_NE(id(text), id(text));
  }
}

TEST(AnswerText, AHeaderCannotBeSplit) {
  const std::string text = header_text({.headers = {{"X-A", "b\r\nX-Evil: 1"}}}, {"7", true, false, {}});
  EXPECT_EQ(text.find("\nX-Evil"), std::string::npos);
  EXPECT_THAT(text, HasSubstr("X-A: b  X-Evil: 1\r\n"));
}

TEST(AnswerText, AnAnswerWithoutABodyHasNoLength) {
  const std::string text = header_text({.status = 204}, {"7", false, false, {}});
  EXPECT_TRUE(text.starts_with("HTTP/1.1 204 No Content\r\n"));
  EXPECT_EQ(text.find("\nContent-"), std::string::npos);
  EXPECT_EQ(text.find("Connection"), std::string::npos);
}

}  // namespace
}  // namespace partwise::internal::http

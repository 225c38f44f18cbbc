#include "http/content.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/packed.h"

namespace partwise::internal::http {
namespace {

using test::packed;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Pair;

Incoming post(Headers headers, std::optional<std::uint64_t> length = 5) {
  return {.request = {.method = "POST", .path = "/", .headers = std::move(headers)}, .content_length = length};
}

/// With room for any body.
std::optional<Refusal> unpack(Request& request, std::uint64_t most_bytes) {
  BodyBudget budget(1'000'000'000);
  HeldBytes held(budget);
  return http::unpack(request, most_bytes, held);
}

int status_of(const std::optional<Refusal>& refusal) { return refusal ? refusal->failure.status : 200; }

TEST(Content, JsonIsAccepted) {
  for (const char* type : {"application/json", "Application/JSON; charset=utf-8", "application/vnd.api+json", "",
                           "application/x-www-form-urlencoded", "application/json ;a=b"})
    EXPECT_EQ(status_of(refuse_content(post({{"content-type", type}}), 10)), 200) << type;
  EXPECT_EQ(status_of(refuse_content(post({}), 10)), 200) << "none";
}

TEST(Content, OtherTypesAreRefusedByName) {
  for (const char* type :
       {"multipart/form-data; boundary=a", "text/plain", "application/jsonp", "json", "application/xml"})
    EXPECT_EQ(status_of(refuse_content(post({{"content-type", type}}), 10)), 415) << type;
  EXPECT_THAT(refuse_content(post({{"content-type", "multipart/form-data; boundary=a"}}), 10)->failure.message,
              HasSubstr("\"multipart/form-data\""));
}

TEST(Content, PackingsThatAreNotUnderstoodAreRefusedWithThoseThatAre) {
  for (const char* packing : {"gzip", "x-gzip", "GZIP", "zstd", "identity", ""})
    EXPECT_EQ(status_of(refuse_content(post({{"content-encoding", packing}}), 10)), 200) << packing;
  for (const char* packing : {"compress", "deflate", "br", "gzip, gzip"})
    EXPECT_EQ(status_of(refuse_content(post({{"content-encoding", packing}}), 10)), 415) << packing;
  EXPECT_THAT(refuse_content(post({{"content-encoding", "br"}}), 10)->headers,
              Contains(Pair("Accept-Encoding", "gzip, zstd, identity")));
}

TEST(Content, ABodyPackedAsZstandardIsUnpacked) {
  const std::string frame("\x28\xb5\x2f\xfd\x20\x02\x11\x00\x00{}", 11);  // a frame of one raw block: "{}"
  Request request{.method = "POST", .headers = {{"content-encoding", "zstd"}}, .body = frame};
  EXPECT_EQ(unpack(request, 2), std::nullopt);
  EXPECT_EQ(request.body, "{}");
  request.body = frame;
  EXPECT_EQ(unpack(request, 1)->failure.status, 413);
  request.body = "{}";
  EXPECT_EQ(unpack(request, 10)->failure.status, 400);
}

TEST(Content, ABodyHasALengthAndALimit) {
  EXPECT_EQ(status_of(refuse_content(post({}, std::nullopt), 10)), 411);
  Incoming chunked = post({}, std::nullopt);
  chunked.is_chunked = true;
  EXPECT_EQ(status_of(refuse_content(chunked, 10)), 200);
  EXPECT_EQ(status_of(refuse_content(post({}, 10), 10)), 200);
  EXPECT_EQ(status_of(refuse_content(post({}, 11), 10)), 413);
  EXPECT_EQ(status_of(refuse_content(post({}, std::uint64_t(-1)), 10)), 413);
}

TEST(Content, OnlyBodiesHaveTypes) {
  EXPECT_EQ(status_of(refuse_content(post({{"content-type", "text/plain"}}, 0), 10)), 200);
  const Incoming get{.request = {.method = "GET", .path = "/", .headers = {{"content-type", "text/plain"}}}};
  EXPECT_EQ(status_of(refuse_content(get, 10)), 200);
}

Request gzip_request(std::string body) {
  return {.method = "POST", .path = "/", .headers = {{"content-encoding", "gzip"}}, .body = std::move(body)};
}

TEST(Content, APackedBodyIsUnpacked) {
  Request request = gzip_request(packed("{\"a\": 1}"));
  EXPECT_EQ(status_of(unpack(request, 100)), 200);
  EXPECT_EQ(request.body, "{\"a\": 1}");
  Request plain{.body = packed("a")};
  EXPECT_EQ(status_of(unpack(plain, 100)), 200);
  EXPECT_EQ(plain.body, packed("a")) << "nobody said that it is packed";
}

TEST(Content, WhatUnpacksToTooMuchIsRefused) {
  Request fits = gzip_request(packed(std::string(1'000'000, 'a')));
  EXPECT_EQ(status_of(unpack(fits, 1'000'000)), 200);
  EXPECT_EQ(fits.body.size(), 1'000'000u);
  Request bomb = gzip_request(packed(std::string(1'000'001, 'a')));
  EXPECT_LT(bomb.body.size(), 2'000u);
  EXPECT_EQ(status_of(unpack(bomb, 1'000'000)), 413);
}

/// The packed body and the unpacked one are in memory at the same time.
TEST(Content, ABodyIsUnpackedOnlyIfThereIsRoom) {
  const std::string body = packed(std::string(100'000, 'a'));
  const auto status_within = [&](std::uint64_t room) {
    BodyBudget budget(room);
    HeldBytes held(budget), other(budget);
    Request request = gzip_request(body);
    const int status = status_of(http::unpack(request, 100'000, held));
    EXPECT_EQ(request.body.size(), status == 200 ? 100'000u : 0u);
    EXPECT_TRUE(other.set(room - request.body.size()));
    EXPECT_FALSE(other.set(room - request.body.size() + 1));
    return status;
  };
  EXPECT_EQ(status_within(100'000 + body.size()), 200);
  EXPECT_EQ(status_within(100'000 + body.size() - 1), 429);
}

TEST(Content, AShortBodyNeedsLittleRoomToBeUnpacked) {
  BodyBudget budget(1'000);
  HeldBytes held(budget);
  Request request = gzip_request(packed("{\"a\": 1}"));
  EXPECT_EQ(status_of(http::unpack(request, 1'000'000, held)), 200);
}

TEST(Content, ADamagedBodyIsTheClientsMistake) {
  for (const std::string& body : {std::string("{}"), packed("{}").substr(0, 12), packed("{}") + "more"}) {
    Request request = gzip_request(body);
    EXPECT_EQ(status_of(unpack(request, 100)), 400);
  }
}

}  // namespace
}  // namespace partwise::internal::http

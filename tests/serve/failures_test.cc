// Failures in the forms that clients read.
#include <gtest/gtest.h>

#include "base/json.h"
#include "serve/routes.h"

namespace partwise::internal {
namespace {

const http::Failure kWrong = {422, "invalid_request_error", "'state': this is missing", "say what is asked about"};
const http::Failure kUnknown = {401, "authentication_error", "this key is not known", ""};

OrderedJson body_of(const char* path, const http::Failure& failure) {
  return OrderedJson::parse(failure_response(path, failure).body);
}

TEST(Failures, OfABodyAreAListForTypeSafesClients) {
  EXPECT_EQ(failure_response("/v1/systemone", kWrong).status, 422);
  const OrderedJson detail = body_of("/v1/systemone", kWrong)["detail"];
  ASSERT_EQ(detail.size(), 1U);
  EXPECT_EQ(detail[0]["loc"][0], "body");
  EXPECT_EQ(detail[0]["msg"], "'state': this is missing; say what is asked about");
  EXPECT_TRUE(detail[0]["type"].is_string());
}

TEST(Failures, OfOtherKindsAreAnObjectForThem) {
  EXPECT_EQ(failure_response("/v1/systemone", kUnknown).status, 401);
  const OrderedJson detail = body_of("/v1/systemone", kUnknown)["detail"];
  EXPECT_EQ(detail["error_type"], "authentication_error");
  EXPECT_EQ(detail["message"], "this key is not known");
}

TEST(Failures, AreErrorsForOpenAisClients) {
  EXPECT_EQ(failure_response("/v1/decisions", kWrong).status, 400);
  const OrderedJson error = body_of("/v1/decisions", kWrong)["error"];
  EXPECT_EQ(error["message"], "'state': this is missing");
  EXPECT_EQ(error["type"], "invalid_request_error");
  EXPECT_EQ(error["hint"], "say what is asked about");
  EXPECT_TRUE(error["param"].is_null());
  EXPECT_EQ(body_of("/v1/decisions", kUnknown)["error"]["code"], "invalid_api_key");
}

TEST(Failures, OfARequestThatCouldNotBeReadStayWhatTheyAre) {
  EXPECT_EQ(failure_response("/v1/systemone", {400, "invalid_request_error", "no HTTP", ""}).status, 400);
}

TEST(Failures, HaveANumberForLlamaServersClients) {
  EXPECT_EQ(body_of("/tokenize", kWrong)["error"]["code"], 400);
  EXPECT_EQ(body_of("/v1/systemone", kWrong)["error"]["code"], 422);
}

}  // namespace
}  // namespace partwise::internal

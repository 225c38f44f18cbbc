#include "serve/body.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "support/errors.h"

namespace partwise::internal {
namespace {

TEST(Body, KeepsTheOrderOfKeys) {
  const http::Request request{.body = R"({"b": 1, "a": 2})"};
  EXPECT_EQ(json_response(json_body(request)).body, R"({"b":1,"a":2})");
}

TEST(Body, RefusesAKeyThatComesTwice) {
  const auto refusal = [](const char* body) {
    return std::string(test::error_of([&] { json_body({.body = body}); }).what());
  };
  EXPECT_EQ(refusal(R"({"a": {"b": 1, "b": 2}})"), "the body: the key \"b\" is given twice");
  EXPECT_EQ(refusal(R"({"a": [{"b": 1}, {"c": {}, "c": 1}]})"), "the body: the key \"c\" is given twice");
  EXPECT_EQ(json_body({.body = R"({"a": [{"b": {"a": 1}}, {"b": 2}], "b": 3})"}).size(), 2U);
}

TEST(Body, NamesWhatIsMissing) {
  const OrderedJson body = json_body({.body = R"({"questions": {"team": {}}})"});
  const Error error = test::error_of([&] { whole(body)["questions"]["team"]["type"].text(); });
  EXPECT_STREQ(error.what(), "'questions.team.type': this is missing");
  EXPECT_EQ(failure_of(error).status, 422);
}

}  // namespace
}  // namespace partwise::internal

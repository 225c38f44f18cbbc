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

TEST(Body, NamesWhatIsMissing) {
  const OrderedJson body = json_body({.body = R"({"questions": {"team": {}}})"});
  const Error error = test::error_of([&] { whole(body)["questions"]["team"]["type"].text(); });
  EXPECT_STREQ(error.what(), "'questions.team.type': this is missing");
  EXPECT_EQ(failure_of(error).status, 400);
}

}  // namespace
}  // namespace partwise::internal

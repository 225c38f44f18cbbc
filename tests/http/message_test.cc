#include "http/message.h"

#include <gtest/gtest.h>

namespace partwise::internal::http {
namespace {

TEST(Message, FindsAHeaderByItsName) {
  const Request request{.headers = {{"host", "localhost"}, {"x-request-id", "a1"}}};
  EXPECT_EQ(request.header("x-request-id"), "a1");
  EXPECT_EQ(request.header("origin"), "");
}

}  // namespace
}  // namespace partwise::internal::http

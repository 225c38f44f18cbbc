#include "http/query.h"

#include <gtest/gtest.h>

namespace partwise::internal::http {
namespace {

TEST(Query, HasValuesByName) {
  EXPECT_EQ(query_value("a=b&name=tickets", "name"), "tickets");
  EXPECT_EQ(query_value("name=a&name=b", "name"), "a");
  EXPECT_EQ(query_value("name=a=b", "name"), "a=b");
  EXPECT_EQ(query_value("name=", "name"), "");
  EXPECT_EQ(query_value("&&name", "name"), "");
  EXPECT_EQ(query_value("", "name"), std::nullopt);
  EXPECT_EQ(query_value("rename=a&names=b", "name"), std::nullopt);
}

// The encodings are those that Python's urllib.parse.urlencode writes.
TEST(Query, IsDecoded) {
  EXPECT_EQ(query_value("name=caf%C3%A9+noir", "name"), "café noir");
  EXPECT_EQ(query_value("name=%74icket%73", "name"), "tickets");
  EXPECT_EQ(query_value("n%61me=a%2eb%26c%3Dd", "name"), "a.b&c=d");
  EXPECT_EQ(query_value("name=a%2Bb%25", "name"), "a+b%");
}

TEST(Query, KeepsWhatIsNoEncoding) {
  EXPECT_EQ(query_value("name=100%", "name"), "100%");
  EXPECT_EQ(query_value("name=%4", "name"), "%4");
  EXPECT_EQ(query_value("name=%zz%-1%+1", "name"), "%zz%-1% 1");
  EXPECT_EQ(query_value("name=%4&x=1", "name"), "%4");
}

}  // namespace
}  // namespace partwise::internal::http

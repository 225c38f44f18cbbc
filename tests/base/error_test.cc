#include "base/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace partwise::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ErrorTest, NamesWhatAnAllowListWouldLetPass) {
  std::vector<Remedy> remedies = allowing({"a", "b"});
  remedies.emplace_back(Setting::model, "other");
  const Error error(ErrorCode::bad_data, "refused", {"let them pass", remedies});
  EXPECT_THAT(error.refused_names(), ElementsAre("a", "b"));
  EXPECT_THAT(Error(ErrorCode::bad_data, "refused", "think again").refused_names(), IsEmpty());
}

TEST(ErrorTest, AnotherErrorMayCarryTheSameAdvice) {
  const Error error(ErrorCode::usage, "too few", {"take more", {{Setting::labelled, "6"}}});
  const Error placed(error.code(), std::string("row 3: ") + error.what(), error.advice());
  EXPECT_STREQ(placed.what(), "row 3: too few");
  EXPECT_EQ(placed.hint(), "take more");
  EXPECT_THAT(placed.remedies(), ElementsAre(Remedy(Setting::labelled, "6")));
}

}  // namespace
}  // namespace partwise::internal

#include "report/data/csv.h"

#include <gtest/gtest.h>

namespace partwise::internal {
namespace {

TEST(Csv, NumbersReadBackAsTheyWere) {
  EXPECT_EQ(csv_number(0.5), "0.5");
  EXPECT_EQ(std::stod(csv_number(1.0 / 3)), 1.0 / 3);
}

}  // namespace
}  // namespace partwise::internal

#include "report/text/series.h"

#include <gtest/gtest.h>

#include "report/series.h"

namespace partwise::internal {
namespace {

TEST(SeriesText, HasALineForEachCheckpoint) {
  EXPECT_EQ(series_text(test::two_checkpoints()),
            "  checkpoint  commit        state      path\n"
            "  step0       0123456789ab  usable     cache/step0\n"
            "  step10      -             no config  step10\n");
}

}  // namespace
}  // namespace partwise::internal

#include "report/data/series.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "report/series.h"

namespace partwise::internal {
namespace {

TEST(SeriesJson, HasAnEntryForEachCheckpoint) {
  EXPECT_EQ(series_json("step*", test::two_checkpoints()).dump(),
            R"({"series":"step*","checkpoints":[{"label":"step0","name":"org/name@step0","commit":"0123456789abcdef",)"
            R"("path":"cache/step0","usable":true,"refused":[]},{"label":"step10","name":"step10","commit":null,)"
            R"("path":"step10","usable":false,"refused":["no config"]}]})");
}

}  // namespace
}  // namespace partwise::internal

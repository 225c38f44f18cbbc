#include "report/data/run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/json.h"
#include "report/input.h"

namespace partwise::internal {
namespace {

using ::testing::StartsWith;

TEST(ComponentsCsv, HasALineForEachPartAndAColumnForEachLabel) {
  const ReportInput input = test::report_input();
  const std::string csv = components_csv(input);
  EXPECT_THAT(csv, StartsWith("component,layer,head,n,accuracy,accuracy_low,accuracy_high,label_bias,kind,"
                              "share_word0,share_word1,share_word2\nL0H0,0,0,30,"));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 1 + 9);
}

TEST(ReportJson, HoldsWhatIsKnownOfTheRun) {
  ReportInput input = test::report_input();
  input.best_by_chance = 0.5;
  const OrderedJson json = report_json(input, "test");
  EXPECT_EQ(json["rows"], "test");
  EXPECT_EQ(json["n"], 30);
  EXPECT_EQ(json["label_counts"], (OrderedJson{10, 10, 10}));
  EXPECT_EQ(json["components"].size(), 9u);
  EXPECT_EQ(json["components"][0]["head"], 0);
  EXPECT_EQ(json["components"][8]["name"], "L2MLP");
  EXPECT_EQ(json["components"][8]["head"], nullptr);
  EXPECT_EQ(json["certificate"]["max"], 29 * 0x1p-24);
  EXPECT_EQ(json["sources"], nullptr);
  input.analysis.has_certificate = false;
  EXPECT_EQ(report_json(input, "all")["certificate"]["max"], nullptr);
}

TEST(ReportJson, NamesTheDepthsOfEarlyDecoding) {
  ReportInput input = test::report_input();
  input.best_by_chance = 0.5;
  input.depths = {{-1, false, wilson(1, 4)}, {0, false, wilson(2, 4)}, {0, true, wilson(3, 4)}};
  const OrderedJson depths = report_json(input, "all")["early_decoding"];
  EXPECT_EQ(depths[0]["after"], "embed");
  EXPECT_EQ(depths[1]["after"], "attn");
  EXPECT_EQ(depths[2]["after"], "mlp");
  EXPECT_EQ(depths[2]["accuracy"], 0.75);
}

}  // namespace
}  // namespace partwise::internal

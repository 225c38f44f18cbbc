#include "report/data/study.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "support/studies.h"

namespace partwise::internal {
namespace {

using test::study_with_parts;
using ::testing::HasSubstr;

TEST(StudyTables, HaveALineForEachResult) {
  const std::string csv = methods_csv(study_with_parts());
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 1 + 2 * 4);
  EXPECT_THAT(csv, HasSubstr("m<1>,films,plain,0,icl,4,4,8,0.5,0.5,0.5,0.1,0.2\n"));
  EXPECT_THAT(components_csv(study_with_parts()), HasSubstr("m<1>,films,plain,1,L0MLP,0,,8,0.375,"));
  EXPECT_THAT(transfer_csv(study_with_parts()),
              HasSubstr("m<1>,films,plain,0,films,plain,1,L0H0,0.75,L0H0,0.75,0.5,0.5,8"));
}

TEST(StudyTables, SayWhatTheyAreMeansOf) {
  const OrderedJson json = study_json(study_with_parts());
  EXPECT_EQ(json["methods"][0]["title"], "ICL, 4 shots");
  EXPECT_EQ(json["methods"][0]["n_runs"], 2);
  EXPECT_EQ(json["methods"][0]["difference"]["value"], -0.125);
  EXPECT_EQ(json["parts"][0]["best_component"], "L0H0");
  EXPECT_EQ(json["left_out"].size(), 2u);
}

TEST(StudyTables, WarnOfWhatRunsWarnOf) {
  StudyResults results = study_with_parts();
  EXPECT_EQ(study_json(results)["warnings"].size(), 0u);
  results.models[0].runs[1].warnings = {{"double-bos", "two <s>", "take it out"}};
  EXPECT_EQ(study_json(results)["warnings"][0]["code"], "double-bos");
}

}  // namespace
}  // namespace partwise::internal

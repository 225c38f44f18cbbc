#include "decompose/run_info.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/errors.h"

namespace partwise::internal {
namespace {

using test::error_of;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(RunInfo, SpellsFactsAsFilesHoldThem) {
  RunInfo info;
  info.set(facts::kModel, "org/name");
  info.set(facts::kSeed, 18446744073709551615U);
  info.set(facts::kLabelled, -1);
  info.set(facts::kAblate, {"L1H2", "L3MLP"});
  info.set(facts::kDemonstrationLabels, {0, 2});
  const std::map<std::string, std::string> expected = {{"model", "org/name"},
                                                       {"seed", "18446744073709551615"},
                                                       {"labelled", "-1"},
                                                       {"ablate", R"(["L1H2","L3MLP"])"},
                                                       {"demonstration_labels", "[0,2]"}};
  EXPECT_EQ(info.entries, expected);
}

TEST(RunInfo, ReadsWhatItSpells) {
  const RunInfo info{{{"seed", "7"}, {"shots", "-1"}, {"ablate", R"(["L1H2"])"}, {"demonstration_labels", "[1, 0]"}}};
  EXPECT_EQ(info.find(facts::kSeed), 7U);
  EXPECT_EQ(info.find(facts::kShots), -1);
  EXPECT_THAT(*info.find(facts::kAblate), ElementsAre("L1H2"));
  EXPECT_THAT(*info.find(facts::kDemonstrationLabels), ElementsAre(1, 0));
}

TEST(RunInfo, TellsWhatIsNotKnownFromWhatIsEmpty) {
  const RunInfo info{{{"task", ""}}};
  EXPECT_EQ(info.find(facts::kTask), "");
  EXPECT_FALSE(info.find(facts::kModel));
  EXPECT_FALSE(info.find(facts::kSeed));
  EXPECT_EQ(info.text(facts::kModel), "");
}

TEST(RunInfo, RefusesOtherSpellings) {
  const auto refusal = [](const auto& fact, const std::string& text) {
    const Error error = error_of([&] { RunInfo{{{std::string(fact.key), text}}}.find(fact); });
    EXPECT_EQ(error.code(), ErrorCode::bad_data);
    return std::string(error.what());
  };
  for (const char* text : {"", "x", "1x", " 1", "1.5", "99999999999999999999"})
    EXPECT_THAT(refusal(facts::kShots, text), HasSubstr("the run's shots is not a whole number"));
  EXPECT_THAT(refusal(facts::kSeed, "-1"), HasSubstr("seed"));
  for (const char* text : {R"("a")", "[1]", "{}", "null"})
    EXPECT_THAT(refusal(facts::kAblate, text), HasSubstr("the run's ablate is not a JSON list of strings"));
  EXPECT_THAT(refusal(facts::kAblate, "["), HasSubstr("the run's ablate"));
  EXPECT_THAT(refusal(facts::kDemonstrationLabels, "[1.5]"), HasSubstr("whole numbers"));
}

}  // namespace
}  // namespace partwise::internal

#include "session/answer_json.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/json.h"
#include "support/runs.h"

namespace partwise::internal {
namespace {

ReaderFile full_reader() {
  ReaderFile file;
  file.reader = make_reader("full");
  file.label_words = {"good", "bad", "so-so"};
  return file;
}

TEST(AnswerJson, IsALeadThatItsPartsSumTo) {
  const internal::Run run = test::make_run(4, 2, 2, 3);
  TextRow row;
  row.id = 7;
  const OrderedJson json = answer_json(full_reader(), row, run.parts, 2);
  EXPECT_EQ(json["id"], 7);
  double probability = 0;
  for (const auto& [word, p] : json["probabilities"].items()) probability += p.get<double>();
  EXPECT_NEAR(probability, 1, 1e-12);
  double sum = json["other_parts"].get<double>() + json["outside"].get<double>();
  for (const OrderedJson& part : json["parts"]) sum += part["contribution"].get<double>();
  EXPECT_EQ(json["parts"].size(), 3u);
  // The answer's logit minus the mean of the other two.
  const auto logits = run.parts.logits.flat().subspan(2 * 3, 3);
  const double highest = *std::max_element(logits.begin(), logits.end());
  const double lead = highest - (logits[0] + logits[1] + logits[2] - highest) / 2;
  EXPECT_NEAR(json["lead"].get<double>(), lead, 1e-6);
  EXPECT_NEAR(sum, lead, 1e-6);
  EXPECT_FALSE(json.contains("cut"));
}

TEST(AnswerJson, SaysThatTheRowWasCutAndLeavesOutAnIdThatIsNotThere) {
  const internal::Run run = test::make_run(1, 1, 1, 3);
  TextRow row;
  row.is_cut = true;
  const OrderedJson json = answer_json(full_reader(), row, run.parts, 0);
  EXPECT_EQ(json["cut"], true);
  EXPECT_FALSE(json.contains("id"));
}

TEST(AddReasons, GivesEveryWordAndDemonstrationOrNothing) {
  const Reasons reasons{.explains = Explains::reader,
                        .words = {{"A", 0.5}, {"kettle.", -0.25}},
                        .demonstrations = {{2, 1, "good", 0.125}},
                        .prompt = 1,
                        .mlps = 2,
                        .outside = -1,
                        .lead = 2.375};
  OrderedJson json;
  add_reasons(json, reasons);
  const char* expected = R"({"words": [{"word": "A", "contribution": 0.5}, {"word": "kettle.", "contribution": -0.25}],
    "demonstrations": [{"set": 2, "number": 1, "label": "good", "contribution": 0.125}],
    "prompt": 1.0, "mlps": 2.0, "outside": -1.0, "sum_error": 0.0})";
  EXPECT_EQ(json["reasons"], OrderedJson::parse(expected));
  OrderedJson nothing = {{"label", "good"}};
  add_reasons(nothing, {});
  EXPECT_FALSE(nothing.contains("reasons"));
}

TEST(ErrorJson, HasTheCallersHintUnlessItIsEmpty) {
  TextRow row;
  row.error = Error(ErrorCode::bad_data, "no text", "add one");
  EXPECT_EQ(error_json(row, "add one"), (OrderedJson{{"error", "no text"}, {"hint", "add one"}}));
  row.error = Error(ErrorCode::bad_data, "no text");
  row.id = "x";
  EXPECT_EQ(error_json(row, ""), (OrderedJson{{"id", "x"}, {"error", "no text"}}));
}

}  // namespace
}  // namespace partwise::internal

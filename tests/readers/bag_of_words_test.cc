#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/json.h"
#include "readers/fits.h"
#include "support/errors.h"

namespace partwise::internal {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pointwise;

/// Ten rows of words: four of label 0, three of label 1, three to answer, of which one has no known word.
internal::Run run_of_words() {
  const std::vector<std::vector<std::int32_t>> texts = {{10, 11, 10, 12}, {10, 13},         {10, 14, 15}, {12, 10, 13},
                                                        {17, 11, 16},     {13, 16, 16, 18}, {16, 10, 13}, {19, 10, 18},
                                                        {99, 98},         {10, 98, 16}};
  internal::Run run = test::formula_run(10, 1, 1, 2, 1);
  run.labels = {0, 0, 0, 0, 1, 1, 1, -1, -1, -1};
  run.parts.words = Array<std::int32_t>({10, 5}, -1);
  for (std::size_t i = 0; i < texts.size(); ++i) std::ranges::copy(texts[i], &run.parts.words(i, 0));
  return run;
}

std::vector<double> scores_of(const Reader& reader, const internal::Run& run, std::int64_t example) {
  std::vector<double> out(2);
  reader.scores(run.parts, example, out);
  return out;
}

auto near(std::vector<double> wanted, double miss) { return Pointwise(DoubleNear(miss), wanted); }

// Expected values are those of scikit-learn's TfidfVectorizer and LogisticRegression (linear_probe_test.cc) on texts
// whose words are these numbers. The mean is the balanced mean of its vectors. scikit-learn has one vector of weights
// for two labels, the difference of our two, so its C is twice as large.
TEST(BagOfWords, IsLogisticRegressionOnTfIdf) {
  const internal::Run run = run_of_words();
  const auto reader = make_reader("bag-of-words");
  reader->fit(run.parts, run.labels, {.pool = {0, 1, 2, 3, 4, 5, 6}});
  const Json state = reader->save();
  EXPECT_EQ(state.at("hashes"), Json({10, 11, 12, 13, 14, 15, 16, 17, 18}));
  EXPECT_THAT(state.at("idf").get<std::vector<double>>(),
              near({1.287682072452, 1.980829253012, 1.980829253012, 1.470003629246, 2.386294361120, 2.386294361120,
                    1.693147180560, 2.386294361120, 2.386294361120},
                   1e-12));
  EXPECT_THAT(state.at("mean").get<std::vector<double>>(),
              near({0.352372441337, 0.158502978819, 0.154052750141, 0.310551733264, 0.082580958092, 0.082580958092,
                    0.317393806805, 0.112559304613, 0.090478073244},
                   1e-12));
  EXPECT_EQ(state.at("strength"), Json({100.0}));
  std::vector<double> losses;
  for (const Json& pair : state.at("left_out_losses")) losses.push_back(pair.at(1));
  EXPECT_THAT(losses, near({0.6357142481, 0.5567024695, 0.4265411117, 0.3153688995, 0.2339738446, 0.1913115600,
                            0.1654069795, 0.1520220953, 0.1430129201},
                           1e-6));
  EXPECT_THAT(scores_of(*reader, run, 7), near({2.424608004, -2.424608004}, 1e-6));
  EXPECT_THAT(scores_of(*reader, run, 8), near({1.310463874, -1.310463874}, 1e-6));
  EXPECT_THAT(scores_of(*reader, run, 9), near({-3.535842077, 3.535842077}, 1e-6));
}

TEST(BagOfWords, ReadsNoModel) {
  internal::Run run = run_of_words();
  const auto reader = make_reader("bag-of-words"), other = make_reader("bag-of-words");
  reader->fit(run.parts, run.labels, {.pool = {0, 1, 2, 3, 4, 5, 6}});
  for (Array<float>* array : {&run.parts.heads, &run.parts.mlps, &run.parts.logits})
    std::ranges::fill(array->flat(), 0.0F);
  other->fit(run.parts, run.labels, {.pool = {0, 1, 2, 3, 4, 5, 6}});
  EXPECT_EQ(other->save(), reader->save());
}

TEST(BagOfWords, SaysWhatToDoIfARunHasNoWords) {
  internal::Run run = run_of_words();
  const auto reader = make_reader("bag-of-words");
  reader->fit(run.parts, run.labels, {.pool = {0, 1, 2, 3, 4, 5, 6}});
  run.parts.words = {};
  const Error error = test::error_of([&] {
    make_reader("bag-of-words")->fit(run.parts, run.labels, {.pool = {0, 4}});
  });
  EXPECT_EQ(error.code(), ErrorCode::bad_data);
  EXPECT_THAT(error.what(), HasSubstr("needs the words of texts, and the run has none"));
  EXPECT_THAT(error.hint(), HasSubstr("from a task"));
  EXPECT_THAT(test::error_of([&] { scores_of(*reader, run, 7); }).what(), HasSubstr("words"));
}

TEST(BagOfWords, RefusesAPoolWithoutAnyWord) {
  internal::Run run = run_of_words();
  std::ranges::fill(run.parts.words.flat(), -1);
  const auto fit = [&] { make_reader("bag-of-words")->fit(run.parts, run.labels, {.pool = {0, 4}}); };
  EXPECT_THAT(test::error_of(fit).what(), HasSubstr("no row to fit on has a word"));
}

TEST(BagOfWords, RefusesAFileWhoseHashesAreOdd) {
  const internal::Run run = run_of_words();
  const auto reader = make_reader("bag-of-words");
  reader->fit(run.parts, run.labels, {.pool = {0, 4}});
  for (const Json& odd : {Json({10, 11, 12, 16, 16}), Json({11, 10, 12, 16, 17}), Json({-1, 11, 12, 16, 17}),
                          Json({10.5, 11, 12, 16, 17}), Json({10, 11, 12, 16, 4294967296})}) {
    Json state = reader->save();
    state["hashes"] = odd;
    EXPECT_THAT(test::error_of([&] {
                  make_reader("bag-of-words")->load(state, {1, 1, 2});
                }).what(),
                HasSubstr("'hashes'"));
  }
  Json state = reader->save();
  state["hashes"] = {10, 11};
  state["idf"] = {1, 1};
  EXPECT_THAT(test::error_of([&] { make_reader("bag-of-words")->load(state, {1, 1, 2}); }).what(), HasSubstr("'mean'"));
}

}  // namespace
}  // namespace partwise::internal

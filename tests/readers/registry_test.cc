// The promises of readers, checked for every registered one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <numeric>

#include "base/error.h"
#include "base/json.h"
#include "readers/fits.h"
#include "readers/reader.h"
#include "support/errors.h"
#include "support/paths.h"
#include "support/runs.h"

namespace partwise::internal {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pointwise;
using ::testing::UnorderedElementsAreArray;

std::vector<double> scores_of(const Reader& reader, const internal::Run& run, std::int64_t example) {
  std::vector<double> out(static_cast<std::size_t>(run.parts.n_labels()));
  reader.scores(run.parts, example, out);
  return out;
}

/// The names in the first column of the table at the beginning of docs/readers.md.
std::vector<std::string> documented_readers() {
  std::ifstream page(test::source_dir() / "docs/readers.md");
  std::vector<std::string> names;
  for (std::string line; std::getline(page, line) && !line.starts_with("## ");)
    if (line.starts_with("| `")) names.push_back(line.substr(3, line.find('`', 3) - 3));
  return names;
}

TEST(Registry, ListsTheReadersOfTheDocumentationByName) {
  std::vector<std::string> names, documented = documented_readers();
  for (const ReaderKind& kind : reader_kinds()) names.emplace_back(kind.name);
  EXPECT_TRUE(std::ranges::is_sorted(names));
  EXPECT_THAT(names, UnorderedElementsAreArray(documented));
}

TEST(Registry, FindsAKindOrNothing) {
  EXPECT_EQ(find_reader_kind("full")->title, "Full model");
  EXPECT_EQ(find_reader_kind("mine"), nullptr);
}

TEST(Registry, SuggestsANameForATypo) {
  const Error error = test::error_of([] { make_reader("compwr"); });
  EXPECT_EQ(error.code(), ErrorCode::usage);
  EXPECT_THAT(error.hint(), HasSubstr("comprw"));
}

/// A reader, and whether it reads labels of several tokens.
struct Case {
  ReaderKind kind;
  bool of_trees;
};

class EveryReader : public ::testing::TestWithParam<Case> {
 protected:
  const ReaderKind& kind = GetParam().kind;
  std::unique_ptr<Reader> reader = kind.make();
  internal::Run run = GetParam().of_trees ? test::make_tree_run(34, 3, 2) : test::make_run(34, 3, 2, 4);

  EveryReader() {
    test::add_hidden_states(run);
    test::add_split(run, 20);
  }
};

class ReaderOfThePool : public EveryReader {};

TEST_P(EveryReader, NamesItsKind) {
  EXPECT_EQ(reader->kind(), kind.name);
  EXPECT_FALSE(kind.title.empty());
  EXPECT_FALSE(kind.summary.empty());
}

TEST_P(EveryReader, GivesTheSameBitsAfterSavingAndLoading) {
  reader->fit(run.parts, run.labels, fit_rows(run));
  const std::string text = reader->save().dump();
  auto loaded = kind.make();
  loaded->load(Json::parse(text), reader_shape(run.parts));
  for (std::int64_t i = 0; i < run.parts.n_examples(); ++i) {
    EXPECT_EQ(scores_of(*loaded, run, i), scores_of(*reader, run, i));
  }
  EXPECT_EQ(loaded->save().dump(), text);
}

TEST_P(EveryReader, GivesProbabilitiesThatSumToOneAndPredictTheSame) {
  reader->fit(run.parts, run.labels, fit_rows(run));
  for (std::int64_t i = 0; i < run.parts.n_examples(); ++i) {
    std::vector<double> p(4);
    reader->probabilities(run.parts, i, p);
    EXPECT_NEAR(std::accumulate(p.begin(), p.end(), 0.0), 1.0, 1e-12);
    EXPECT_EQ(argmax(p), argmax(scores_of(*reader, run, i)));
  }
}

TEST_P(EveryReader, SplitsItsScoresOverComponentsOrSaysThatItCannot) {
  reader->fit(run.parts, run.labels, fit_rows(run));
  std::vector<double> split(static_cast<std::size_t>((run.parts.n_components() + 1) * 4));
  if (!kind.splits) {
    EXPECT_THROW(reader->split_scores(run.parts, 7, split), Error);
    return;
  }
  reader->split_scores(run.parts, 7, split);
  std::vector<double> sum(4);
  for (std::size_t k = 0; k < split.size(); ++k) sum[k % 4] += split[k];
  // The run's own parts are rounded if they were summed along a tree.
  const double miss = GetParam().of_trees ? 1e-5 : 1e-12;
  EXPECT_THAT(sum, Pointwise(DoubleNear(miss), scores_of(*reader, run, 7)));
}

TEST_P(ReaderOfThePool, SeesOnlyTheRowsItIsGiven) {
  const std::vector<std::int64_t> rows = {8, 1, 2, 3, 15, 4, 5, 6, 7, 0};
  const FitReport report = reader->fit(run.parts, run.labels, {.pool = rows});
  EXPECT_EQ(report.n_examples, 10);
  const internal::Run only = select_rows(run, rows);
  auto other = kind.make();
  EXPECT_EQ(other->fit(only.parts, only.labels, fit_rows(only)).train_accuracy, report.train_accuracy);
  EXPECT_EQ(other->save(), reader->save());
}

TEST_P(EveryReader, ReportsTheAccuracyOfItsPredictionsOnThePool) {
  const FitRows rows = fit_rows(run);
  const FitReport report = reader->fit(run.parts, run.labels, rows);
  const auto& judged = kind.learns_from == LearnsFrom::test_labels ? rows.test : rows.pool;  // its own pool
  double hits = 0;
  for (std::int64_t i : judged) hits += argmax(scores_of(*reader, run, i)) == run.labels[i];
  EXPECT_GT(hits, 0);
  EXPECT_EQ(report.train_accuracy, hits / static_cast<double>(judged.size()));
}

TEST_P(EveryReader, HasTheSameBitsWhateverTheOrderOfTheRunsRows) {
  reader->fit(run.parts, run.labels, fit_rows(run));
  std::vector<std::int64_t> order(34);
  std::iota(order.begin(), order.end(), 0);
  std::rotate(order.begin(), order.begin() + 11, order.end());
  std::reverse(order.begin(), order.begin() + 9);
  const internal::Run other_run = select_rows(run, order);
  auto other = kind.make();
  other->fit(other_run.parts, other_run.labels, fit_rows(other_run));
  EXPECT_EQ(other->save().dump(), reader->save().dump());
}

/// The same run with the layers in another order.
internal::Run permuted(const internal::Run& run, const std::vector<std::int64_t>& layers) {
  internal::Run out = run;
  for (std::int64_t i = 0; i < run.parts.n_examples(); ++i) {
    for (std::size_t l = 0; l < layers.size(); ++l) {
      for (std::int64_t y = 0; y < run.parts.n_labels(); ++y) out.parts.mlps(i, l, y) = run.parts.mlps(i, layers[l], y);
      for (std::int64_t h = 0; h < run.parts.n_heads(); ++h) {
        for (std::int64_t y = 0; y < run.parts.n_labels(); ++y)
          out.parts.heads(i, l, h, y) = run.parts.heads(i, layers[l], h, y);
        for (std::int64_t d = 0; d < run.parts.z.dim(3); ++d) out.parts.z(i, l, h, d) = run.parts.z(i, layers[l], h, d);
      }
    }
  }
  return out;
}

TEST_P(EveryReader, PermutesItsWeightsWithTheParts) {
  const std::vector<std::int64_t> layers = {2, 0, 1};
  const internal::Run other_run = permuted(run, layers);
  auto other = kind.make();
  reader->fit(run.parts, run.labels, fit_rows(run));
  other->fit(other_run.parts, other_run.labels, fit_rows(other_run));
  for (std::int64_t i = 20; i < 28; ++i)
    EXPECT_THAT(scores_of(*other, other_run, i), Pointwise(DoubleNear(1e-9), scores_of(*reader, run, i)));
  const std::int64_t n_heads = 2, n_components = run.parts.n_components();
  std::vector<double> split((n_components + 1) * 4), other_split(split.size());
  if (!kind.splits) return;
  reader->split_scores(run.parts, 21, split);
  other->split_scores(other_run.parts, 21, other_split);
  for (std::int64_t c = 0; c < n_components; ++c) {
    const Component to = component_at(c, 3, n_heads);
    const std::int64_t from = to.is_mlp() ? 3 * n_heads + layers[to.layer] : layers[to.layer] * n_heads + to.head;
    for (std::int64_t y = 0; y < 4; ++y) EXPECT_NEAR(other_split[c * 4 + y], split[from * 4 + y], 1e-9) << c;
  }
}

TEST_P(ReaderOfThePool, RefusesAPoolItCannotLearnFrom) {
  auto refusal = [&](const std::vector<std::int64_t>& rows) -> std::string {
    try {
      reader->fit(run.parts, run.labels, {.pool = rows});
      return "";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::bad_data);
      return error.what();
    }
  };
  EXPECT_THAT(refusal({}), HasSubstr("no row"));
  EXPECT_THAT(refusal({0, 1, 3, 4, 5, 7, 8, 9}), HasSubstr("label 2"));
  run.labels[3] = -1;
  EXPECT_THAT(refusal({0, 1, 2, 3, 7, 4, 5, 6}), HasSubstr("row 3 has no label"));
}

TEST_P(EveryReader, RefusesAStateThatIsNotItsOwn) {
  for (const char* state : {R"({"weights": 1})", R"({"weights": [1, "a", 2, 3]})", R"({"weights": {"L0H0": 1}})",
                            R"({"component": 3})", R"({"component": "L3H0"})", R"({"component": "L0H2"})"}) {
    try {
      reader->load(Json::parse(state), {3, 2, 4});
      EXPECT_EQ(reader->kind(), "full") << "took " << state;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::bad_data);
    }
  }
}

std::string test_name(const ::testing::TestParamInfo<Case>& info) {
  std::string name;
  for (char c : info.param.kind.name) name += c == '+' ? "plus" : c == '-' ? "_" : std::string(1, c);
  return name + (info.param.of_trees ? "_of_trees" : "");
}

/// All readers that learn from the pool, or all, each with both kinds of labels.
std::vector<Case> cases(bool of_the_pool) {
  std::vector<Case> cases;
  for (const ReaderKind& kind : reader_kinds())
    if (!of_the_pool || kind.learns_from == LearnsFrom::pool)
      for (bool of_trees : {false, true}) cases.push_back({kind, of_trees});
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Readers, EveryReader, ::testing::ValuesIn(cases(false)), test_name);
INSTANTIATE_TEST_SUITE_P(Readers, ReaderOfThePool, ::testing::ValuesIn(cases(true)), test_name);

TEST(Argmax, TakesTheFirstOfEqualValues) {
  EXPECT_EQ(argmax(std::vector{1.0, 3.0, 3.0}), 1);
  EXPECT_EQ(argmax(std::vector{0.0, 0.0}), 0);
}

TEST(Softmax, StaysFiniteForHugeValues) {
  std::vector<double> values = {1e300, 1e300, -1e300};
  softmax(values);
  EXPECT_THAT(values, ElementsAre(0.5, 0.5, 0.0));
}

}  // namespace
}  // namespace partwise::internal

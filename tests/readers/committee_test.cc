// The reader `committee`, its members and its calibration, beside an independent program (NumPy, double precision).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "formats/safetensors.h"
#include "readers/fits.h"
#include "readers/members.h"
#include "readers/training.h"
#include "support/errors.h"

namespace partwise::internal {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::Pointwise;

/// A run with three prompt sets, of which the first `n_shown` rows are the demonstrations of set 1, and the next ones
/// those of set 2.
void add_sets(internal::Run& run, Contributions set0, Contributions set2, std::int64_t n_shown) {
  run.parts.other_sets = {std::move(set0), std::move(set2)};
  for (std::int64_t i = 0; i < run.parts.n_examples(); ++i)
    run.parts.demonstration_of.push_back(i < n_shown ? 1 : i < 2 * n_shown ? 2 : 0);
}

FitRows first_rows(std::int64_t n_labelled, std::int64_t n_shown) {
  FitRows rows;
  for (std::int64_t i = 0; i < n_labelled; ++i) (i < n_shown ? rows.demonstrations : rows.pool).push_back(i);
  return rows;
}

/// Tensors of doubles.
class Expected {
 public:
  Expected(const std::filesystem::path& path, std::string prefix) : file_(path), prefix_(std::move(prefix)) {}
  std::vector<double> operator()(const std::string& name) const {
    const TensorView& view = file_.tensors().at(prefix_ + name);
    std::vector<double> values(view.bytes.size() / sizeof(double));
    std::memcpy(values.data(), view.bytes.data(), view.bytes.size());
    return values;
  }

 private:
  SafetensorsFile file_;
  std::string prefix_;
};

struct SharedCase {
  std::string task;
  std::int64_t n_shown, n_labelled;
};

Temperatures temperatures(const std::vector<double>& weights) {
  return Temperatures::load({{"inverse_temperatures", kInverseTemperatures}, {"weights", weights}});
}

/// P(beta) as it would be with the prior of the independent program, which is the normal part of ours alone.
std::vector<double> with_the_references_prior(std::span<const double> weights) {
  const Temperatures prior(LeftOutRows{});
  std::vector<double> other;
  double sum = 0;
  for (std::size_t b = 0; b < weights.size(); ++b) {
    const double normal = std::exp(-std::pow(kInverseTemperatures[b] - 1.3, 2) / 0.32);
    other.push_back(weights[b] / prior.weights()[b] * normal);
    sum += other.back();
  }
  for (double& weight : other) weight /= sum;
  return other;
}

class SharedCommittee : public ::testing::TestWithParam<SharedCase> {
 protected:
  void SetUp() override {
    if (!test::shared_dir()) GTEST_SKIP() << "no shared fixtures";
    const auto folder = *test::shared_dir() / "fixtures/readers-2";
    const auto set = [&](int r) {
      return read_run(folder / (GetParam().task + ".set" + std::to_string(r) + ".safetensors"));
    };
    run = set(1);
    add_sets(run, set(0).parts, set(2).parts, GetParam().n_shown);
    expected.emplace(folder / (GetParam().task + ".expected.safetensors"),
                     "k" + std::to_string(GetParam().n_labelled) + ".");
    rows = first_rows(GetParam().n_labelled, GetParam().n_shown);
  }

  internal::Run run;
  std::optional<Expected> expected;
  FitRows rows;
};

TEST_P(SharedCommittee, HasTheScoresAndProbabilitiesOfTheFixture) {
  auto reader = make_reader("committee");
  reader->fit(run.parts, run.labels, rows);
  const Temperatures mixed = temperatures((*expected)("beta"));
  const std::vector<double> scores = (*expected)("scores"), log_p = (*expected)("log_probabilities");
  const auto n = static_cast<std::size_t>(run.parts.n_labels());
  for (std::int64_t i = 0; i < run.parts.n_examples(); ++i) {
    std::vector<double> f(n);
    reader->scores(run.parts, i, f);
    for (std::size_t y = 0; y < n; ++y)
      EXPECT_NEAR(f[y], scores[static_cast<std::size_t>(i) * n + y], 1e-6) << i << " " << y;
    mixed.to_probabilities(f);
    for (std::size_t y = 0; y < n; ++y)
      EXPECT_NEAR(std::log(f[y]), log_p[static_cast<std::size_t>(i) * n + y], 1e-6) << i << " " << y;
  }
}

TEST_P(SharedCommittee, HasTheTemperaturesOfTheFixture) {
  auto reader = make_reader("committee");
  reader->fit(run.parts, run.labels, rows);
  EXPECT_THAT(with_the_references_prior(reader->temperatures()->weights()),
              Pointwise(DoubleNear(1e-6), (*expected)("beta")));
}

INSTANTIATE_TEST_SUITE_P(Fixtures, SharedCommittee,
                         ::testing::Values(SharedCase{"sst2", 4, 12}, SharedCase{"sst2", 4, 24},
                                           SharedCase{"trec", 5, 12}, SharedCase{"trec", 5, 24}));

/// Twenty-six rows with three labels in three sets that differ. Three rows are shown by set 1, three by set 2.
class Committee : public ::testing::Test {
 protected:
  internal::Run run = with_states(2);
  FitRows rows = first_rows(18, 3);
  std::unique_ptr<Reader> reader = make_reader("committee");

  static internal::Run with_states(float scale) {
    internal::Run run = test::formula_run(26, 2, 2, 3, scale);
    test::add_hidden_states(run);
    return run;
  }
  /// Other numbers for the same rows.
  static Contributions other_set(std::int64_t shift) {
    Contributions parts = with_states(1).parts;
    std::vector<std::int64_t> order;
    for (std::int64_t i = 0; i < 26; ++i)
      order.push_back((i + 3 * shift) % 26);  // labels come in turn, but for the end
    return select_rows(parts, order, order);
  }
  Committee() { add_sets(run, other_set(1), other_set(2), 3); }

  std::vector<double> scores(const Reader& from, std::int64_t example) const {
    std::vector<double> out(3);
    from.scores(run.parts, example, out);
    return out;
  }
};

TEST_F(Committee, HearsEverySet) {
  EXPECT_EQ(reader->fit(run.parts, run.labels, rows).n_examples, 18);
  const Json sets = reader->save()["sets"];
  ASSERT_EQ(sets.size(), 3u);
  EXPECT_EQ(sets["0"]["n_rows"], 18);  // set 0 shows none
  EXPECT_EQ(sets["1"]["n_rows"], 15);
  EXPECT_EQ(sets["2"]["n_rows"], 15);
}

/// Values of the independent program.
TEST_F(Committee, HasTheReferencesScoresAndProbabilities) {
  reader->fit(run.parts, run.labels, rows);
  EXPECT_THAT(scores(*reader, 20),
              Pointwise(DoubleNear(1e-9), {-1.9006710522876678, -3.2943861822311598, -1.4336356972927597}));
  const std::vector<double> weights = with_the_references_prior(reader->temperatures()->weights());
  EXPECT_NEAR(weights[13], 0.26634970584284190, 1e-9);  // of beta = 1.5
  std::vector<double> p = scores(*reader, 20);
  temperatures(weights).to_probabilities(p);
  EXPECT_THAT(p, Pointwise(DoubleNear(1e-9), {0.31819043539566866, 0.04504470926127075, 0.6367648553330706}));
}

TEST_F(Committee, DoesNotSeeARowInASetThatShowsIt) {
  reader->fit(run.parts, run.labels, rows);
  const std::string before = reader->save().dump();
  for (std::int64_t i = 0; i < 3; ++i) {
    run.parts.logits(i, 0) += 5;
    run.parts.other_sets[1].hidden(i + 3, 0) += 5;
  }
  reader->fit(run.parts, run.labels, rows);
  EXPECT_EQ(reader->save().dump(), before);
  run.parts.other_sets[1].hidden(1, 0) += 5;  // set 2 does not show the rows of set 1
  reader->fit(run.parts, run.labels, rows);
  EXPECT_NE(reader->save().dump(), before);
}

TEST_F(Committee, SeesNoRowThatItIsNotGiven) {
  reader->fit(run.parts, run.labels, rows);
  const Json before = reader->save();
  const std::vector<double> weights(reader->temperatures()->weights().begin(), reader->temperatures()->weights().end());
  for (std::int64_t i = 18; i < 26; ++i) {
    run.labels[i] = -1;
    for (Contributions* set : {&run.parts, &run.parts.other_sets[0], &run.parts.other_sets[1]}) {
      set->logits(i, 0) += 5;
      set->heads(i, 0, 0, 1) -= 3;
      set->hidden(i, 0) += 5;
      set->z(i, 0, 0, 0) -= 3;
    }
  }
  reader->fit(run.parts, run.labels, rows);
  EXPECT_EQ(reader->save(), before);
  EXPECT_THAT(reader->temperatures()->weights(), ElementsAreArray(weights));
}

TEST_F(Committee, LeavesASetOutThatShowsARowWhoseLabelIsNotGiven) {
  rows.pool.erase(rows.pool.begin());  // row 3, which set 2 shows
  reader->fit(run.parts, run.labels, rows);
  const Json sets = reader->save()["sets"];
  EXPECT_EQ(sets.size(), 2u);
  EXPECT_FALSE(sets.contains("2"));
}

TEST_F(Committee, SaysWhichRowsItWasCalibratedBy) {
  for (const char* kind : {"committee", "ensemble", "reweight", "linear-probe"}) {
    const auto one = make_reader(kind);
    const LeftOutRows heard = one->fit(run.parts, run.labels, rows).left_out;
    ASSERT_EQ(heard.rows.size(), std::string(kind) == "committee" ? 18u : 15u) << kind;
    for (std::size_t i = 0; i < heard.rows.size(); ++i) EXPECT_EQ(heard.labels[i], run.labels[heard.rows[i]]) << kind;
    EXPECT_EQ(std::set<std::int64_t>(heard.rows.begin(), heard.rows.end()).size(), heard.rows.size()) << kind;
  }
}

TEST_F(Committee, HearsMoreSetsThanThree) {
  run.parts.other_sets.push_back(other_set(4));  // set 3
  for (std::int64_t i = 6; i < 9; ++i) run.parts.demonstration_of[i] = 3;
  reader->fit(run.parts, run.labels, rows);
  const Json state = reader->save();
  EXPECT_EQ(state["sets"].size(), 4u);
  EXPECT_EQ(state["sets"]["3"]["n_rows"], 15);
  const auto loaded = make_reader("committee");
  loaded->load(state, reader_shape(run.parts));
  EXPECT_EQ(scores(*loaded, 20), scores(*reader, 20));
  const std::vector<double> before = scores(*reader, 20);
  run.parts.other_sets[2].hidden(20, 0) += 5;  // what set 3 says of the row counts
  EXPECT_NE(scores(*reader, 20), before);
}

TEST_F(Committee, OfOneSetHearsThatSet) {
  const internal::Run one = with_states(2);
  reader->fit(one.parts, one.labels, {.pool = rows.pool});
  const Json sets = reader->save()["sets"];
  EXPECT_EQ(sets.size(), 1u);
  EXPECT_EQ(sets["1"]["n_rows"], 15);
}

TEST_F(Committee, RefusesARunWithFewerSetsThanItsOwn) {
  reader->fit(run.parts, run.labels, rows);
  const internal::Run one = with_states(2);
  std::vector<double> out(3);
  EXPECT_THAT(test::error_of([&] { reader->scores(one.parts, 0, out); }).what(),
              HasSubstr("prompt set 0 is asked for"));
}

TEST_F(Committee, RefusesAPoolThatLacksALabelInEverySet) {
  std::erase_if(rows.pool, [&](std::int64_t i) { return run.labels[i] == 2; });
  std::erase_if(rows.demonstrations, [&](std::int64_t i) { return run.labels[i] == 2; });
  EXPECT_EQ(test::error_of([&] { reader->fit(run.parts, run.labels, rows); }).code(), ErrorCode::bad_data);
}

TEST_F(Committee, SplitsItsScoresOverComponents) {
  reader->fit(run.parts, run.labels, rows);
  std::vector<double> split(static_cast<std::size_t>((run.parts.n_components() + 1) * 3)), sum(3);
  reader->split_scores(run.parts, 20, split);
  for (std::size_t k = 0; k < split.size(); ++k) sum[k % 3] += split[k];
  EXPECT_THAT(sum, Pointwise(DoubleNear(1e-12), scores(*reader, 20)));
}

TEST_F(Committee, HasTheSameBitsWhateverTheOrderOfTheRunsRows) {
  reader->fit(run.parts, run.labels, rows);
  std::vector<std::int64_t> order, place(26);
  for (std::int64_t i = 0; i < 26; ++i) order.push_back((i * 7 + 4) % 26);
  for (std::int64_t k = 0; k < 26; ++k) place[order[k]] = k;
  const internal::Run other = select_rows(run, order);
  FitRows there;
  for (std::int64_t i : rows.pool) there.pool.push_back(place[i]);
  for (std::int64_t i : rows.demonstrations) there.demonstrations.push_back(place[i]);
  auto again = make_reader("committee");
  again->fit(other.parts, other.labels, there);
  EXPECT_EQ(again->save().dump(), reader->save().dump());
  EXPECT_THAT(again->temperatures()->weights(), ElementsAreArray(reader->temperatures()->weights()));
}

TEST_F(Committee, GivesTheSameBitsAfterSavingAndLoading) {
  reader->fit(run.parts, run.labels, rows);
  auto loaded = make_reader("committee");
  loaded->load(Json::parse(reader->save().dump()), reader_shape(run.parts));
  EXPECT_EQ(scores(*loaded, 21), scores(*reader, 21));
  EXPECT_EQ(loaded->save().dump(), reader->save().dump());
}

TEST_F(Committee, RefusesAFileWithOtherSets) {
  reader->fit(run.parts, run.labels, rows);
  Json state = reader->save();
  state["sets"]["10"] = state["sets"]["2"];
  EXPECT_THAT(test::error_of([&] { reader->load(state, reader_shape(run.parts)); }).what(), HasSubstr("'sets'"));
  state["sets"].erase("10");
  state["sets"]["2"]["n_rows"] = -1;
  EXPECT_THAT(test::error_of([&] { reader->load(state, reader_shape(run.parts)); }).what(), HasSubstr("'n_rows'"));
}

}  // namespace
}  // namespace partwise::internal

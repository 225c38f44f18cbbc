// Run files of several prompt sets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "base/error.h"
#include "decompose/decompose.h"
#include "decompose/run_file.h"
#include "support/errors.h"
#include "support/golden.h"
#include "support/paths.h"
#include "support/runs.h"

namespace partwise::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

void write(const std::filesystem::path& path, const internal::Run& run) {
  OutputFile out(path);
  write_run(out, run);
  out.commit();
}

Array<float> numbers(const Shape& shape, float first) {
  Array<float> array(shape);
  for (float& value : array.flat()) value = first += 0.25f;
  return array;
}

/// Contributions of 4 examples with all that a set may hold, in values that bfloat16 has.
Contributions make_set(std::uint64_t seed) {
  Contributions parts = test::make_run(4, 2, 3, 2, seed).parts;
  const auto first = static_cast<float>(seed);
  parts.hidden = numbers({4, 5}, first);
  parts.z = numbers({4, 2, 3, 2}, first);
  parts.log_probs = numbers({4, 2}, -first);
  parts.label_mass = numbers({4}, first);
  return parts;
}

internal::Run make_sets(std::int64_t n_sets, DType type = DType::f32) {
  internal::Run run = test::make_run(4, 2, 3, 2);
  run.parts = make_set(1);
  run.stored_type = type;
  for (std::int64_t k = 1; k < n_sets; ++k) run.parts.other_sets.push_back(make_set(1 + static_cast<std::uint64_t>(k)));
  run.parts.demonstration_of = {1, 0, n_sets == 3 ? 2 : 1, 0};
  run.parts.words = Array<std::int32_t>({4, 3}, 7);
  run.parts.words(1, 2) = -1;
  for (std::int32_t set : run.parts.demonstration_of)
    run.split.push_back(set == 1 ? Split::demonstration : Split::pool);
  run.info.set(facts::kSets, n_sets);
  return run;
}

void expect_same(const Contributions& a, const Contributions& b) {
  using C = Contributions;
  for (const auto array : {&C::heads, &C::mlps, &C::embed, &C::bias, &C::logits, &C::certificate, &C::hidden, &C::z,
                           &C::log_probs, &C::label_mass}) {
    EXPECT_EQ((a.*array).shape(), (b.*array).shape());
    EXPECT_TRUE(std::ranges::equal((a.*array).flat(), (b.*array).flat()));
  }
}

TEST(RunFileOfSets, KeepsEverySet) {
  const test::TempDir dir;
  for (const DType type : {DType::f32, DType::bf16}) {
    for (const std::int64_t n_sets : {2, 3, 6}) {
      const internal::Run run = make_sets(n_sets, type);
      write(dir / "run", run);
      const internal::Run read = read_run(dir / "run");
      expect_same(read.parts, run.parts);
      ASSERT_EQ(std::ssize(read.parts.other_sets), n_sets - 1);
      for (std::size_t k = 0; k < read.parts.other_sets.size(); ++k)
        expect_same(read.parts.other_sets[k], run.parts.other_sets[k]);
      EXPECT_EQ(read.parts.demonstration_of, run.parts.demonstration_of);
      EXPECT_EQ(read.parts.words.shape(), (Shape{4, 3}));
      EXPECT_TRUE(std::ranges::equal(read.parts.words.flat(), run.parts.words.flat()));
      EXPECT_EQ(read.stored_type, type);
      write(dir / "again", read);
      EXPECT_EQ(read_text_file(dir / "again"), read_text_file(dir / "run"));
    }
  }
}

TEST(RunFileOfSets, HasOneSetUnlessItSaysOtherwise) {
  const test::TempDir dir;
  internal::Run run = make_sets(3);
  run.info.erase(facts::kSets.key);
  write(dir / "run", run);
  const internal::Run read = read_run(dir / "run");
  EXPECT_TRUE(read.parts.other_sets.empty());
  EXPECT_TRUE(read.parts.demonstration_of.empty());
  EXPECT_EQ(read.split[0], Split::demonstration);  // which no reader of one set is fitted on or judged by
}

TEST(RunFileOfSets, SetsThatDoNotFitAreRefused) {
  const test::TempDir dir;
  const auto expect_refused = [&](const char* what, const std::function<void(internal::Run&)>& spoil) {
    internal::Run run = make_sets(3);
    spoil(run);
    write(dir / "run", run);
    const Error error = test::error_of([&] { read_run(dir / "run"); });
    EXPECT_EQ(error.code(), ErrorCode::bad_data) << what;
    EXPECT_THAT(error.what(), HasSubstr(what));
    EXPECT_THAT(error.what(), HasSubstr((dir / "run").string()));
  };
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  const auto set = [](internal::Run& run, std::size_t k) -> Contributions& { return run.parts.other_sets[k]; };
  expect_refused("'sets' is 11", [](auto& run) { run.info.entries["sets"] = "11"; });
  expect_refused("'sets' is 0", [](auto& run) { run.info.entries["sets"] = "0"; });
  expect_refused("sets", [](auto& run) { run.info.entries["sets"] = "three"; });
  expect_refused("no tensor 'set2.heads'", [](auto& run) { run.parts.other_sets.pop_back(); });
  expect_refused("'set0.heads' has shape [3, 2, 3, 2]", [&](auto& run) {
    set(run, 0).heads = Array<float>({3, 2, 3, 2});
  });
  expect_refused("'set2.mlps' holds a value that is not", [&](auto& run) { set(run, 1).mlps(0, 0, 0) = kNan; });
  expect_refused("'set2.z' holds a value that is not", [&](auto& run) { set(run, 1).z(3, 1, 2, 1) = kNan; });
  expect_refused("'set0.hidden' is not there, but 'hidden' has shape [4, 5]",
                 [&](auto& run) { set(run, 0).hidden = {}; });
  expect_refused("'set0.hidden' has shape [4, 6]", [&](auto& run) { set(run, 0).hidden = Array<float>({4, 6}); });
  expect_refused("'set2.label_mass' has shape [4], but 'label_mass' is not there",
                 [&](auto& run) { run.parts.label_mass = set(run, 0).label_mass = {}; });
  expect_refused("no tensor 'demonstration_of'", [](auto& run) { run.parts.demonstration_of = {}; });
  expect_refused("'demonstration_of' row 2 is 3", [](auto& run) { run.parts.demonstration_of[2] = 3; });
  expect_refused("'demonstration_of' row 0 is -1", [](auto& run) { run.parts.demonstration_of[0] = -1; });
  expect_refused("row 0: 'split' is 0, but 'demonstration_of' is 1", [](auto& run) { run.split[0] = Split::pool; });
  expect_refused("row 3: 'split' is 4, but 'demonstration_of' is 0",
                 [](auto& run) { run.split[3] = Split::demonstration; });
  expect_refused("'words' has shape [3, 2]", [](auto& run) { run.parts.words = Array<std::int32_t>({3, 2}); });
  expect_refused("'words' holds a value below -1", [](auto& run) { run.parts.words(0, 0) = -2; });
  expect_refused("holds a word behind -1", [](auto& run) { run.parts.words(0, 1) = -1; });
}

TEST(FoldSets, TakesTheExamplesApartSetAfterSet) {
  const std::vector<Contributions> sets = {make_set(1), make_set(2), make_set(3)};
  const Contributions folded = fold_sets(join_examples(sets), 3);
  expect_same(folded, sets[0]);
  ASSERT_EQ(folded.other_sets.size(), 2u);
  for (std::size_t k = 0; k < 2; ++k) expect_same(folded.other_sets[k], sets[k + 1]);
  EXPECT_TRUE(fold_sets(make_set(1), 1).other_sets.empty());
}

TEST(FoldSets, RowsAreSelectedInEverySet) {
  internal::Run run = make_sets(3);
  const internal::Run one = select_rows(run, {2, 1});
  EXPECT_THAT(one.parts.demonstration_of, ElementsAre(2, 0));
  EXPECT_EQ(one.parts.other_sets[1].heads(0, 1, 2, 0), run.parts.other_sets[1].heads(2, 1, 2, 0));
}

}  // namespace
}  // namespace partwise::internal

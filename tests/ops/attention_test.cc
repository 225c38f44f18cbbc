#include <algorithm>

#include "base/error.h"
#include "ops/matrices.h"

namespace partwise::internal::test {
namespace {

/// A tree of segments, and queries: every row, in order.
struct Tree {
  std::vector<Segment> segments;
  std::vector<QueryRun> runs;
  std::int64_t n_rows = 0;

  std::int64_t add(std::int64_t parent, std::int64_t n) {
    const std::int64_t position = parent < 0 ? 0 : segments[parent].position + segments[parent].n_rows;
    segments.push_back({parent, n_rows, n, position});
    runs.push_back({std::ssize(segments) - 1, 0, n, n_rows});
    n_rows += n;
    return std::ssize(segments) - 1;
  }
};

Tree random_tree(std::uint64_t seed, std::int64_t n_segments, std::int64_t longest) {
  Random random(seed);
  Tree tree;
  for (std::int64_t i = 0; i < n_segments; ++i)
    tree.add(i == 0 ? -1 : static_cast<std::int64_t>(random.below(i + 1)) - 1, 1 + random.below(longest));
  return tree;
}

struct Inputs {
  AttentionShape shape;
  TestRows q, k, v;

  Inputs(std::int64_t n_kv_heads, std::int64_t group, std::int64_t d_head, std::int64_t n_rows, double size = 2.0)
      : shape{n_kv_heads * group, n_kv_heads, d_head, 1 / std::sqrt(static_cast<float>(d_head))},
        q(random_rows(1, n_rows, n_kv_heads * group * d_head, 3, size)),
        k(random_rows(2, n_rows, n_kv_heads * d_head, 5, size)),
        v(random_rows(3, n_rows, n_kv_heads * d_head, 7, size)) {}
};

TestRows attend(const Backend& backend, const Inputs& in, const Tree& tree, std::int64_t gap = 0) {
  TestRows z(in.q.rows, in.q.cols, gap);
  backend.attention(in.shape, tree.segments, tree.runs, in.q.view(), in.k.view(), in.v.view(), z.view());
  return z;
}

double largest(const TestRows& m) {
  double most = 0;
  for (const float x : m.values) most = std::max(most, std::isnan(x) ? 0 : std::fabs(double{x}));
  return most;
}

/// The largest scale * sum_c |q_c k_c| of any query head and any key.
double largest_score(const Inputs& in) {
  const std::int64_t d = in.shape.d_head, group = in.shape.n_heads / in.shape.n_kv_heads;
  double most = 0;
  for (std::int64_t t = 0; t < in.q.rows; ++t)
    for (std::int64_t i = 0; i < in.shape.n_heads * in.k.rows; ++i) {
      const std::int64_t head = i % in.shape.n_heads, s = i / in.shape.n_heads;
      double sum = 0;
      for (std::int64_t c = 0; c < d; ++c)
        sum += std::fabs(double{in.q.at(t, head * d + c)} * in.k.at(s, head / group * d + c));
      most = std::max(most, in.shape.scale * sum);
    }
  return most;
}

/// The bound for the error of z. A score S, a sum of d_head products, is off by e = (d_head + 3) u S. A numerator
/// exp(S - max) is then off by 2 e + 2 u S + 2 u of itself. z is a quotient of two sums of n_keys such terms.
double attention_bound(const Inputs& in, std::int64_t n_keys, Precision precision = Precision::f32) {
  const double d = static_cast<double>(in.shape.d_head), n = static_cast<double>(n_keys);
  const double score = largest_score(in);
  const double numerator = 2 * (d + 3) * score + 2 * score + 2;
  // The operands are bfloat16 already, so only the numerators are rounded, by at most 2^-8 of their size.
  const double rounded = precision == Precision::f32 ? 0 : 2 * 0x1p-8;
  return (kUnitRoundoff * (2 * numerator + 2 * n + 3) + rounded) * largest(in.v);
}

class AttentionAgrees : public testing::TestWithParam<Precision> {
 protected:
  Inputs inputs(std::int64_t n_kv_heads, std::int64_t group, std::int64_t d_head, std::int64_t n_rows) const {
    Inputs in(n_kv_heads, group, d_head, n_rows);
    for (TestRows* operand : {&in.q, &in.k, &in.v}) round_to(GetParam(), operand->values);
    return in;
  }
  std::unique_ptr<Backend> fast = make_cpu_backend(0, GetParam()), oracle = make_reference_backend();
};

TEST_P(AttentionAgrees, WithReference) {
  std::uint64_t seed = 0;
  for (const std::int64_t d_head : {1, 8, 16, 20, 64, 80, 128})
    for (const std::int64_t group : {1, 2, 3, 5, 8, 16})
      for (const std::int64_t n_kv_heads : {1, 3}) {
        const Tree tree = random_tree(++seed, 9, 40);
        const Inputs in = inputs(n_kv_heads, group, d_head, tree.n_rows);
        const TestRows z = attend(*fast, in, tree, 2), expected = attend(*oracle, in, tree);
        const double bound = attention_bound(in, tree.n_rows, GetParam());
        ASSERT_TRUE(near(z, expected, [=](auto, auto) { return bound; })) << d_head << " wide, group " << group;
        ASSERT_TRUE(gaps_untouched(z));
      }
}

TEST_P(AttentionAgrees, WithReferenceOverOddSizes) {
  for (const std::int64_t n : kOddSizes) {
    Tree tree;
    tree.add(tree.add(-1, n), n);
    const Inputs in = inputs(1, 3, 16, tree.n_rows);
    const double bound = attention_bound(in, tree.n_rows, GetParam());
    ASSERT_TRUE(near(attend(*fast, in, tree), attend(*oracle, in, tree), [=](auto, auto) { return bound; })) << n;
  }
}

TEST_P(AttentionAgrees, WithReferenceInWindows) {
  std::uint64_t seed = 0;
  for (const std::int64_t window : {1, 2, 3, 16, 17, 40, 95, 96, 97, 1000})
    for (const std::int64_t group : {1, 3, 8}) {
      const Tree tree = random_tree(++seed, 9, 60);
      Inputs in = inputs(2, group, 20, tree.n_rows);
      in.shape.window = window;
      const TestRows z = attend(*fast, in, tree, 2), expected = attend(*oracle, in, tree);
      const double bound = attention_bound(in, std::min(window, tree.n_rows), GetParam());
      ASSERT_TRUE(near(z, expected, [=](auto, auto) { return bound; })) << "window " << window << ", group " << group;
    }
}

TEST_P(AttentionAgrees, WithReferenceUnderACap) {
  std::uint64_t seed = 0;
  for (const float cap : {0.25f, 2.0f, 50.0f})
    for (const std::int64_t window : {0, 17})
      for (const std::int64_t group : {1, 3}) {
        const Tree tree = random_tree(++seed, 9, 60);
        Inputs in = inputs(2, group, 20, tree.n_rows);
        in.shape.window = window;
        const TestRows free = attend(*oracle, in, tree);
        in.shape.cap = cap;
        const TestRows z = attend(*fast, in, tree, 2), expected = attend(*oracle, in, tree);
        // A cap does not magnify a score's error, and is off by a few units itself.
        const double bound = attention_bound(in, tree.n_rows, GetParam()) + 16 * kUnitRoundoff * cap * largest(in.v);
        ASSERT_TRUE(near(z, expected, [=](auto, auto) { return bound; })) << "cap " << cap << ", group " << group;
        if (cap < 1) {
          ASSERT_FALSE(near(free, expected, [=](auto, auto) { return 2 * bound; })) << "nothing was capped";
        }
      }
}

TEST_P(AttentionAgrees, WithReferenceBesideSinks) {
  std::uint64_t seed = 0;
  for (const std::int64_t window : {0, 17})
    for (const std::int64_t group : {1, 3, 8}) {
      const Tree tree = random_tree(++seed, 9, 60);
      Inputs in = inputs(2, group, 20, tree.n_rows);
      in.shape.window = window;
      const TestRows free = attend(*oracle, in, tree);
      std::vector<float> sinks;
      for (std::int64_t h = 0; h < 2 * group; ++h) sinks.push_back(static_cast<float>(h % 5) - 1);
      in.shape.sinks = sinks;
      const TestRows z = attend(*fast, in, tree, 2), expected = attend(*oracle, in, tree);
      const double bound = attention_bound(in, tree.n_rows, GetParam());  // a sink only makes the weights smaller
      ASSERT_TRUE(near(z, expected, [=](auto, auto) { return bound; })) << "group " << group;
      ASSERT_FALSE(near(free, expected, [=](auto, auto) { return 2 * bound; })) << "the sinks took nothing";
    }
}

const auto name_of = [](const auto& param) { return std::string(name(param.param)); };
INSTANTIATE_TEST_SUITE_P(Precisions, AttentionAgrees, testing::Values(Precision::f32, Precision::bf16), name_of);

// The definition of a window: a token's result is the same as if there were no tokens before its window.
TEST(Attention, AWindowHoldsSoManyKeysTheTokenItselfAmongThem) {
  constexpr std::int64_t kWindow = 7, kRows = 30;
  Inputs in(1, 2, 8, kRows);
  Tree whole;
  whole.add(-1, kRows);
  for (const auto& backend : {make_cpu_backend(2), make_reference_backend()}) {
    in.shape.window = kWindow;
    const TestRows windowed = attend(*backend, in, whole);
    for (std::int64_t last = 0; last < kRows; ++last) {
      const std::int64_t first = std::max<std::int64_t>(0, last + 1 - kWindow);
      std::vector<std::int64_t> seen;
      for (std::int64_t row = first; row <= last; ++row) seen.push_back(row);
      Inputs alone = in;
      alone.shape.window = 0;
      alone.q = select(in.q, seen);
      alone.k = select(in.k, seen);
      alone.v = select(in.v, seen);
      Tree tree;
      tree.add(-1, std::ssize(seen));
      const TestRows z = attend(*backend, alone, tree);
      EXPECT_TRUE(same_bits(select(windowed, {last}), select(z, {z.rows - 1}))) << backend->name() << ", row " << last;
    }
  }
}

TEST(Attention, OneKeyGivesItsValue) {
  Tree tree;
  tree.add(-1, 1);
  const Inputs in(2, 2, 20, 1);
  const TestRows z = attend(*make_cpu_backend(), in, tree);
  for (std::int64_t h = 0; h < 4; ++h)
    for (std::int64_t c = 0; c < 20; ++c) EXPECT_EQ(z.at(0, h * 20 + c), in.v.at(0, h / 2 * 20 + c));
}

// One key's weight beside a sink is 1 / (1 + exp(sink - score)), here 1 / (1 + exp(sink)).
TEST(Attention, ASinkTakesItsShareOfOneKey) {
  Tree tree;
  tree.add(-1, 1);
  Inputs in(1, 3, 20, 1);
  std::ranges::fill(in.q.values, 0.0f);
  const std::vector<float> sinks = {0.0f, 1.5f, 1000.0f};
  in.shape.sinks = sinks;
  for (const Precision precision : {Precision::f32, Precision::bf16})
    for (const auto& backend : {make_cpu_backend(1, precision), make_reference_backend()}) {
      const TestRows z = attend(*backend, in, tree);
      const double rounding = precision == Precision::f32 ? 8 * kUnitRoundoff : 0x1p-7;
      for (std::int64_t h = 0; h < 3; ++h)
        for (std::int64_t c = 0; c < 20; ++c) {
          const double expected = double{in.v.at(0, c)} / (1 + std::exp(double{sinks[h]}));
          EXPECT_NEAR(z.at(0, h * 20 + c), expected, rounding * std::fabs(expected)) << backend->name() << ' ' << h;
        }
    }
}

TEST(Attention, EqualScoresGiveTheMean) {
  Tree tree;
  tree.add(-1, 4);
  Inputs in(1, 1, 8, 4);
  std::fill(in.k.values.begin(), in.k.values.end(), 0.25f);
  const TestRows z = attend(*make_cpu_backend(), in, tree);
  for (std::int64_t c = 0; c < 8; ++c) {
    const double mean = (double{in.v.at(0, c)} + in.v.at(1, c) + in.v.at(2, c) + in.v.at(3, c)) / 4;
    EXPECT_NEAR(z.at(3, c), mean, 8 * kUnitRoundoff);
  }
}

TEST(Attention, LargeScoresNeitherOverflowNorVanish) {
  const Tree tree = random_tree(4, 5, 30);
  const Inputs in(1, 3, 64, tree.n_rows, 40.0);  // scores of thousands
  for (const Precision precision : {Precision::f32, Precision::bf16})
    for (const float x : attend(*make_cpu_backend(0, precision), in, tree).values)
      ASSERT_LE(std::fabs(x), 40.0f * 1.001f) << name(precision);  // NaN is not
}

/// The result for a prompt that is cut into segments at `cuts`.
TestRows attend_cut(const Backend& backend, const Inputs& in, const std::vector<std::int64_t>& cuts) {
  Tree tree;
  std::int64_t parent = -1, at = 0;
  for (const std::int64_t cut : cuts) {
    parent = tree.add(parent, cut - at);
    at = cut;
  }
  tree.add(parent, in.q.rows - at);
  return attend(backend, in, tree);
}

/// Group, window and precision.
class AttentionBits : public testing::TestWithParam<std::tuple<std::int64_t, std::int64_t, Precision>> {
 protected:
  AttentionBits() { in.shape.window = std::get<1>(GetParam()); }

  static constexpr std::int64_t kRows = 150;
  Inputs in{2, std::get<0>(GetParam()), 20, kRows};
  Precision precision = std::get<2>(GetParam());
  std::unique_ptr<Backend> backend = make_cpu_backend(2, precision);
};

TEST_P(AttentionBits, DoNotDependOnHowThePromptIsCut) {
  const TestRows whole = attend_cut(*backend, in, {});
  EXPECT_TRUE(same_bits(attend_cut(*backend, in, {75}), whole));
  EXPECT_TRUE(same_bits(attend_cut(*backend, in, {1, 2, 3, 10, 23, 64, 64, 65, 128, 149}), whole));
  std::vector<std::int64_t> everywhere;
  for (std::int64_t i = 1; i < kRows; ++i) everywhere.push_back(i);
  EXPECT_TRUE(same_bits(attend_cut(*backend, in, everywhere), whole));
}

TEST_P(AttentionBits, DoNotDependOnThreads) {
  EXPECT_TRUE(same_bits(attend_cut(*make_cpu_backend(1, precision), in, {40}), attend_cut(*backend, in, {40})));
}

TEST_P(AttentionBits, DoNotDependOnOtherQueries) {
  Tree tree;
  tree.add(tree.add(-1, 50), kRows - 50);
  const TestRows all = attend(*backend, in, tree);
  for (std::int64_t i = 0; i < 100; i += 9) {
    Inputs alone = in;
    alone.q = select(in.q, {50 + i});
    tree.runs = {{1, i, 1, 0}};
    EXPECT_TRUE(same_bits(attend(*backend, alone, tree), select(all, {50 + i}))) << "query " << i;
  }
}

TEST_P(AttentionBits, DoNotDependOnRowsThatTheTokenDoesNotSee) {
  Tree tree;
  const std::int64_t root = tree.add(-1, 60);
  tree.add(root, 40);
  tree.add(root, 50);  // a sibling
  const TestRows before = attend(*backend, in, tree);
  for (std::int64_t row = 100; row < kRows; ++row)
    for (std::int64_t c = 0; c < in.k.cols; ++c) in.k.at(row, c) = in.v.at(row, c) = kGap;
  for (std::int64_t row = 80; row < 100; ++row)  // tokens of the same segment that come later
    for (std::int64_t c = 0; c < in.k.cols; ++c) in.k.at(row, c) = in.v.at(row, c) = kGap;
  std::vector<std::int64_t> earlier;
  for (std::int64_t row = 0; row < 80; ++row) earlier.push_back(row);
  EXPECT_TRUE(same_bits(select(attend(*backend, in, tree), earlier), select(before, earlier)));
}

TEST_P(AttentionBits, DoNotDependOnWhereRowsLie) {
  Tree tree;
  tree.add(tree.add(-1, 70), 80);
  const TestRows expected = attend(*backend, in, tree);
  // The same prompt, its second part stored first and its queries in reverse order of segments.
  std::vector<std::int64_t> order;
  for (std::int64_t row = 0; row < kRows; ++row) order.push_back((row + 70) % kRows);
  Inputs moved = in;
  moved.q = select(in.q, order);
  moved.k = select(in.k, order);
  moved.v = select(in.v, order);
  tree.segments = {{-1, 80, 70, 0}, {0, 0, 80, 70}};
  tree.runs = {{1, 0, 80, 0}, {0, 0, 70, 80}};
  EXPECT_TRUE(same_bits(attend(*backend, moved, tree), select(expected, order)));
}

TEST_P(AttentionBits, DoNotDependOnWhatTheWindowHasLeftBehind) {
  if (in.shape.window == 0) return;  // no window, nothing left behind
  Tree tree;
  tree.add(tree.add(-1, 50), kRows - 50);
  const TestRows before = attend(*backend, in, tree);
  const std::int64_t first = kRows - in.shape.window;  // the first row that the last row sees
  for (std::int64_t row = 0; row < first; ++row)
    for (std::int64_t c = 0; c < in.k.cols; ++c) in.k.at(row, c) = in.v.at(row, c) = kGap;
  EXPECT_TRUE(same_bits(select(attend(*backend, in, tree), {kRows - 1}), select(before, {kRows - 1})));
}

INSTANTIATE_TEST_SUITE_P(Groups, AttentionBits,
                         testing::Combine(testing::Values(1, 3, 7, 16, 120), testing::Values(0, 5, 64),
                                          testing::Values(Precision::f32, Precision::bf16)));

TEST(AttentionErrors, BrokenTreesAreOurBugs) {
  const Inputs in(1, 2, 8, 10);
  for (const auto& backend : {make_cpu_backend(1), make_reference_backend()}) {
    Tree tree;
    tree.add(-1, 10);
    tree.segments[0].n_rows = 11;
    EXPECT_THROW(attend(*backend, in, tree), Error) << backend->name() << ": past the last row";
    tree.segments[0] = {0, 0, 10, 0};
    EXPECT_THROW(attend(*backend, in, tree), Error) << backend->name() << ": its own parent";
    tree.segments[0] = {-1, 0, 10, 0};
    tree.runs[0].first_in_segment = 1;
    EXPECT_THROW(attend(*backend, in, tree), Error) << backend->name() << ": queries past the segment";
  }
}

}  // namespace
}  // namespace partwise::internal::test

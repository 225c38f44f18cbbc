// The split of a head by sources, compared with plain loops and with attention itself.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "ops/matrices.h"

namespace partwise::internal::test {
namespace {

/// Prompts that share a beginning, and their queries: the last row of each segment.
struct Case {
  std::vector<Segment> segments = {{-1, 0, 7, 0}, {0, 7, 5, 7}, {0, 12, 9, 7}, {2, 21, 3, 16}};
  std::vector<QueryRun> runs = {{1, 4, 1, 0}, {3, 2, 1, 1}, {2, 8, 1, 2}, {0, 6, 1, 3}};
  std::vector<std::int32_t> labels = {0, 1, 2, 0, 1, 2, 0, 0};  // two per query
  std::vector<std::int64_t> first = {0, 2, 4, 6, 8};
  AttentionShape shape{6, 2, 20, 0.3f, 0};
  std::int64_t n_sources = 4;
  TestRows q = random_rows(1, 4, 120, 3), k = random_rows(2, 24, 40, 5), v = random_rows(3, 24, 40, 1),
           r = random_rows(4, 3, 120);
  std::vector<std::vector<std::int32_t>> sources;  // per query: the source of each position

  explicit Case(std::int64_t window = 0, Precision precision = Precision::f32) {
    shape.window = window;
    for (TestRows* operand : {&q, &k, &v}) round_to(precision, operand->values);
    for (const QueryRun& run : runs) {
      auto& own = sources.emplace_back();
      const std::int64_t n = segments[run.segment].position + run.first_in_segment + 1;
      for (std::int64_t i = 0; i < n; ++i) own.push_back(static_cast<std::int32_t>(i * n_sources / n));
    }
  }

  std::vector<double> read(const Backend& backend) const {
    std::vector<std::span<const std::int32_t>> spans(sources.begin(), sources.end());
    std::vector<double> g(static_cast<std::size_t>(4 * shape.n_heads * n_sources * 2));
    backend.read_sources(shape, segments, runs, q.view(), k.view(), v.view(), r.view(), {labels, first}, spans,
                         n_sources, g);
    return g;
  }
};

TEST(ReadSources, AgreesWithReference) {
  for (const std::int64_t window : {0, 1, 3, 8, 100}) {
    const Case in(window);
    const std::vector<double> fast = in.read(*make_cpu_backend(2)), plain = in.read(*make_reference_backend());
    for (std::size_t i = 0; i < fast.size(); ++i) ASSERT_NEAR(fast[i], plain[i], 1e-12) << window << " " << i;
  }
}

// In bfloat16, attention rounds the numerators by at most 2^-8 of their size.
TEST(ReadSources, AgreesWithReferenceInBfloat16) {
  const Case in(0, Precision::bf16);
  const std::vector<double> fast = in.read(*make_cpu_backend(2, Precision::bf16)),
                            plain = in.read(*make_reference_backend());
  for (std::size_t i = 0; i < fast.size(); ++i) ASSERT_NEAR(fast[i], plain[i], 20 * 0x1p-8) << i;
}

TEST(ReadSources, SumToWhatLabelsReadOfZ) {
  for (const Precision precision : {Precision::f32, Precision::bf16}) {
    Case in(5, precision);
    in.shape.cap = precision == Precision::f32 ? 0.0f : 1.5f;
    const std::vector<float> sinks = {0.5f, -1, 0, 2, 1, 0.25f};
    in.shape.sinks = sinks;
    const auto backend = make_cpu_backend(2, precision);
    TestRows z(4, 120);
    backend->attention(in.shape, in.segments, in.runs, in.q.view(), in.k.view(), in.v.view(), z.view());
    std::vector<double> whole(4 * 2 * 6);  // [query, label, head]
    backend->read_labels(z.view(), in.r.view(), 6, {in.labels, in.first}, whole);
    const std::vector<double> parts = in.read(*backend);  // [query, head, source, label]
    for (std::size_t e = 0; e < 4; ++e)
      for (std::size_t h = 0; h < 6; ++h)
        for (std::size_t y = 0; y < 2; ++y) {
          double sum = 0;
          for (std::size_t j = 0; j < 4; ++j) sum += parts[((e * 6 + h) * 4 + j) * 2 + y];
          ASSERT_NEAR(sum, whole[(e * 2 + y) * 6 + h], 2e-5) << e << " " << h << " " << y;
        }
  }
}

TEST(ReadSources, AgreesWithReferenceUnderACapAndBesideSinks) {
  for (const Precision precision : {Precision::f32, Precision::bf16}) {
    Case in(6, precision);
    in.shape.cap = 1.5f;
    const std::vector<float> sinks = {0.5f, -1, 0, 2, 1, 0.25f};
    in.shape.sinks = sinks;
    const std::vector<double> g = in.read(*make_cpu_backend(2, precision)),
                              expected = in.read(*make_reference_backend());
    const double bound = precision == Precision::f32 ? 1e-12 : 20 * 0x1p-8;
    for (std::size_t i = 0; i < g.size(); ++i) ASSERT_NEAR(g[i], expected[i], bound) << i;
  }
}

TEST(ReadSources, OutsideOfAWindowNothingIsRead) {
  const Case in(2);
  const std::vector<double> g = in.read(*make_cpu_backend(1));
  for (std::size_t e = 0; e < 3; ++e)  // windows of two positions lie in the last of the four sources
    for (std::size_t h = 0; h < 6; ++h)
      for (std::size_t i = 0; i < 4; ++i) ASSERT_EQ(g[(e * 6 + h) * 8 + i], 0);
}

TEST(ReadSources, AreTheSameOnAnyNumberOfThreadsAndBesideAnyQueries) {
  for (const Precision precision : {Precision::f32, Precision::bf16}) {
    const Case all(3, precision);
    const std::vector<double> expected = all.read(*make_cpu_backend(1, precision));
    EXPECT_EQ(all.read(*make_cpu_backend(2, precision)), expected);
    Case turned = all;  // swaps the first two queries
    std::swap(turned.runs[0], turned.runs[1]);
    std::swap(turned.runs[0].first_query, turned.runs[1].first_query);
    std::swap(turned.sources[0], turned.sources[1]);
    std::swap_ranges(turned.labels.begin(), turned.labels.begin() + 2, turned.labels.begin() + 2);
    for (std::int64_t c = 0; c < 120; ++c) std::swap(turned.q.at(0, c), turned.q.at(1, c));
    const std::vector<double> g = turned.read(*make_cpu_backend(2, precision));
    const std::ptrdiff_t size = 6 * 4 * 2;
    EXPECT_TRUE(std::equal(g.begin(), g.begin() + size, expected.begin() + size));
    EXPECT_TRUE(std::equal(g.begin() + size, g.begin() + 2 * size, expected.begin()));
  }
}

}  // namespace
}  // namespace partwise::internal::test

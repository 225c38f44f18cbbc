
#include <algorithm>
#include <map>

#include "base/error.h"
#include "ops/row_independence.h"

namespace partwise::internal::test {
namespace {

struct Shape {
  std::int64_t n_in, n_out;
  Precision precision = Precision::f32;
};

class LinearShapes : public testing::TestWithParam<Shape> {};

/// The bound for an output. A sum of n rounded products, in any order, fused or not, is off by at most (n + 1) u sum |x
/// w|. The bias adds one u, the oracle's rounding another. Operands in bfloat16 are at most 2^-8 larger. Their products
/// are exact, but not every processor rounds their sums to nearest.
auto linear_bound(const TestRows& x, const TestRows& w, const TestRows& bias, Precision precision) {
  const double unit = precision == Precision::f32 ? kUnitRoundoff : 2.02 * kUnitRoundoff;
  return [&, unit](std::int64_t t, std::int64_t o) {
    double sum = std::fabs(bias.at(0, o));
    for (std::int64_t i = 0; i < x.cols; ++i) sum += std::fabs(double{x.at(t, i)} * w.at(o, i));
    return static_cast<double>(x.cols + 3) * unit * sum;
  };
}

TEST_P(LinearShapes, AgreesWithReference) {
  const auto [n_in, n_out, precision] = GetParam();
  const auto fast = make_cpu_backend(0, precision), oracle = make_reference_backend(precision);
  const TestRows w = random_rows(1, n_out, n_in, 3), bias = random_rows(2, 1, n_out);
  const auto fast_w = fast->pack(w.matrix()), oracle_w = oracle->pack(w.matrix());
  EXPECT_EQ(fast_w->n_in(), n_in);
  EXPECT_EQ(fast_w->n_out(), n_out);
  for (const std::int64_t n_rows : kOddSizes)
    for (const std::int64_t gap : {0, 5}) {
      const TestRows x = random_rows(n_rows, n_rows, n_in, gap);
      TestRows y(n_rows, n_out, gap), expected(n_rows, n_out);
      const std::span<const float> b = gap == 0 ? std::span<const float>{} : bias.values;
      fast->linear(*fast_w, b, x.view(), y.view());
      oracle->linear(*oracle_w, b, x.view(), expected.view());
      ASSERT_TRUE(near(y, expected, linear_bound(x, w, bias, precision))) << n_rows << " rows, gap " << gap;
      ASSERT_TRUE(gaps_untouched(y));
    }
}

TEST_P(LinearShapes, RowsAreIndependent) {
  const auto [n_in, n_out, precision] = GetParam();
  const TestRows w = random_rows(1, n_out, n_in), bias = random_rows(2, 1, n_out);
  for (const std::int64_t n_rows : {129, 50}) {
    const TestRows all = random_rows(3, n_rows, n_in);
    std::map<const Backend*, std::unique_ptr<PackedWeight>> packed;
    expect_row_independence(n_rows, precision, [&](const Backend& backend, const std::vector<std::int64_t>& rows) {
      TestRows y(std::ssize(rows), w.rows);
      auto& weight = packed[&backend];
      if (!weight) weight = backend.pack(w.matrix());
      backend.linear(*weight, bias.values, select(all, rows).view(), y.view());
      return y;
    });
  }
}

std::vector<Shape> shapes() {
  std::vector<Shape> all;
  for (const Precision precision : {Precision::f32, Precision::bf16})
    for (const Shape& shape :
         {Shape{1, 1}, {3, 2}, {16, 48}, {17, 31}, {65, 129}, {48, 16}, {127, 200}, {576, 96}, {1536, 65}, {3111, 33}})
      all.push_back({shape.n_in, shape.n_out, precision});
  return all;
}

INSTANTIATE_TEST_SUITE_P(Sizes, LinearShapes, testing::ValuesIn(shapes()), [](const auto& param) {
  return std::to_string(param.param.n_in) + "to" + std::to_string(param.param.n_out) + "_" +
         std::string(name(param.param.precision));
});

TestRows multiply(const Backend& backend, const TestRows& w, const TestRows& x) {
  TestRows y(x.rows, w.rows);
  backend.linear(*backend.pack(w.matrix()), {}, x.view(), y.view());
  return y;
}

TEST(LinearThreads, CallersMayShareAWeight) {
  const TestRows w = random_rows(1, 96, 160), x = random_rows(2, 300, 160);
  const auto backend = make_cpu_backend(2);
  const auto packed = backend->pack(w.matrix());
  const TestRows expected = multiply(*backend, w, x);
  std::vector<TestRows> results(4, TestRows(x.rows, w.rows));
  std::vector<std::thread> callers;
  for (TestRows& result : results) callers.emplace_back([&] { backend->linear(*packed, {}, x.view(), result.view()); });
  for (std::thread& caller : callers) caller.join();
  for (const TestRows& result : results) EXPECT_TRUE(same_bits(result, expected));
}

TEST(Linear, SeveralProductsOfTheSameRowsAreEachItsOwn) {
  for (const Precision precision : {Precision::f32, Precision::bf16})
    for (const std::int64_t n_rows : {1, 40, 130}) {
      const auto backend = make_cpu_backend(2, precision);
      const TestRows a = random_rows(1, 70, 65), b = random_rows(2, 33, 65), bias = random_rows(3, 1, 33);
      const TestRows x = random_rows(4, n_rows, 65);
      const auto packed_a = backend->pack(a.matrix()), packed_b = backend->pack(b.matrix());
      TestRows y_a(n_rows, 70), y_b(n_rows, 33, 2), alone_a = y_a, alone_b = y_b;
      const Product products[] = {{*packed_a, {}, y_a.view()}, {*packed_b, bias.values, y_b.view()}};
      backend->linear(products, x.view());
      backend->linear(*packed_a, {}, x.view(), alone_a.view());
      backend->linear(*packed_b, bias.values, x.view(), alone_b.view());
      EXPECT_TRUE(same_bits(y_a, alone_a) && same_bits(y_b, alone_b)) << n_rows << " rows";
      EXPECT_TRUE(gaps_untouched(y_b));
    }
}

TEST(Linear, NormedRowsAreThoseThatTheNormMakes) {
  const TestRows w = random_rows(1, 50, 70), x = random_rows(2, 100, 70, 3), gain = random_rows(3, 1, 70),
                 bias = random_rows(4, 1, 70);
  for (const Precision precision : {Precision::f32, Precision::bf16})
    for (const auto& backend : {make_cpu_backend(2, precision), make_reference_backend(precision)}) {
      const auto packed = backend->pack(w.matrix());
      TestRows normed(100, 70), expected(100, 50), y(100, 50);
      backend->rms_norm(x.view(), gain.values, 1e-5f, normed.view());
      backend->linear(*packed, {}, normed.view(), expected.view());
      backend->linear(*packed, {}, {x.view(), {NormKind::rms, gain.values, {}, 1e-5f}}, y.view());
      EXPECT_TRUE(same_bits(y, expected)) << backend->name();
      backend->layer_norm(x.view(), gain.values, bias.values, 1e-5f, normed.view());
      backend->linear(*packed, {}, normed.view(), expected.view());
      backend->linear(*packed, {}, {x.view(), {NormKind::layer, gain.values, bias.values, 1e-5f}}, y.view());
      EXPECT_TRUE(same_bits(y, expected)) << backend->name();
    }
}

TEST(Linear, RoundsAsTheWeightWasPackedFor) {
  const TestRows w = random_rows(1, 40, 130), x = random_rows(2, 9, 130);
  const auto make = {&make_reference_backend, +[](Precision precision) { return make_cpu_backend(2, precision); }};
  for (const auto& backend : make) {
    const auto rounds = backend(Precision::bf16), exact = backend(Precision::f32);
    TestRows y(9, 40);
    rounds->linear(*rounds->pack(w.matrix(), Precision::f32), {}, x.view(), y.view());
    EXPECT_TRUE(same_bits(y, multiply(*exact, w, x))) << exact->name();
    EXPECT_FALSE(same_bits(y, multiply(*rounds, w, x))) << exact->name();
  }
}

TEST(Linear, NoRowsAreFine) {
  const auto backend = make_cpu_backend();
  const TestRows w = random_rows(1, 4, 8), x(0, 8);
  TestRows y(0, 4);
  EXPECT_NO_THROW(backend->linear(*backend->pack(w.matrix()), {}, x.view(), y.view()));
}

TEST(LinearErrors, WrongShapesAreOurBugs) {
  for (const auto& backend : {make_cpu_backend(1), make_reference_backend()}) {
    const TestRows w = random_rows(1, 4, 8), x = random_rows(2, 3, 7);
    TestRows y(3, 4);
    const auto packed = backend->pack(w.matrix());
    EXPECT_THROW(backend->linear(*packed, {}, x.view(), y.view()), Error) << backend->name();
    const TestRows fits = random_rows(3, 3, 8), gain = random_rows(4, 1, 7);
    const Normed normed(fits.view(), {NormKind::rms, gain.values, {}, 0});
    EXPECT_THROW(backend->linear(*packed, {}, normed, y.view()), Error) << backend->name();
  }
}

TEST(LinearErrors, AnotherBackEndsWeightIsOurBug) {
  const TestRows w = random_rows(1, 4, 8), x = random_rows(2, 3, 8);
  TestRows y(3, 4);
  const auto cpu = make_cpu_backend(1), reference = make_reference_backend();
  EXPECT_THROW(cpu->linear(*reference->pack(w.matrix()), {}, x.view(), y.view()), Error);
  EXPECT_THROW(reference->linear(*cpu->pack(w.matrix()), {}, x.view(), y.view()), Error);
}

}  // namespace
}  // namespace partwise::internal::test

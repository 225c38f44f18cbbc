// Norm, rotary and sum: one row in, one row out.
#include "ops/row_independence.h"

namespace partwise::internal::test {
namespace {

TEST(RmsNorm, AgreesWithReference) {
  const auto fast = make_cpu_backend(), oracle = make_reference_backend();
  for (const std::int64_t n : kWidths) {
    const TestRows x = random_rows(n, 5, n, 3, 10.0), gain = random_rows(n + 1, 1, n);
    TestRows y(5, n, 2), expected(5, n);
    fast->rms_norm(x.view(), gain.values, 1e-5f, y.view());
    oracle->rms_norm(x.view(), gain.values, 1e-5f, expected.view());
    // The scale, two products and the oracle round once each.
    const auto bound = [&](auto r, auto c) { return 5 * kUnitRoundoff * std::fabs(expected.at(r, c)); };
    EXPECT_TRUE(near(y, expected, bound)) << n << " wide";
    EXPECT_TRUE(gaps_untouched(y));
  }
}

TEST(RmsNorm, OfALongRowOfOnesIsTheGain) {
  TestRows x(1, 576), gain = random_rows(1, 1, 576), y(1, 576);
  std::fill(x.values.begin(), x.values.end(), 3.0f);
  make_cpu_backend()->rms_norm(x.view(), gain.values, 0.0f, y.view());
  const auto bound = [&](auto r, auto c) { return 3 * kUnitRoundoff * std::fabs(gain.at(r, c)); };
  EXPECT_TRUE(near(y, gain, bound));
}

TEST(RmsNorm, RowsAreIndependent) {
  const TestRows x = random_rows(1, 37, 65), gain = random_rows(2, 1, 65);
  expect_row_independence(x.rows, [&](const Backend& backend, const std::vector<std::int64_t>& rows) {
    TestRows y(std::ssize(rows), x.cols);
    backend.rms_norm(select(x, rows).view(), gain.values, 1e-6f, y.view());
    return y;
  });
}

struct Angles {
  TestRows cos, sin;
};

Angles angles(std::int64_t n_positions, std::int64_t r) {
  Angles a{TestRows(n_positions, r, 1), TestRows(n_positions, r, 2)};
  for (std::int64_t p = 0; p < n_positions; ++p)
    for (std::int64_t j = 0; j < r; ++j) {
      a.cos.at(p, j) = static_cast<float>(std::cos(p * std::pow(0.1, j)));
      a.sin.at(p, j) = static_cast<float>(std::sin(p * std::pow(0.1, j)));
    }
  return a;
}

TEST(Rotary, AgreesWithReference) {
  const auto fast = make_cpu_backend(), oracle = make_reference_backend();
  const std::vector<std::int32_t> positions = {0, 5, 1, 1, 12};
  for (const std::int64_t d_head : {8, 16, 20, 64, 80, 128})
    for (const std::int64_t r : {d_head / 2, d_head / 4}) {
      const auto [cos, sin] = angles(13, r);
      const TestRows before = random_rows(d_head, 5, 3 * d_head, 4);
      TestRows x = before, expected = before;
      fast->rotary(x.view(), d_head, positions, cos.view(), sin.view());
      oracle->rotary(expected.view(), d_head, positions, cos.view(), sin.view());
      // Two products, a sum and the oracle round once each; both products are below 1.
      EXPECT_TRUE(near(x, expected, [](auto, auto) { return 6 * kUnitRoundoff; }))
          << "d_head " << d_head << ", r " << r;
      EXPECT_TRUE(gaps_untouched(x));
      for (std::int64_t c = 2 * r; c < d_head; ++c) EXPECT_EQ(x.at(2, c), before.at(2, c)) << "not rotated";
    }
}

TEST(Rotary, PositionZeroChangesNothing) {
  const auto [cos, sin] = angles(1, 10);
  const TestRows before = random_rows(1, 3, 40);
  TestRows x = before;
  make_cpu_backend()->rotary(x.view(), 20, std::vector<std::int32_t>{0, 0, 0}, cos.view(), sin.view());
  EXPECT_TRUE(same_bits(x, before));
}

TEST(Rotary, RowsAreIndependent) {
  const TestRows x = random_rows(1, 31, 60);
  const auto [cos, sin] = angles(31, 10);
  expect_row_independence(
      x.rows, [&, &cos = cos, &sin = sin](const Backend& backend, const std::vector<std::int64_t>& rows) {
        TestRows y = select(x, rows);
        backend.rotary(y.view(), 20, std::vector<std::int32_t>(rows.begin(), rows.end()), cos.view(), sin.view());
        return y;
      });
}

TEST(RmsNorm, NormsEveryGroupOfColumnsByItself) {
  const TestRows x = random_rows(1, 5, 60, 3, 10.0), gain = random_rows(2, 1, 20);
  for (const auto& backend : {make_cpu_backend(2), make_reference_backend()}) {
    TestRows heads(5, 60);
    backend->rms_norm(x.view(), gain.values, 1e-5f, heads.view());
    for (std::int64_t h = 0; h < 3; ++h) {
      TestRows alone(5, 20), part(5, 20);
      backend->rms_norm(x.view().columns(20 * h, 20), gain.values, 1e-5f, alone.view());
      for (std::int64_t r = 0; r < 5; ++r) std::copy_n(&heads.at(r, 20 * h), 20, &part.at(r, 0));
      EXPECT_TRUE(same_bits(part, alone)) << backend->name() << ", head " << h;
    }
  }
}

TEST(RmsNorm, InPlaceGivesTheSameBits) {
  TestRows x = random_rows(1, 5, 65, 3), y(5, 65);
  const TestRows gain = random_rows(2, 1, 65);
  const auto fast = make_cpu_backend();
  fast->rms_norm(x.view(), gain.values, 1e-5f, y.view());
  fast->rms_norm(x.view(), gain.values, 1e-5f, x.view());
  EXPECT_TRUE(same_bits(x, y));
}

TEST(LayerNorm, AgreesWithReference) {
  const auto fast = make_cpu_backend(), oracle = make_reference_backend();
  for (const std::int64_t n : kWidths)
    for (const float offset : {0.0f, 1000.0f}) {  // an offset tests the subtraction of the mean
      TestRows x = random_rows(n, 5, n, 3, 10.0), y(5, n, 2), expected(5, n);
      const TestRows gain = random_rows(n + 1, 1, n), bias = random_rows(n + 2, 1, n);
      for (std::int64_t r = 0; r < 5; ++r)
        for (std::int64_t c = 0; c < n; ++c) x.at(r, c) += offset;
      fast->layer_norm(x.view(), gain.values, bias.values, 1e-5f, y.view());
      oracle->layer_norm(x.view(), gain.values, bias.values, 1e-5f, expected.view());
      // The normed value, its product, the sum and the oracle round once each. Without a fused multiply-add, the sum
      // may be much smaller than its terms, which are below sqrt(n) and 1.
      const double bound = 4 * kUnitRoundoff * (std::sqrt(static_cast<double>(n)) + 1);
      EXPECT_TRUE(near(y, expected, [=](auto, auto) { return bound; })) << n << " wide";
      EXPECT_TRUE(gaps_untouched(y));
    }
}

TEST(LayerNorm, ByHand) {
  TestRows x(1, 4), y(1, 4);
  x.values = {1, 3, 5, 7};  // mean 4, variance 5
  const std::vector<float> gain = {1, 2, 1, 1}, bias = {0, 1, 0, -1};
  for (const auto& backend : {make_cpu_backend(1), make_reference_backend()}) {
    backend->layer_norm(x.view(), gain, bias, 4.0f, y.view());  // sqrt(5 + 4) = 3
    EXPECT_FLOAT_EQ(y.at(0, 0), -1.0f);
    EXPECT_FLOAT_EQ(y.at(0, 1), -2.0f / 3 + 1);
    EXPECT_FLOAT_EQ(y.at(0, 2), 1.0f / 3);
    EXPECT_NEAR(y.at(0, 3), 0.0f, kUnitRoundoff);
  }
}

TEST(LayerNorm, RowsAreIndependent) {
  const TestRows x = random_rows(1, 37, 65), gain = random_rows(2, 1, 65), bias = random_rows(3, 1, 65);
  expect_row_independence(x.rows, [&](const Backend& backend, const std::vector<std::int64_t>& rows) {
    TestRows y(std::ssize(rows), x.cols);
    backend.layer_norm(select(x, rows).view(), gain.values, bias.values, 1e-6f, y.view());
    return y;
  });
}

TEST(Add, RoundsOnce) {
  const auto fast = make_cpu_backend(), oracle = make_reference_backend();
  for (const std::int64_t n : kWidths) {
    const TestRows before = random_rows(1, 7, n, 3), y = random_rows(2, 7, n, 1);
    TestRows x = before, expected = before;
    fast->add(x.view(), y.view());
    oracle->add(expected.view(), y.view());
    EXPECT_TRUE(same_bits(x, expected));
    EXPECT_TRUE(gaps_untouched(x));
  }
}

TEST(AddWeighted, AddsEachRowToItsPlace) {
  for (const auto& backend : {make_cpu_backend(), make_reference_backend()})
    for (const std::int64_t n : kWidths) {
      const TestRows before = random_rows(1, 7, n, 3), y = random_rows(2, 3, n, 1);
      const std::vector<WeightedRow> to = {{5, 0.3f}, {0, -1.7f}, {6, 1.0f}};
      TestRows x = before, expected = before;
      for (std::int64_t i = 0; i < y.rows; ++i)
        for (std::int64_t c = 0; c < n; ++c)
          expected.at(to[i].row, c) =
              static_cast<float>(double{before.at(to[i].row, c)} + double{to[i].weight} * double{y.at(i, c)});
      backend->add_weighted(x.view(), y.view(), to);
      // The product and the sum round once each; values are below 1, the product below 1.7.
      EXPECT_TRUE(near(x, expected, [](auto, auto) { return 5 * kUnitRoundoff; })) << n << " wide";
      EXPECT_TRUE(gaps_untouched(x));
    }
}

}  // namespace
}  // namespace partwise::internal::test

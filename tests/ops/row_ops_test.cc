// Norm, rotary, gate and sum: one row in, one row out.
#include "ops/row_independence.h"

namespace partwise::test {
namespace {

const std::vector<std::int64_t> kWidths = {1, 2, 3, 7, 8, 15, 16, 17, 31, 64, 65, 576};

TEST(RmsNorm, AgreesWithReference) {
  const auto fast = make_cpu_backend(), oracle = make_reference_backend();
  for (const std::int64_t n : kWidths) {
    const Rows x = random_rows(n, 5, n, 3, 10.0), gain = random_rows(n + 1, 1, n);
    Rows y(5, n, 2), expected(5, n);
    fast->rms_norm(x.view(), gain.values, 1e-5f, y.view());
    oracle->rms_norm(x.view(), gain.values, 1e-5f, expected.view());
    // The scale, two products and the oracle round once each.
    const auto bound = [&](auto r, auto c) { return 5 * kUnitRoundoff * std::fabs(expected.at(r, c)); };
    EXPECT_TRUE(near(y, expected, bound)) << n << " wide";
    EXPECT_TRUE(gaps_untouched(y));
  }
}

TEST(RmsNorm, OfALongRowOfOnesIsTheGain) {
  Rows x(1, 576), gain = random_rows(1, 1, 576), y(1, 576);
  std::fill(x.values.begin(), x.values.end(), 3.0f);
  make_cpu_backend()->rms_norm(x.view(), gain.values, 0.0f, y.view());
  const auto bound = [&](auto r, auto c) { return 3 * kUnitRoundoff * std::fabs(gain.at(r, c)); };
  EXPECT_TRUE(near(y, gain, bound));
}

TEST(RmsNorm, RowsAreIndependent) {
  const Rows x = random_rows(1, 37, 65), gain = random_rows(2, 1, 65);
  expect_row_independence(x.rows, [&](const Backend& backend, const std::vector<std::int64_t>& rows) {
    Rows y(std::ssize(rows), x.cols);
    backend.rms_norm(select(x, rows).view(), gain.values, 1e-6f, y.view());
    return y;
  });
}

struct Angles {
  Rows cos, sin;
};

Angles angles(std::int64_t n_positions, std::int64_t r) {
  Angles a{Rows(n_positions, r, 1), Rows(n_positions, r, 2)};
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
      const Rows before = random_rows(d_head, 5, 3 * d_head, 4);
      Rows x = before, expected = before;
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
  const Rows before = random_rows(1, 3, 40);
  Rows x = before;
  make_cpu_backend()->rotary(x.view(), 20, std::vector<std::int32_t>{0, 0, 0}, cos.view(), sin.view());
  EXPECT_TRUE(same_bits(x, before));
}

TEST(Rotary, RowsAreIndependent) {
  const Rows x = random_rows(1, 31, 60);
  const auto [cos, sin] = angles(31, 10);
  expect_row_independence(x.rows, [&](const Backend& backend, const std::vector<std::int64_t>& rows) {
    Rows y = select(x, rows);
    backend.rotary(y.view(), 20, std::vector<std::int32_t>(rows.begin(), rows.end()), cos.view(), sin.view());
    return y;
  });
}

TEST(RmsNorm, NormsEveryGroupOfColumnsByItself) {
  const Rows x = random_rows(1, 5, 60, 3, 10.0), gain = random_rows(2, 1, 20);
  for (const auto& backend : {make_cpu_backend(2), make_reference_backend()}) {
    Rows heads(5, 60);
    backend->rms_norm(x.view(), gain.values, 1e-5f, heads.view());
    for (std::int64_t h = 0; h < 3; ++h) {
      Rows alone(5, 20), part(5, 20);
      backend->rms_norm(x.view().columns(20 * h, 20), gain.values, 1e-5f, alone.view());
      for (std::int64_t r = 0; r < 5; ++r) std::copy_n(&heads.at(r, 20 * h), 20, &part.at(r, 0));
      EXPECT_TRUE(same_bits(part, alone)) << backend->name() << ", head " << h;
    }
  }
}

TEST(RmsNorm, InPlaceGivesTheSameBits) {
  Rows x = random_rows(1, 5, 65, 3), y(5, 65);
  const Rows gain = random_rows(2, 1, 65);
  const auto fast = make_cpu_backend();
  fast->rms_norm(x.view(), gain.values, 1e-5f, y.view());
  fast->rms_norm(x.view(), gain.values, 1e-5f, x.view());
  EXPECT_TRUE(same_bits(x, y));
}

TEST(LayerNorm, AgreesWithReference) {
  const auto fast = make_cpu_backend(), oracle = make_reference_backend();
  for (const std::int64_t n : kWidths)
    for (const float offset : {0.0f, 1000.0f}) {  // far from zero the centre is what matters
      Rows x = random_rows(n, 5, n, 3, 10.0), y(5, n, 2), expected(5, n);
      const Rows gain = random_rows(n + 1, 1, n), bias = random_rows(n + 2, 1, n);
      for (std::int64_t r = 0; r < 5; ++r)
        for (std::int64_t c = 0; c < n; ++c) x.at(r, c) += offset;
      fast->layer_norm(x.view(), gain.values, bias.values, 1e-5f, y.view());
      oracle->layer_norm(x.view(), gain.values, bias.values, 1e-5f, expected.view());
      // The normed value, its product and the sum round once each, as does the oracle; without a fused multiply-add
      // the sum may be small beside its terms, which are below sqrt(n) and 1.
      const double bound = 4 * kUnitRoundoff * (std::sqrt(static_cast<double>(n)) + 1);
      EXPECT_TRUE(near(y, expected, [=](auto, auto) { return bound; })) << n << " wide";
      EXPECT_TRUE(gaps_untouched(y));
    }
}

TEST(LayerNorm, ByHand) {
  Rows x(1, 4), y(1, 4);
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
  const Rows x = random_rows(1, 37, 65), gain = random_rows(2, 1, 65), bias = random_rows(3, 1, 65);
  expect_row_independence(x.rows, [&](const Backend& backend, const std::vector<std::int64_t>& rows) {
    Rows y(std::ssize(rows), x.cols);
    backend.layer_norm(select(x, rows).view(), gain.values, bias.values, 1e-6f, y.view());
    return y;
  });
}

constexpr Activation kActivations[] = {Activation::silu, Activation::gelu, Activation::gelu_tanh};

/// How far f(x) may be from the oracle's, in u |f(x)|. The exponential is off by 2 ulp = 4 u, sums, products, quotients
/// and the oracle by u each; gelu's polynomial by 7 u, and it takes two exponentials. The argument of gelu_tanh's
/// exponential is off by 4 u of itself, which for negative x (|argument| <= 88) is so much of the result.
double activation_error(Activation f, float x) {
  if (f == Activation::gelu) return 20;
  return f == Activation::silu ? 9 : 9 + 4 * std::min(88.0, std::fabs(1.6 * (x + 0.0447 * x * x * x)));
}

TEST(Activate, AgreesWithReference) {
  const auto fast = make_cpu_backend(), oracle = make_reference_backend();
  for (const Activation f : kActivations)
    for (const std::int64_t n : kWidths)
      for (const double scale : {1.0, 6.0, 30.0, 300.0}) {
        const Rows x = random_rows(n, 5, n, 3, scale);
        Rows y(5, n, 2), expected(5, n);
        fast->activate(f, x.view(), y.view());
        oracle->activate(f, x.view(), expected.view());
        const auto bound = [&](auto r, auto c) {  // an exponential below the smallest normal number is 0
          return activation_error(f, x.at(r, c)) * kUnitRoundoff * std::fabs(expected.at(r, c)) +
                 scale * kSmallestNormal;
        };
        EXPECT_TRUE(near(y, expected, bound)) << static_cast<int>(f) << ", " << n << " wide, up to " << scale;
        EXPECT_TRUE(gaps_untouched(y));
      }
}

// Values of PyTorch 2 in double precision.
TEST(Activate, KnownValues) {
  Rows x(1, 4), y(1, 4);
  x.values = {-3.0f, -0.5f, 1.0f, 2.5f};
  const std::vector<std::vector<double>> expected = {
      {-0.14227761953270035, -0.1887703343990727, 0.7310585786300049, 2.310354960349192},
      {-0.004049694094890287, -0.15426876936299344, 0.8413447460685429, 2.484475836710586},
      {-0.0036373920817729943, -0.15428599017516514, 0.8411919906082768, 2.4849155966210944}};
  for (const auto& backend : {make_cpu_backend(1), make_reference_backend()})
    for (const Activation f : kActivations) {
      backend->activate(f, x.view(), y.view());
      for (int i = 0; i < 4; ++i) {
        const double value = expected[static_cast<int>(f)][i];
        EXPECT_NEAR(y.at(0, i), value, 24 * kUnitRoundoff * std::fabs(value)) << backend->name();
      }
    }
}

TEST(Activate, GatedIsTheActivationTimesTheRest) {
  for (const auto& backend : {make_cpu_backend(2), make_reference_backend()})
    for (const Activation f : kActivations) {
      const Rows x = random_rows(1, 5, 74, 3, 5.0);
      Rows gate(5, 37), y(5, 37, 2);
      backend->activate(f, x.view().columns(0, 37), gate.view());
      backend->gated_activate(f, x.view(), y.view());
      const auto product = [&](auto r, auto c) { return double{gate.at(r, c)} * x.at(r, 37 + c); };
      Rows expected(5, 37);
      for (std::int64_t r = 0; r < 5; ++r)
        for (std::int64_t c = 0; c < 37; ++c) expected.at(r, c) = static_cast<float>(product(r, c));
      const auto bound = [&](auto r, auto c) { return 2 * kUnitRoundoff * std::fabs(product(r, c)); };
      EXPECT_TRUE(near(y, expected, bound)) << backend->name();
      EXPECT_TRUE(gaps_untouched(y));
    }
}

TEST(Activate, Extremes) {
  const float infinity = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
  for (const Activation f : kActivations) {
    Rows x(1, 5), y(1, 5);
    x.values = {3e38f, -3e4f, infinity, 0.0f, nan};
    make_cpu_backend()->activate(f, x.view(), y.view());
    EXPECT_EQ(y.at(0, 0), 3e38f);
    EXPECT_EQ(y.at(0, 1), 0.0f);
    EXPECT_EQ(y.at(0, 2), infinity);
    EXPECT_EQ(y.at(0, 3), 0.0f);
    EXPECT_TRUE(std::isnan(y.at(0, 4)));
  }
}

TEST(Activate, RowsAreIndependent) {
  const Rows x = random_rows(1, 33, 74, 0, 10.0);
  for (const Activation f : kActivations)
    expect_row_independence(x.rows, [&](const Backend& backend, const std::vector<std::int64_t>& rows) {
      Rows y(std::ssize(rows), x.cols / 2);
      backend.gated_activate(f, select(x, rows).view(), y.view());
      return y;
    });
}

TEST(Add, RoundsOnce) {
  const auto fast = make_cpu_backend(), oracle = make_reference_backend();
  for (const std::int64_t n : kWidths) {
    const Rows before = random_rows(1, 7, n, 3), y = random_rows(2, 7, n, 1);
    Rows x = before, expected = before;
    fast->add(x.view(), y.view());
    oracle->add(expected.view(), y.view());
    EXPECT_TRUE(same_bits(x, expected));
    EXPECT_TRUE(gaps_untouched(x));
  }
}

}  // namespace
}  // namespace partwise::test

// The activation by itself, and the MLP compared with its single steps.
#include <array>
#include <map>

#include "base/error.h"
#include "ops/row_independence.h"

namespace partwise::internal::test {
namespace {

constexpr Activation kActivations[] = {Activation::silu, Activation::gelu, Activation::gelu_tanh};

/// The bound for the difference of f(x) from the oracle, in u |f(x)|. The exponential is off by 2 ulp = 4 u. Sums,
/// products, quotients and the oracle are off by u each. gelu's polynomial is off by 7 u, and gelu takes two
/// exponentials. The argument of gelu_tanh's exponential is off by 4 u of itself. For negative x (|argument| <= 88),
/// the result is off by 4 u |argument| of itself.
double activation_error(Activation f, float x) {
  if (f == Activation::gelu) return 20;
  return f == Activation::silu ? 9 : 9 + 4 * std::min(88.0, std::fabs(1.6 * (x + 0.0447 * x * x * x)));
}

TestRows identity(std::int64_t n_rows, std::int64_t n_cols, std::int64_t first = 0) {
  TestRows m(n_rows, n_cols);
  for (std::int64_t r = 0; r < n_rows; ++r)
    for (std::int64_t c = 0; c < n_cols; ++c) m.at(r, c) = c == first + r ? 1.0f : 0.0f;
  return m;
}

/// y = f(x), by an MLP whose matrices are identities and whose biases are zero.
void activate(const Backend& backend, Activation f, const TestRows& x, TestRows& y) {
  const TestRows one = identity(x.cols, x.cols);
  const auto weight = backend.pack(one.matrix());
  backend.mlp({nullptr, weight.get(), weight.get(), {}, {}, {}, f}, x.view(), y.view());
}

/// f(x[:, :n]) * x[:, n:], y [n_rows, n]
void gated_activate(const Backend& backend, Activation f, const TestRows& x, TestRows& y) {
  const TestRows first = identity(y.cols, x.cols), second = identity(y.cols, x.cols, y.cols),
                 one = identity(y.cols, y.cols);
  const auto gate = backend.pack(first.matrix()), in = backend.pack(second.matrix()), out = backend.pack(one.matrix());
  backend.mlp({gate.get(), in.get(), out.get(), {}, {}, {}, f}, x.view(), y.view());
}

TEST(Activate, AgreesWithReference) {
  const auto fast = make_cpu_backend(), oracle = make_reference_backend();
  for (const Activation f : kActivations)
    for (const std::int64_t n : kWidths)
      for (const double scale : {1.0, 6.0, 30.0, 300.0}) {
        const TestRows x = random_rows(n, 5, n, 3, scale);
        TestRows y(5, n, 2), expected(5, n);
        activate(*fast, f, x, y);
        activate(*oracle, f, x, expected);
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
  TestRows x(1, 4), y(1, 4);
  x.values = {-3.0f, -0.5f, 1.0f, 2.5f};
  const std::vector<std::vector<double>> expected = {
      {-0.14227761953270035, -0.1887703343990727, 0.7310585786300049, 2.310354960349192},
      {-0.004049694094890287, -0.15426876936299344, 0.8413447460685429, 2.484475836710586},
      {-0.0036373920817729943, -0.15428599017516514, 0.8411919906082768, 2.4849155966210944}};
  for (const auto& backend : {make_cpu_backend(1), make_reference_backend()})
    for (const Activation f : kActivations) {
      activate(*backend, f, x, y);
      for (int i = 0; i < 4; ++i) {
        const double value = expected[static_cast<int>(f)][i];
        EXPECT_NEAR(y.at(0, i), value, 24 * kUnitRoundoff * std::fabs(value)) << backend->name();
      }
    }
}

TEST(Activate, GatedIsTheActivationTimesTheRest) {
  for (const auto& backend : {make_cpu_backend(2), make_reference_backend()})
    for (const Activation f : kActivations) {
      const TestRows x = random_rows(1, 5, 74, 3, 5.0);
      TestRows left(5, 37), gate(5, 37), y(5, 37, 2);
      for (std::int64_t r = 0; r < 5; ++r)
        for (std::int64_t c = 0; c < 37; ++c) left.at(r, c) = x.at(r, c);
      activate(*backend, f, left, gate);
      gated_activate(*backend, f, x, y);
      const auto product = [&](auto r, auto c) { return double{gate.at(r, c)} * x.at(r, 37 + c); };
      TestRows expected(5, 37);
      for (std::int64_t r = 0; r < 5; ++r)
        for (std::int64_t c = 0; c < 37; ++c) expected.at(r, c) = static_cast<float>(product(r, c));
      const auto bound = [&](auto r, auto c) { return 2 * kUnitRoundoff * std::fabs(product(r, c)); };
      EXPECT_TRUE(near(y, expected, bound)) << backend->name();
      EXPECT_TRUE(gaps_untouched(y));
    }
}

// gate = min(x, 7), in within -7 and 7: gate sigmoid(1.702 gate) (in + 1). Values by hand, in double precision.
TEST(Activate, ClampedSwigluIsOfGateAndInput) {
  TestRows x(1, 10);
  x.values = {-2.0f, 0.5f, 3.0f, 9.0f, 9.0f, 0.25f, -1.0f, 4.0f, 20.0f, -30.0f};  // five gates, five inputs
  const auto expected = [](double gate, double in) { return gate / (1 + std::exp(-1.702 * gate)) * (in + 1); };
  const std::vector<double> values = {expected(-2, 0.25), expected(0.5, -1), expected(3, 4), expected(7, 7),
                                      expected(7, -7)};
  for (const auto& backend : {make_cpu_backend(1), make_reference_backend()}) {
    TestRows y(1, 5);
    gated_activate(*backend, Activation::clamped_swiglu, x, y);
    for (std::int64_t i = 0; i < 5; ++i)
      EXPECT_NEAR(y.at(0, i), values[i], 24 * kUnitRoundoff * std::fabs(values[i])) << backend->name() << ' ' << i;
  }
}

TEST(Activate, Extremes) {
  const float infinity = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
  for (const Activation f : kActivations) {
    TestRows x(5, 1), y(5, 1);
    x.values = {3e38f, -3e4f, infinity, 0.0f, nan};
    activate(*make_cpu_backend(), f, x, y);
    EXPECT_EQ(y.at(0, 0), 3e38f);
    EXPECT_EQ(y.at(1, 0), 0.0f);
    EXPECT_EQ(y.at(2, 0), infinity);
    EXPECT_EQ(y.at(3, 0), 0.0f);
    EXPECT_TRUE(std::isnan(y.at(4, 0)));
  }
}

struct MlpCase {
  std::int64_t n_in, d_mlp, n_out;
  bool gated;
  Precision precision;
};

/// Weights and biases of a case.
struct RandomMlp {
  explicit RandomMlp(const MlpCase& c)
      : gate(random_rows(1, c.d_mlp, c.n_in)),
        in(random_rows(2, c.d_mlp, c.n_in)),
        out(random_rows(3, c.n_out, c.d_mlp)),
        gate_bias(random_rows(4, 1, c.d_mlp)),
        in_bias(random_rows(5, 1, c.d_mlp)),
        out_bias(random_rows(6, 1, c.n_out)) {}
  TestRows gate, in, out, gate_bias, in_bias, out_bias;
};

/// The same weights as a back end takes them.
struct PackedMlp {
  PackedMlp(const Backend& backend, const RandomMlp& m, bool gated)
      : gate(gated ? backend.pack(m.gate.matrix()) : nullptr),
        in(backend.pack(m.in.matrix())),
        out(backend.pack(m.out.matrix())),
        mlp{gate.get(),       in.get(),          out.get(),       gated ? m.gate_bias.values : std::span<const float>(),
            m.in_bias.values, m.out_bias.values, Activation::silu} {}
  std::unique_ptr<PackedWeight> gate, in, out;
  Mlp mlp;
};

class MlpShapes : public testing::TestWithParam<MlpCase> {};

/// linear(), the activation in float32 and linear() again.
TestRows by_steps(const Backend& backend, const PackedMlp& packed, const TestRows& x, const MlpCase& c) {
  const auto& [gate, in, out, gate_bias, in_bias, out_bias, f] = packed.mlp;
  TestRows hidden(x.rows, c.d_mlp * (c.gated ? 2 : 1)), act(x.rows, c.d_mlp), y(x.rows, c.n_out);
  if (gate) backend.linear(*gate, gate_bias, x.view(), hidden.view().columns(0, c.d_mlp));
  backend.linear(*in, in_bias, x.view(), hidden.view().columns(hidden.cols - c.d_mlp, c.d_mlp));
  const auto exact = make_cpu_backend();
  if (gate)
    gated_activate(*exact, f, hidden, act);
  else
    activate(*exact, f, hidden, act);
  backend.linear(*out, out_bias, act.view(), y.view());
  return y;
}

TEST_P(MlpShapes, HasTheBitsOfItsSteps) {
  const MlpCase& c = GetParam();
  const auto backend = make_cpu_backend(2, c.precision);
  const RandomMlp weights(c);
  const PackedMlp packed(*backend, weights, c.gated);
  for (const std::int64_t n_rows : {0, 1, 31, 95, 96, 129}) {
    const TestRows x = random_rows(n_rows, n_rows, c.n_in, 3);
    TestRows y(n_rows, c.n_out, 2);
    backend->mlp(packed.mlp, x.view(), y.view());
    ASSERT_TRUE(same_bits(y, by_steps(*backend, packed, x, c))) << n_rows << " rows";
    ASSERT_TRUE(gaps_untouched(y));
  }
}

TEST_P(MlpShapes, RowsAreIndependent) {
  const MlpCase& c = GetParam();
  const RandomMlp weights(c);
  const TestRows all = random_rows(7, 100, c.n_in);
  std::map<const Backend*, std::unique_ptr<PackedMlp>> packed;
  expect_row_independence(all.rows, c.precision, [&](const Backend& backend, const std::vector<std::int64_t>& rows) {
    TestRows y(std::ssize(rows), c.n_out);
    auto& own = packed[&backend];
    if (!own) own = std::make_unique<PackedMlp>(backend, weights, c.gated);
    backend.mlp(own->mlp, select(all, rows).view(), y.view());
    return y;
  });
}

std::vector<MlpCase> mlp_cases() {
  std::vector<MlpCase> all;
  for (const Precision precision : {Precision::f32, Precision::bf16})
    for (const bool gated : {false, true})
      for (const auto& [n_in, d_mlp, n_out] : std::vector<std::array<std::int64_t, 3>>{
               {1, 1, 1}, {17, 49, 3}, {64, 200, 65}, {33, 2151, 40}, {2100, 300, 48}})
        all.push_back({n_in, d_mlp, n_out, gated, precision});
  return all;
}

INSTANTIATE_TEST_SUITE_P(Sizes, MlpShapes, testing::ValuesIn(mlp_cases()), [](const auto& param) {
  const MlpCase& c = param.param;
  return std::to_string(c.n_in) + "to" + std::to_string(c.d_mlp) + (c.gated ? "gated_" : "_") +
         std::string(name(c.precision));
});

TEST(Mlp, NormedRowsAreThoseThatTheNormMakes) {
  const MlpCase c{70, 90, 40, true, Precision::bf16};
  const RandomMlp weights(c);
  const TestRows x = random_rows(8, 100, c.n_in), gain = random_rows(9, 1, c.n_in);
  for (const auto& backend : {make_cpu_backend(2, c.precision), make_reference_backend(c.precision)}) {
    const PackedMlp packed(*backend, weights, c.gated);
    TestRows normed(x.rows, c.n_in), expected(x.rows, c.n_out), y(x.rows, c.n_out);
    backend->rms_norm(x.view(), gain.values, 1e-5f, normed.view());
    backend->mlp(packed.mlp, normed.view(), expected.view());
    backend->mlp(packed.mlp, {x.view(), {NormKind::rms, gain.values, {}, 1e-5f}}, y.view());
    EXPECT_TRUE(same_bits(y, expected)) << backend->name();
  }
}

// silu(0.5) = 0.5 / (1 + exp(-0.5)) = 0.311229665600733, silu(-1) = -1 / (1 + e) = -0.268941421369995
TEST(Mlp, ValuesByHand) {
  TestRows gate(2, 1), in(2, 1), out(1, 2), x(1, 1), y(1, 1);
  gate.values = {0.25f, -0.5f};
  in.values = {1.0f, 2.0f};
  out.values = {4.0f, 1.0f};
  x.values = {2.0f};
  const std::vector<float> in_bias = {1.0f, 0.0f}, out_bias = {0.5f};
  for (const auto& backend : {make_cpu_backend(1), make_reference_backend()}) {
    const auto w_gate = backend->pack(gate.matrix()), w_in = backend->pack(in.matrix()),
               w_out = backend->pack(out.matrix());
    backend->mlp({w_gate.get(), w_in.get(), w_out.get(), {}, in_bias, out_bias, Activation::silu}, x.view(), y.view());
    EXPECT_NEAR(y.at(0, 0), 4 * 0.311229665600733 * 3 - 0.268941421369995 * 4 + 0.5, 1e-6) << backend->name();
    backend->mlp({nullptr, w_gate.get(), w_out.get(), {}, {}, {}, Activation::silu}, x.view(), y.view());
    EXPECT_NEAR(y.at(0, 0), 4 * 0.311229665600733 - 0.268941421369995, 1e-6) << backend->name();
  }
}

TEST(MlpErrors, WrongShapesAreOurBugs) {
  for (const auto& backend : {make_cpu_backend(1), make_reference_backend()}) {
    const TestRows wide = random_rows(1, 4, 8), tall = random_rows(1, 8, 4), x = random_rows(2, 3, 8);
    TestRows y(3, 8);
    const auto in = backend->pack(wide.matrix()), out = backend->pack(tall.matrix());
    const std::vector<float> bias(5);
    const auto run = [&](const Mlp& mlp) { backend->mlp(mlp, x.view(), y.view()); };
    EXPECT_NO_THROW(run({in.get(), in.get(), out.get(), {}, {}, {}, Activation::silu}));
    EXPECT_THROW(run({out.get(), in.get(), out.get(), {}, {}, {}, Activation::silu}), Error);
    EXPECT_THROW(run({nullptr, out.get(), in.get(), {}, {}, {}, Activation::silu}), Error);
    EXPECT_THROW(run({nullptr, in.get(), in.get(), {}, {}, {}, Activation::silu}), Error);
    EXPECT_THROW(run({nullptr, in.get(), out.get(), {}, bias, {}, Activation::silu}), Error);
  }
}

}  // namespace
}  // namespace partwise::internal::test

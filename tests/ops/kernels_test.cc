// The exponential, in every instruction set that this machine has.
#include "ops/cpu/kernels.h"

#include <sched.h>

#include "ops/matrices.h"

namespace partwise::internal::test {
namespace {

std::vector<const cpu::Kernels*> runnable_kernels() {
  std::vector<const cpu::Kernels*> all = {&cpu::kBaselineKernels};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) all.push_back(&cpu::kAvx2Kernels);
  if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    all.push_back(&cpu::kAvx512Kernels);
#endif
  return all;
}

float exp_of(const cpu::Kernels& kernels, float x) {
  float y = 0;
  kernels.exp(&x, 1, &y);
  return y;
}

TEST(Exp, WithinTwoUlp) {
  for (const cpu::Kernels* kernels : runnable_kernels()) {
    double worst = 0;
    for (float x = -87.33f; x <= 0; x += 1.7e-4f) {
      const double exact = std::exp(double{x});
      const double ulp = std::ldexp(1.0, std::ilogb(static_cast<float>(exact)) - 23);
      worst = std::max(worst, std::fabs(exp_of(*kernels, x) - exact) / ulp);
    }
    EXPECT_LE(worst, 2.0) << kernels->name;
    EXPECT_GT(worst, 0.4) << kernels->name << ": no float32 result is that good; the test measures nothing";
  }
}

TEST(Exp, ExactAtTheEnds) {
  const float infinity = std::numeric_limits<float>::infinity();
  for (const cpu::Kernels* kernels : runnable_kernels()) {
    EXPECT_EQ(exp_of(*kernels, 0.0f), 1.0f) << kernels->name;
    EXPECT_EQ(exp_of(*kernels, -0.0f), 1.0f) << kernels->name;
    EXPECT_EQ(exp_of(*kernels, -infinity), 0.0f) << kernels->name;
    EXPECT_EQ(exp_of(*kernels, -3e38f), 0.0f) << kernels->name;
    EXPECT_TRUE(std::isnan(exp_of(*kernels, std::numeric_limits<float>::quiet_NaN()))) << kernels->name;
  }
}

TEST(Exp, BelowTheSmallestNormalNumberIsOffByNoMoreThanIt) {
  for (const cpu::Kernels* kernels : runnable_kernels())
    for (float x = -120.0f; x < -87.3f; x += 0.001f)
      EXPECT_NEAR(exp_of(*kernels, x), std::exp(double{x}), kSmallestNormal) << kernels->name << " at " << x;
}

TEST(Exp, PlaceInTheVectorDoesNotMatter) {
  const TestRows x = random_rows(1, 1, 100, 0, 50.0);
  for (const cpu::Kernels* kernels : runnable_kernels()) {
    TestRows below_zero = x, y(1, 100);
    for (float& value : below_zero.values) value = -std::fabs(value);
    kernels->exp(below_zero.values.data(), 100, y.values.data());
    for (int i = 0; i < 100; ++i) EXPECT_EQ(y.values[i], exp_of(*kernels, below_zero.values[i])) << kernels->name;
  }
}

TEST(CpuBackend, ThreadsAreThoseOfTheProcess) {
  const auto all = make_cpu_backend(0), too_many = make_cpu_backend(100'000), one = make_cpu_backend(1);
  cpu_set_t set;
  ASSERT_EQ(sched_getaffinity(0, sizeof set, &set), 0);
  EXPECT_EQ(all->n_threads(), CPU_COUNT(&set));
  EXPECT_EQ(too_many->n_threads(), all->n_threads());
  EXPECT_EQ(one->n_threads(), 1);
}

}  // namespace
}  // namespace partwise::internal::test

#include <gtest/gtest.h>

#include "base/error.h"
#include "readers/fits.h"

namespace partwise::internal {
namespace {

std::string chosen(const internal::Run& run) {
  auto reader = make_reader("best");
  reader->fit(run.parts, run.labels, fit_rows(run));
  return reader->save().at("component");
}

// Makes part `c` right on the first `n_right` of four rows by `margin`, and wrong on the others. Labels are 0 1 0 1.
void make_right(internal::Run& run, std::int64_t c, int n_right, float margin) {
  for (std::int64_t i = 0; i < 4; ++i) {
    const_cast<float*>(component_logits(run.parts, i, c))[i < n_right ? run.labels[i] : 1 - run.labels[i]] = margin;
  }
}

TEST(Best, TakesTheMostAccurateComponent) {
  internal::Run run = test::silent_run(4, 2);  // a silent component says label 0 and is right half the time
  make_right(run, 3, 3, 0.1f);
  EXPECT_EQ(chosen(run), "L1MLP");
}

TEST(Best, BreaksTiesByTheLowerCrossEntropy) {
  internal::Run run = test::silent_run(4, 2);
  make_right(run, 0, 4, 0.5f);
  make_right(run, 1, 4, 2.0f);
  EXPECT_EQ(chosen(run), "L1H0");
}

TEST(Best, TakesTheFirstOfEqualComponents) {
  internal::Run run = test::silent_run(4, 2);
  make_right(run, 1, 4, 1.0f);
  make_right(run, 2, 4, 1.0f);
  EXPECT_EQ(chosen(run), "L1H0");
}

TEST(Best, FindsTheNamedComponentAmongBillions) {
  const ReaderShape vast{1 << 20, 1 << 20, 2};
  const auto reader = make_reader("best");
  for (const char* name : {"L1048575MLP", "L1048575H1048575", "L0H0"}) {
    reader->load({{"component", name}}, vast);
    EXPECT_EQ(reader->save().at("component"), name);
  }
  for (const char* name : {"", "L", "L0", "0H0", "L00H0", "L0H0 ", "L0H", "L-1H0", "L0H-1", "L1048576MLP", "L0H1048576",
                           "L99999999999999999999MLP"}) {
    EXPECT_THROW(reader->load({{"component", name}}, vast), Error) << name;
  }
}

TEST(Best, ScoresAreThatComponentsLogits) {
  internal::Run run = test::silent_run(4, 2);
  make_right(run, 2, 4, 1.5f);
  auto reader = make_reader("best");
  EXPECT_EQ(reader->fit(run.parts, run.labels, fit_rows(run)).train_accuracy, 1.0);
  std::vector<double> f(2);
  reader->scores(run.parts, 3, f);
  EXPECT_EQ(f, (std::vector{0.0, 1.5}));
}

}  // namespace
}  // namespace partwise::internal

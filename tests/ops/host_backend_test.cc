// Rows of host back ends: what goes in and out, and what is copied between rows.
#include "ops/host_backend.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "ops/matrices.h"

namespace partwise::internal::test {
namespace {

using ::testing::ElementsAre;

TEST(HostBackend, UploadsAndDownloadsTheSameNumbers) {
  const auto backend = make_cpu_backend(2);
  const TestRows x = random_rows(1, 5, 7, 3);
  OwnedRows rows = backend->allocate(5, 7);
  backend->upload(x.matrix(), rows.view());
  TestRows back(5, 7, 2);
  backend->download(rows.view(), back.own());
  EXPECT_TRUE(same_bits(x, back));
  EXPECT_TRUE(gaps_untouched(back));
}

TEST(HostBackend, CopiesRowsToTheirPlaces) {
  const auto backend = make_reference_backend();
  const TestRows x = random_rows(1, 4, 3, 1);
  TestRows y = random_rows(2, 5, 3, 2), expected = y;
  for (const auto& [from, to] : {std::pair(3, 0), std::pair(1, 4), std::pair(1, 2)})
    for (std::int64_t c = 0; c < 3; ++c) expected.at(to, c) = x.at(from, c);
  backend->copy_rows(x.view(), y.view(), std::vector<RowCopy>{{3, 0}, {1, 4}, {1, 2}});
  EXPECT_TRUE(same_bits(y, expected));
  EXPECT_TRUE(gaps_untouched(y));
  EXPECT_THROW(backend->copy_rows(x.view(), y.view(), std::vector<RowCopy>{{4, 0}}), Error);
  EXPECT_THROW(backend->copy(x.view(), y.view()), Error) << "other shapes";
}

TEST(HostBackend, FillsColumnsOfRows) {
  TestRows x = random_rows(1, 3, 4, 1), expected = x;
  for (std::int64_t r = 0; r < 3; ++r) expected.at(r, 1) = 8, expected.at(r, 2) = 9;
  make_cpu_backend()->fill(x.view().columns(1, 2), std::vector<float>{8, 9});
  EXPECT_TRUE(same_bits(x, expected));
}

TEST(HostBackend, RoundsAsProductsDo) {
  TestRows x(1, 2), y = x;
  x.values = y.values = {1 + 0x1p-9f, 3};
  make_cpu_backend(1, Precision::f32)->round(x.view());
  EXPECT_THAT(x.values, ElementsAre(1 + 0x1p-9f, 3));
  make_cpu_backend(1, Precision::bf16)->round(y.view());
  EXPECT_THAT(y.values, ElementsAre(1, 3)) << "bfloat16 has steps of 2^-7 above 1";
}

TEST(HostBackend, RowScalesAreWhatNormsDivideBy) {
  TestRows x(1, 4);
  x.values = {1, 3, 5, 7};
  std::vector<double> scale(1);
  const auto backend = make_cpu_backend();
  backend->row_scales(NormKind::rms, x.view(), 4.0f, scale);
  EXPECT_DOUBLE_EQ(scale[0], 5.0);  // sqrt((1 + 9 + 25 + 49) / 4 + 4)
  backend->row_scales(NormKind::layer, x.view(), 4.0f, scale);
  EXPECT_DOUBLE_EQ(scale[0], 3.0);  // sqrt((9 + 1 + 1 + 9) / 4 + 4)
}

}  // namespace
}  // namespace partwise::internal::test

#include "base/buffer.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace partwise::internal {
namespace {

TEST(Buffer, StartsAtACacheLineWhateverItsSize) {
  for (const std::int64_t n : {0, 1, 100, 1'000'000, 5'000'000}) {
    const Buffer<float> buffer = make_buffer<float>(n);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(buffer.get()) % 64, 0u) << n;
    for (std::int64_t i = 0; i < n; i += 1000) buffer[i] = 1;
    if (n > 0) buffer[n - 1] = 1;  // the sanitizer watches the end
  }
}

TEST(Buffer, MoreThanThereIsThrows) { EXPECT_THROW(make_buffer<float>(std::int64_t{1} << 55), std::bad_alloc); }

}  // namespace
}  // namespace partwise::internal

#include "http/zstd.h"

#include <gtest/gtest.h>
#include <zstd.h>

#include "support/errors.h"

namespace partwise::internal::http {
namespace {

constexpr std::uint64_t kMost = 1'000'000;

std::string packed(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

TEST(Zstd, UnpacksWhatTheLibraryPacked) {
  for (const std::string& text : {std::string(), std::string("{}"), std::string(500'000, 'a')})
    EXPECT_EQ(unzstd_at_most(packed(text), "it", kMost), text);
  EXPECT_EQ(unzstd_at_most(packed("one, ") + packed("two"), "it", kMost), "one, two");
}

TEST(Zstd, StopsAtTheBound) {
  EXPECT_EQ(unzstd_at_most(packed(std::string(100, 'a')), "it", 100), std::string(100, 'a'));
  EXPECT_EQ(unzstd_at_most(packed(std::string(101, 'a')), "it", 100), std::nullopt);
  EXPECT_EQ(unzstd_at_most(packed(std::string(100'000'000, 'a')), "it", kMost), std::nullopt);
}

TEST(Zstd, RefusesWhatIsDamaged) {
  std::string bytes = packed("a text that is long enough to have some bytes of its own");
  for (std::size_t n = 1; n < bytes.size(); ++n)
    EXPECT_EQ(test::error_of([&] { unzstd_at_most(bytes.substr(0, n), "it", kMost); }).code(), ErrorCode::bad_data)
        << n;
  EXPECT_EQ(test::error_of([&] { unzstd_at_most("", "it", kMost); }).code(), ErrorCode::bad_data);
  bytes[0] = 'x';
  EXPECT_EQ(test::error_of([&] { unzstd_at_most(bytes, "it", kMost); }).code(), ErrorCode::bad_data);
}

}  // namespace
}  // namespace partwise::internal::http

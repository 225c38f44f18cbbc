#include "base/gzip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/errors.h"
#include "support/mutations.h"

namespace partwise::internal {
namespace {

using namespace std::string_view_literals;
using test::error_of;
using ::testing::HasSubstr;

/// Python's gzip.compress(b"one\ntwo\n", mtime=0).
constexpr std::string_view kPacked =
    "\037\213\010\000\000\000\000\000\002\003\313\317\113\345\052\051\317\347\002\000\346\013\272\022\010\000\000\000"sv;

std::string failure(std::string_view bytes) {
  const Error error = error_of([&] { gunzip(bytes, "rows.gz"); });
  EXPECT_EQ(error.code(), ErrorCode::bad_data);
  return error.what();
}

TEST(Gzip, IsUnpackedMemberByMember) {
  EXPECT_TRUE(is_gzip(kPacked));
  EXPECT_FALSE(is_gzip("{\"a\": 1}"));
  EXPECT_EQ(gunzip(kPacked, "t"), "one\ntwo\n");
  const std::string twice = std::string(kPacked) + std::string(kPacked);
  EXPECT_EQ(gunzip(twice, "t"), "one\ntwo\none\ntwo\n");
  EXPECT_EQ(gunzip(twice + std::string(512, '\0'), "t"), "one\ntwo\none\ntwo\n") << "zeros are padding";
}

TEST(Gzip, ALongTextIsUnpackedWhole) {
  /// Python's gzip.compress(b"a" * 1000000, mtime=0): many blocks of output from few bytes.
  constexpr std::string_view head =
      "\037\213\010\000\000\000\000\000\002\003\355\301\201\000\000\000\000\303\040\326\371\113\034\344\125\001"sv;
  const std::string long_text =
      std::string(head) + std::string(968, '\0') + std::string("\257\006\274\277\045\334\100\102\017\000"sv);
  EXPECT_EQ(gunzip(long_text, "t"), std::string(1000000, 'a'));
}

TEST(Gzip, ATextThatIsTooLongIsNotUnpacked) {
  EXPECT_EQ(gunzip_at_most(kPacked, "t", 8), "one\ntwo\n");
  EXPECT_EQ(gunzip_at_most(kPacked, "t", 7), std::nullopt);
  const std::string twice = std::string(kPacked) + std::string(kPacked);
  EXPECT_EQ(gunzip_at_most(twice, "t", 16), "one\ntwo\none\ntwo\n");
  EXPECT_EQ(gunzip_at_most(twice, "t", 15), std::nullopt) << "the limit is for all members together";
}

TEST(Gzip, DamageIsNamed) {
  for (std::size_t n = 2; n < kPacked.size(); ++n)
    EXPECT_THAT(failure(kPacked.substr(0, n)), HasSubstr("rows.gz: a gzip file, but it is cut off")) << n;
  std::string wrong_sum(kPacked);
  wrong_sum[wrong_sum.size() - 8] ^= 1;
  EXPECT_THAT(failure(wrong_sum), HasSubstr("it is damaged"));
  EXPECT_THAT(failure(std::string(kPacked) + "more"), HasSubstr("something follows"));
}

TEST(Gzip, DamagedFilesAreReadOrRefused) {
  EXPECT_GT(test::parse_mutations(std::string(kPacked), [](const std::string& text) { gunzip(text, "t"); }), 0);
}

}  // namespace
}  // namespace partwise::internal

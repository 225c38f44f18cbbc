#include "tokenizer/piece_cache.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace partwise::internal {
namespace {

using Ids = std::vector<TokenId>;

/// Encodes bytes as ids and counts its calls.
struct Bytes {
  Ids operator()(std::string_view piece) const {
    ++n_calls;
    return {piece.begin(), piece.end()};
  }
  mutable int n_calls = 0;
};

TEST(PieceCache, EncodesAPieceOnce) {
  PieceCache cache;
  const Bytes encode;
  Ids ids{7};
  cache.append({"ab", "c", "ab"}, ids, encode);
  cache.append({"c", "d"}, ids, encode);
  EXPECT_EQ(ids, (Ids{7, 'a', 'b', 'c', 'a', 'b', 'c', 'd'}));
  EXPECT_EQ(encode.n_calls, 3);
}

TEST(PieceCache, KeepsPiecesWithoutIdsAndNoLongOnes) {
  PieceCache cache;
  int n_calls = 0;
  const auto nothing = [&](std::string_view) { return ++n_calls, Ids(); };
  const std::string longest(64, 'x'), too_long(65, 'x');
  Ids ids;
  for (int i = 0; i < 2; ++i) cache.append({longest, too_long, "\xff"}, ids, nothing);
  EXPECT_TRUE(ids.empty());
  EXPECT_EQ(n_calls, 4);  // three pieces, and the long one again
}

TEST(PieceCache, IsRightBeyondWhatItHolds) {
  PieceCache cache;
  const Bytes encode;
  for (int i = 0; i < 100'000; ++i) {
    const std::string piece = std::to_string(i);
    Ids ids;
    cache.append({"common", piece}, ids, encode);
    ASSERT_EQ(std::string(ids.begin(), ids.end()), "common" + piece);
  }
  EXPECT_LT(encode.n_calls, 100'010);  // "common" is encoded again whenever the cache starts anew
}

TEST(PieceCache, ServesSeveralThreads) {
  PieceCache cache;
  const Bytes encode;
  std::vector<Ids> results(4);
  std::vector<std::thread> threads;
  for (Ids& ids : results)
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) cache.append({"ab", "c"}, ids, encode);
    });
  for (std::thread& thread : threads) thread.join();
  for (const Ids& ids : results) EXPECT_EQ(ids.size(), 3000u);
  EXPECT_EQ(encode.n_calls, 2);
}

}  // namespace
}  // namespace partwise::internal

#include <gtest/gtest.h>
#include <partwise/array.h>

#include <numeric>

namespace partwise {
namespace {

TEST(Array, IsRowMajor) {
  const auto numbers = std::make_shared<std::vector<int>>(24);
  std::iota(numbers->begin(), numbers->end(), 0);
  const Array<int> array(numbers->data(), {2, 3, 4}, numbers);
  EXPECT_EQ(array(1, 2, 3), 23);
  EXPECT_EQ(array(1, 0, 2), 14);
  EXPECT_EQ(array.size(), 24);
  EXPECT_EQ(std::accumulate(array.begin(), array.end(), 0), 276);
}

TEST(Array, KeepsItsElementsAlive) {
  auto numbers = std::make_shared<std::vector<int>>(3, 7);
  const Array<int> array(numbers->data(), {3}, numbers);
  const std::weak_ptr<std::vector<int>> watched = numbers;
  numbers.reset();
  EXPECT_FALSE(watched.expired());
  EXPECT_EQ(array(2), 7);
}

TEST(Array, IsEmptyUnlessMade) {
  EXPECT_TRUE(Array<float>().empty());
  EXPECT_EQ(Array<float>().size(), 0);
}

}  // namespace
}  // namespace partwise

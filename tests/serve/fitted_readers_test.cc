#include "serve/fitted_readers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "serve/tiny_service.h"

namespace partwise::internal {
namespace {

using ::testing::ElementsAre;

ReaderFile full_reader() {
  const ModelConfig& config = test::tiny_llama().config();
  return {make_reader(kFullModel), config.n_layers, config.n_heads, {"a", "b"}, {}, {}};
}

TEST(FittedReaders, AreFoundByTheirNames) {
  FittedReaders readers(test::tiny_llama());
  readers.add("b", full_reader());
  readers.add("a-1.x_Y", full_reader());
  EXPECT_THAT(readers.names(), ElementsAre("a-1.x_Y", "b"));
  const auto held = readers.find("b");
  ASSERT_TRUE(held);
  EXPECT_TRUE(readers.remove("b"));
  EXPECT_FALSE(readers.remove("b"));
  EXPECT_EQ(readers.find("b"), nullptr);
  EXPECT_EQ(held->label_words[1], "b") << "who holds it keeps it";
}

TEST(FittedReaders, HaveNamesThatAreNoPaths) {
  FittedReaders readers(test::tiny_llama());
  for (const char* name : {"", "../x", ".x", "a b", "a/b", "caf\xC3\xA9"})
    EXPECT_EQ(test::error_of([&] { readers.add(name, full_reader()); }).code(), ErrorCode::usage) << name;
  EXPECT_THROW(readers.add(std::string(101, 'a'), full_reader()), Error);
}

TEST(FittedReaders, AreOfThisModel) {
  FittedReaders readers(test::tiny_llama());
  ReaderFile larger = full_reader();
  larger.n_layers = 12;
  EXPECT_EQ(test::error_of([&] { readers.add("x", std::move(larger)); }).code(), ErrorCode::bad_data);
  ReaderFile other = full_reader();
  other.info.set(facts::kFingerprint, "other");
  EXPECT_EQ(test::error_of([&] { readers.add("x", std::move(other)); }).code(), ErrorCode::bad_data);
}

}  // namespace
}  // namespace partwise::internal

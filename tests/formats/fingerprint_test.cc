#include <gtest/gtest.h>

#include <cstring>

#include "base/json.h"
#include "base/sha256.h"
#include "formats/checkpoint.h"

namespace partwise::internal {
namespace {

/// A checkpoint in memory.
class FakeCheckpoint : public Checkpoint {
 public:
  std::string_view format() const override { return "fake"; }
  const Json& config() const override { return json; }
  const std::map<std::string, TensorView>& tensors() const override { return views; }
  const std::filesystem::path& path() const override { return nowhere; }
  std::vector<std::filesystem::path> files() const override { return {}; }

  Json json = {{"n_layers", 2}};
  std::map<std::string, TensorView> views;
  std::filesystem::path nowhere;
};

constexpr std::size_t kEdge = 64 * 1024;

class Fingerprint : public testing::Test {
 protected:
  Fingerprint() : bytes_(3 * kEdge), copy_(bytes_) {
    original_.views["w"] = view(bytes_);
    changed_.views["w"] = view(copy_);
  }

  static TensorView view(const std::vector<std::byte>& bytes) {
    return {DType::u8, {static_cast<std::int64_t>(bytes.size())}, bytes};
  }
  bool same(bool full_hash = false) const {
    return fingerprint(original_, full_hash) == fingerprint(changed_, full_hash);
  }

  std::vector<std::byte> bytes_, copy_;
  FakeCheckpoint original_, changed_;
};

TEST_F(Fingerprint, IsAHashOfTheContent) {
  EXPECT_EQ(fingerprint(original_).size(), 64u);
  EXPECT_TRUE(same());
  EXPECT_TRUE(same(true));
  EXPECT_NE(fingerprint(original_), fingerprint(original_, true));
}

// The bytes that are hashed, written out: readers of run files may count on them.
TEST_F(Fingerprint, HashesWhatItSays) {
  bytes_[kEdge - 1] = bytes_[2 * kEdge] = std::byte{5};
  const std::span<const std::byte> all(bytes_);
  Sha256 edges, whole;
  edges.update("5:edges14:{\"n_layers\":2}1:w2:U88:[196608]");
  edges.update(all.first(kEdge));
  edges.update(all.last(kEdge));
  whole.update("5:whole14:{\"n_layers\":2}1:w2:U88:[196608]");
  whole.update(all);
  EXPECT_EQ(fingerprint(original_), edges.finish());
  EXPECT_EQ(fingerprint(original_, true), whole.finish());
}

TEST_F(Fingerprint, SeesTheEdgesOfATensorAndInFullAllOfIt) {
  for (std::size_t at : {std::size_t{0}, kEdge - 1, kEdge, 2 * kEdge - 1, 2 * kEdge, 3 * kEdge - 1}) {
    copy_ = bytes_;
    copy_[at] = std::byte{1};
    const bool in_the_middle = at >= kEdge && at < 2 * kEdge;
    EXPECT_EQ(same(), in_the_middle) << at;
    EXPECT_FALSE(same(true)) << at;
  }
}

TEST_F(Fingerprint, SmallTensorsAreHashedWholeAndOnce) {
  const std::vector<std::byte> small(100), longer(101);
  original_.views["w"] = view(small);
  changed_.views["w"] = view(longer);
  EXPECT_FALSE(same());
  changed_.views["w"] = view(small);
  EXPECT_TRUE(same());
}

TEST_F(Fingerprint, SeesConfigurationNamesTypesAndShapes) {
  changed_.json["n_layers"] = 3;
  EXPECT_FALSE(same());
  changed_.json = original_.json;
  changed_.views.emplace("v", TensorView{DType::u8, {0}, {}});
  EXPECT_FALSE(same());
  changed_.views.erase("v");
  changed_.views["w"].shape = {3, static_cast<std::int64_t>(kEdge)};
  EXPECT_FALSE(same());
  changed_.views["w"] = original_.views["w"];
  changed_.views["w"].dtype = DType::i8;
  EXPECT_FALSE(same());
}

}  // namespace
}  // namespace partwise::internal

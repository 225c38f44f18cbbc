#include <gtest/gtest.h>

#include "formats/checkpoint.h"
#include "formats/checkpoints.h"
#include "support/gguf_writer.h"

namespace partwise::internal {
namespace {

TEST(CheckpointFormats, AreRegisteredByName) {
  std::vector<std::string_view> names;
  for (const CheckpointFormat& format : checkpoint_formats()) names.push_back(format.name);
  EXPECT_EQ(names, (std::vector<std::string_view>{"gguf", "hugging-face"}));
}

TEST(CheckpointFormats, EachKnowsItsOwnOnly) {
  test::TempDir dir;
  test::write_sharded(dir.path());
  test::GgufWriter().write(dir / "model.gguf");
  test::write_file(dir / "notes.txt", "text");
  for (const CheckpointFormat& format : checkpoint_formats()) {
    EXPECT_EQ(format.probe(dir.path()), format.name == "hugging-face") << format.name;
    EXPECT_EQ(format.probe(dir / "model.gguf"), format.name == "gguf") << format.name;
    EXPECT_FALSE(format.probe(dir / "notes.txt")) << format.name;
  }
}

}  // namespace
}  // namespace partwise::internal

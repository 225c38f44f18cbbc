#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "base/file.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

namespace fs = std::filesystem;

std::ptrdiff_t files_in(const fs::path& folder) { return std::distance(fs::directory_iterator(folder), {}); }

TEST(PartialFiles, GoWhenASignalEndsTheProgram) {
  test::TempDir dir;
  OutputFile first(dir / "first"), second(dir / "second");
  first.write("one");
  EXPECT_EQ(files_in(dir.path()), 2);
  EXPECT_TRUE(remove_partial_files());
  EXPECT_EQ(files_in(dir.path()), 0);
}

TEST(PartialFiles, CommittedAndAbandonedFilesAreForgotten) {
  test::TempDir dir;
  { OutputFile abandoned(dir / "abandoned"); }
  OutputFile committed(dir / "committed");
  committed.commit();
  EXPECT_FALSE(remove_partial_files());
  EXPECT_TRUE(fs::exists(dir / "committed"));
  EXPECT_EQ(files_in(dir.path()), 1);
}

TEST(PartialFiles, MoreThanTheTableHoldsStillWorks) {
  test::TempDir dir;
  std::vector<std::unique_ptr<OutputFile>> files;
  for (int i = 0; i < 20; ++i) files.push_back(std::make_unique<OutputFile>(dir / std::to_string(i)));
  for (auto& file : files) file->commit();
  EXPECT_EQ(files_in(dir.path()), 20);
}

}  // namespace
}  // namespace partwise::internal

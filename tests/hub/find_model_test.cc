#include "hub/find_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hub/hub.h"
#include "support/errors.h"

namespace partwise::internal {
namespace {

namespace fs = std::filesystem;
using test::commit;
using test::error_of;

TEST(FindModel, PathsAreCalledByTheirLastName) {
  const test::HubCache hub;
  const test::TempDir dir;
  fs::create_directory(dir / "model");
  fs::create_symlink(dir / "model", dir / "link");
  for (const char* name : {"model", "model/", "model/.", "link"}) {
    const ModelPlace place = find_model(dir / name);
    EXPECT_EQ(place.path, dir / name);
    EXPECT_EQ(place.name, "model") << name;
    EXPECT_EQ(place.commit, "");
  }
}

TEST(FindModel, NamesAreCalledByRevision) {
  const test::HubCache hub;
  hub.add("org--name", "v1", 7, "model.gguf");
  const ModelPlace place = find_model("org/name@v1");
  EXPECT_EQ(place.path, hub.snapshot("org--name", 7) / "model.gguf");
  EXPECT_EQ(place.name, "org/name@v1");
  EXPECT_EQ(place.commit, commit(7));
}

TEST(FindModel, APathIntoTheCacheIsCalledByRepositoryAndCommit) {
  const test::HubCache hub;
  hub.add("org--name", "v1", 7, "model.gguf");
  const fs::path file = hub.snapshot("org--name", 7) / "model.gguf";
  EXPECT_EQ(find_model(file).path, file);
  EXPECT_EQ(find_model(file).name, "org/name/model.gguf@" + commit(7));
  EXPECT_EQ(find_model(file).commit, commit(7));
}

TEST(FindModel, NeitherPathNorName) {
  const test::HubCache hub;
  for (const std::string& given :
       {std::string("/no/such/model"), std::string("no/such"), std::string(), std::string(5000, 'x')}) {
    EXPECT_EQ(error_of([&] { find_model(given); }).code(), ErrorCode::missing_input) << given;
  }
}

}  // namespace
}  // namespace partwise::internal

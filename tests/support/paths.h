// Where tests find and leave files.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace partwise::test {

/// The folder of shared fixtures: $PARTWISE_SHARED, or `shared` beside the checkout. Nothing where there is none: tests
/// that use it then say so and skip; everything that the project promises is tested without it as well.
std::optional<std::filesystem::path> shared_dir();

/// The real model of the demo: $PARTWISE_DEMO_MODEL, or the file in the cache of `make demo` if it is there. Throws if
/// the variable names a file that is not there: scripts/test sets it, so that no test of the model is left out there.
std::optional<std::filesystem::path> demo_model();

/// The real Gemma-3-270M, in the same cache: there only where the shared fixtures are (see scripts/test).
std::optional<std::filesystem::path> gemma_model();

/// A fresh folder that is removed with the object.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

void write_file(const std::filesystem::path& path, const std::string& content);
/// Root of the source tree, and of the build.
std::filesystem::path source_dir();
std::filesystem::path build_dir();

}  // namespace partwise::test

// The folders and files that tests use.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace partwise::internal::test {

/// The folder of shared fixtures: $PARTWISE_SHARED, or `shared` beside the checkout. nullopt if it is missing; tests
/// that use it are then skipped with a message. Other tests also cover everything that the project promises.
std::optional<std::filesystem::path> shared_dir();

/// The real model of the demo: $PARTWISE_DEMO_MODEL, or the file in the cache of `make demo` if it is there. Throws if
/// the variable names a missing file. scripts/test sets the variable, so that it never skips a test of the model.
std::optional<std::filesystem::path> demo_model();

/// The real Gemma-3-270M in the same cache. scripts/test downloads it only if the shared fixtures are there.
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

}  // namespace partwise::internal::test

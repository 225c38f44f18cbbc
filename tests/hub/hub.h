// A hub cache in a temporary folder with the layout of huggingface_hub. The process uses it while the object lives.
#pragma once

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

#include "support/paths.h"

namespace partwise::internal::test {

/// Sets an environment variable, or unsets it if `value` is null, while the object lives.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    set(value);
  }
  ~Variable() { set(old_ ? old_->c_str() : nullptr); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  void set(const char* value) const { value ? setenv(name_.c_str(), value, 1) : unsetenv(name_.c_str()); }

  std::string name_;
  std::optional<std::string> old_;
};

/// A commit made of this number: 40 digits.
inline std::string commit(int number) { return fmt::format("{:040}", number); }

class HubCache {
 public:
  const std::filesystem::path& path() const { return dir_.path(); }

  /// `name` is like "org--name".
  std::filesystem::path repo(const std::string& name) const { return dir_ / ("models--" + name); }
  std::filesystem::path snapshot(const std::string& name, int number) const {
    return repo(name) / "snapshots" / commit(number);
  }

  void add_reference(const std::string& name, const std::string& revision, const std::string& content) const {
    const std::filesystem::path path = repo(name) / "refs" / revision;
    std::filesystem::create_directories(path.parent_path());
    write_file(path, content);
  }

  /// Adds a file as a link to a blob. The blob's name is the commit and the file's name.
  void add_file(const std::string& name, int number, const std::string& file, const std::string& content = "x") const {
    const std::filesystem::path link = snapshot(name, number) / file;
    const std::filesystem::path blob = repo(name) / "blobs" / (commit(number) + link.filename().string());
    std::filesystem::create_directories(link.parent_path());
    std::filesystem::create_directories(blob.parent_path());
    write_file(blob, content);
    std::filesystem::create_symlink(blob, link);
  }

  /// Adds a revision with one file.
  void add(const std::string& name, const std::string& revision, int number, const std::string& file) const {
    add_reference(name, revision, commit(number));
    add_file(name, number, file);
  }

 private:
  TempDir dir_;
  Variable in_use_{"HF_HUB_CACHE", dir_.path().c_str()};
};

}  // namespace partwise::internal::test

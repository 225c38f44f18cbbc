// Files: mapped for reading, written beside their target and renamed.
#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <string_view>

namespace partwise {

/// A whole file mapped read-only. Empty files map to an empty span.
/// Errors: missing_input where the path is not there, is a folder or cannot be read.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(MappedFile&&) noexcept;
  MappedFile& operator=(MappedFile&&) noexcept;

  std::span<const std::byte> bytes() const { return {data_, size_}; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

/// A file that appears under its name only when it is complete: bytes go to a hidden neighbour
/// (".NAME.partial-PID"), `commit()` flushes, syncs and renames it, and the destructor removes it
/// when `commit()` was never reached. The target's folder is checked for writing at construction,
/// so that long work does not end at an unwritable output.
class OutputFile {
 public:
  explicit OutputFile(std::filesystem::path target);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(std::string_view bytes);
  void write(std::span<const std::byte> bytes);
  void commit();
  const std::filesystem::path& target() const { return target_; }

 private:
  std::filesystem::path target_, partial_;
  std::ofstream stream_;
  bool committed_ = false;
};

/// The content of a text file; "-" reads standard input. Errors: missing_input.
std::string read_text_file(const std::filesystem::path& path);

}  // namespace partwise

// Files: mapped for reading, written beside their target and renamed.
#pragma once

#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

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

/// Asks the system to read these bytes of a mapped file before they are used, or to take their pages back (they are
/// read again where they are used again). Only advice: nothing changes but time and memory.
void advise_needed_soon(std::span<const std::byte> mapped);
void advise_not_needed(std::span<const std::byte> mapped);

/// A file that appears under its name only when it is complete: bytes go to a hidden neighbour
/// (".NAME.partial-PID"), `commit()` flushes, syncs and renames it, and the destructor removes it
/// when `commit()` was never reached. The target's folder is checked for writing at construction,
/// so that long work does not end at an unwritable output. A replaced file passes on its permission
/// bits. What is not a regular file (/dev/stdout, a pipe) is written to as it is.
/// Errors: missing_input where the folder is not there, failure where the target cannot be written, usage for "-",
/// which is standard input elsewhere.
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
  void open_neighbour();
  void write(const void* data, std::size_t size);
  [[noreturn]] void fail(int error) const;

  std::filesystem::path target_;       // as the caller named it
  std::filesystem::path destination_;  // with symbolic links followed
  std::filesystem::path partial_;      // empty where the destination is written to directly
  std::FILE* stream_ = nullptr;
};

/// Opens `path` before the work, so that none is lost to a place that cannot be written, runs it, and lets the file
/// appear when it is complete. Errors: those of OutputFile and of `work`; an interruption says that nothing was
/// written.
void write_output(const std::string& path, const std::function<void(OutputFile&)>& work);

/// Removes the hidden neighbours of all files that are being written: for signal handlers that end
/// the program at once. Async-signal-safe. Says whether there were any.
bool remove_partial_files() noexcept;

/// Whether something is there, and whether it is a folder; not so where it cannot be seen (a name too long, a folder
/// closed to us).
bool is_there(const std::filesystem::path& path);
bool is_folder(const std::filesystem::path& path);

/// Makes a folder and those above it, where they are not there yet. Errors: failure, naming it.
void make_folder(const std::filesystem::path& folder);

/// The names of a folder's folders, sorted; none where it cannot be read.
std::vector<std::string> folders_in(const std::filesystem::path& folder);

/// The content of a text file; "-" reads standard input. Errors: missing_input.
std::string read_text_file(const std::filesystem::path& path);

}  // namespace partwise

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

namespace partwise::internal {

/// A whole file, mapped read-only. Empty files map to an empty span. Errors: missing_input if the path does not exist,
/// is a folder or cannot be read.
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

/// Asks the system to read these bytes of a mapped file soon, or to take their pages back (it reads them again if they
/// are used again). Both are only advice, and change nothing but time and memory.
void advise_needed_soon(std::span<const std::byte> mapped);
void advise_not_needed(std::span<const std::byte> mapped);

/// A file that appears under its name only when it is complete: bytes go to a hidden neighbour (".NAME.partial-PID"),
/// `commit()` flushes, syncs and renames it, and the destructor removes it if `commit()` was never called. The
/// constructor checks that the target's folder can be written to, so that long work does not fail at its end. The new
/// file gets the permission bits of the file that it replaces. A target that is not a regular file (/dev/stdout, a
/// pipe) is written to directly. Errors: missing_input if the folder does not exist, failure if the target cannot be
/// written, usage for "-", which means standard input elsewhere.
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
  std::filesystem::path partial_;      // empty if the destination is written to directly
  std::FILE* stream_ = nullptr;
};

/// Opens `path`, runs `work`, and lets the file appear when it is complete. The file is opened first, so that no work
/// is lost if it cannot be written. Errors: those of OutputFile and of `work`; the error of an interruption says that
/// nothing was written.
void write_output(const std::string& path, const std::function<void(OutputFile&)>& work);

/// Checks that `path` can be written, and writes nothing. Errors: those of OutputFile.
void check_writable(const std::string& path);

/// Removes the hidden neighbours of all files that are being written; returns whether there were any. For signal
/// handlers that end the program at once: async-signal-safe.
bool remove_partial_files() noexcept;

/// Whether `path` exists, and whether it is a folder. Both are false if it cannot be examined (the name is too long, or
/// a folder above it may not be read).
bool is_there(const std::filesystem::path& path);
bool is_folder(const std::filesystem::path& path);

/// Checks that a folder is there and can be written to, or can be made. Makes nothing. Errors: failure, naming it.
void check_folder(const std::filesystem::path& folder);

/// Makes a folder and the folders above it, unless they exist. Errors: failure, naming the folder.
void make_folder(const std::filesystem::path& folder);

/// The names of the folders in a folder, sorted; empty if it cannot be read.
std::vector<std::string> folders_in(const std::filesystem::path& folder);

/// The content of a text file; "-" reads standard input. Errors: missing_input.
std::string read_text_file(const std::filesystem::path& path);

}  // namespace partwise::internal

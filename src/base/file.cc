#include "base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/error.h"

namespace partwise::internal {

namespace fs = std::filesystem;

namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ > STDERR_FILENO) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

std::string reason(int error) { return std::generic_category().message(error); }

[[noreturn]] void cannot_read(const fs::path& path, const std::string& why, const char* hint) {
  throw Error(ErrorCode::missing_input, fmt::format("cannot read {}: {}", path.string(), why), hint);
}

int open_for_reading(const fs::path& path) {
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd >= 0) return fd;
  int error = errno;
  cannot_read(path, reason(error), error == EACCES ? "check the file's permissions" : "check the path");
}

struct stat status_of(int fd, const fs::path& path) {
  struct stat status;
  if (::fstat(fd, &status) != 0) cannot_read(path, reason(errno), "check the path");
  if (S_ISDIR(status.st_mode)) cannot_read(path, "it is a folder", "name a file in it");
  return status;
}

}  // namespace

MappedFile::MappedFile(const fs::path& path) : path_(path) {
  Descriptor fd(open_for_reading(path));
  struct stat status = status_of(fd.get(), path);
  if (!S_ISREG(status.st_mode)) cannot_read(path, "it is not a regular file", "save it to disk first");
  if (status.st_size == 0) return;
  auto size = static_cast<std::size_t>(status.st_size);
  void* data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd.get(), 0);
  if (data == MAP_FAILED) cannot_read(path, reason(errno), "it could not be mapped into memory");
  data_ = static_cast<const std::byte*>(data);
  size_ = size;
}

MappedFile::~MappedFile() {
  if (data_) ::munmap(const_cast<std::byte*>(data_), size_);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : path_(std::move(other.path_)), data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

namespace {

/// Advises on whole pages, so other bytes on the first and the last page are included.
void advise(std::span<const std::byte> mapped, int advice) {
  if (mapped.empty()) return;
  static const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto before = reinterpret_cast<std::uintptr_t>(mapped.data()) % page;  // bytes on the first page
  ::madvise(const_cast<std::byte*>(mapped.data()) - before, mapped.size() + before, advice);
}

}  // namespace

void advise_needed_soon(std::span<const std::byte> mapped) { advise(mapped, MADV_WILLNEED); }
void advise_not_needed(std::span<const std::byte> mapped) { advise(mapped, MADV_DONTNEED); }

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

void check_folder(const fs::path& folder) {
  if (folder == "-") throw Error(ErrorCode::usage, "'-' is no name for a folder to write", "name one");
  std::error_code ignored;
  fs::path existing = fs::absolute(folder, ignored);
  while (!is_there(existing) && existing.has_relative_path()) existing = existing.parent_path();
  if (is_folder(existing) && ::access(existing.c_str(), W_OK | X_OK) == 0) return;
  throw Error(ErrorCode::failure,
              fmt::format("cannot write to the folder {}: {}", folder.string(),
                          is_folder(existing) ? existing.string() + " may not be written to"
                                              : existing.string() + " is a file"),
              "choose another place");
}

void make_folder(const fs::path& folder) {
  check_folder(folder);
  std::error_code error;
  fs::create_directories(folder, error);
  if (!error) return;
  throw Error(ErrorCode::failure, fmt::format("cannot make the folder {}: {}", folder.string(), error.message()),
              "choose another place");
}

std::vector<std::string> folders_in(const fs::path& folder) {
  std::error_code ignored;
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder, ignored))
    if (is_folder(entry.path())) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

std::string read_text_file(const fs::path& path) {
  Descriptor fd(path == "-" ? STDIN_FILENO : open_for_reading(path));
  status_of(fd.get(), path);
  std::string text;
  char buffer[1 << 16];
  while (true) {
    ssize_t n = ::read(fd.get(), buffer, sizeof buffer);
    if (n == 0) return text;
    if (n > 0) text.append(buffer, static_cast<std::size_t>(n));
    if (n < 0 && errno != EINTR) cannot_read(path, reason(errno), "check the file and its disk");
  }
}

}  // namespace partwise::internal

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <system_error>
#include <tuple>
#include <utility>

#include "base/error.h"
#include "base/file.h"

namespace partwise::internal {

namespace fs = std::filesystem;

namespace {

const char* hint_for(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return "free some space, or write to another place";
    case EACCES:
    case EPERM:
    case EROFS:
      return "choose a place that you may write to";
    case EISDIR:
      return "name a file in it";
    case ENOENT:
      return "make the folder first, or choose another one";
    default:
      return "choose another place";
  }
}

/// Whether the target cannot be replaced by renaming: pipes, devices, and standard output under any of its names.
/// Standard output may be redirected to a file that also receives other output.
bool is_written_directly(const fs::path& path) {
  std::error_code ignored;
  fs::file_status status = fs::status(path, ignored);
  if (fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status)) return true;
  return path.native().starts_with("/dev/") && fs::exists(status) && fs::is_symlink(path, ignored);
}

fs::path folder_of(const fs::path& path) { return path.has_parent_path() ? path.parent_path() : fs::path("."); }

/// Names of the hidden neighbours that exist now. A signal handler may read them at any moment. If there are more files
/// than entries, a killed program leaves the others behind.
std::array<std::atomic<const char*>, 8> live_partials;
static_assert(std::atomic<const char*>::is_always_lock_free);

/// Changes the first entry that holds `from`.
void replace_live_partial(const char* from, const char* to) {
  for (auto& entry : live_partials) {
    const char* expected = from;
    if (entry.compare_exchange_strong(expected, to)) return;
  }
}

/// Shortened to the longest name that a file may have.
std::string partial_name(const std::string& name) {
  constexpr std::size_t kMost = 200;
  const std::string own =
      name.size() <= kMost ? name : fmt::format("{}-{:x}", name.substr(0, kMost), std::hash<std::string>()(name));
  return fmt::format(".{}.partial-{}", own, ::getpid());
}

}  // namespace

bool remove_partial_files() noexcept {
  bool any = false;
  for (auto& entry : live_partials) {
    const char* path = entry.exchange(nullptr);
    if (path) ::unlink(path);
    any = any || path;
  }
  return any;
}

OutputFile::OutputFile(fs::path target) : target_(std::move(target)), destination_(target_) {
  if (target_ == "-") throw Error(ErrorCode::usage, "'-' is no name for a file to write", "name one");
  if (is_written_directly(target_)) {
    stream_ = std::fopen(target_.c_str(), "abe");
    if (!stream_) fail(errno);
    return;
  }
  std::error_code ignored;
  if (fs::is_directory(target_, ignored) || !target_.has_filename()) fail(EISDIR);
  if (fs::exists(target_, ignored)) destination_ = fs::canonical(target_);
  open_neighbour();
}

void OutputFile::open_neighbour() {
  fs::path folder = folder_of(destination_);
  struct stat replaced;
  bool replaces = ::stat(destination_.c_str(), &replaced) == 0;
  if (replaces && ::access(destination_.c_str(), W_OK) != 0) fail(errno);
  partial_ = folder / partial_name(destination_.filename().string());
  replace_live_partial(nullptr, partial_.c_str());  // before the file exists: a signal may come right after
  int fd = ::open(partial_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (fd < 0) {
    const int error = errno;
    replace_live_partial(partial_.c_str(), nullptr);
    fail(error);
  }
  if (replaces) std::ignore = ::fchmod(fd, replaced.st_mode & 0777);
  stream_ = ::fdopen(fd, "wb");
  check_internal(stream_ != nullptr, "an open descriptor makes a stream");
}

OutputFile::~OutputFile() {
  if (stream_) std::fclose(stream_);
  if (partial_.empty()) return;
  std::error_code ignored;
  fs::remove(partial_, ignored);
  replace_live_partial(partial_.c_str(), nullptr);
}

void OutputFile::write(std::string_view bytes) { write(bytes.data(), bytes.size()); }

void OutputFile::write(std::span<const std::byte> bytes) { write(bytes.data(), bytes.size()); }

void OutputFile::write(const void* data, std::size_t size) {
  check_internal(stream_ != nullptr, "nothing is written after commit()");
  if (size > 0 && std::fwrite(data, 1, size, stream_) != size) fail(errno);
}

void OutputFile::commit() {
  check_internal(stream_ != nullptr, "commit() is called once");
  if (std::fflush(stream_) != 0) fail(errno);
  if (!partial_.empty() && ::fsync(::fileno(stream_)) != 0) fail(errno);
  if (std::fclose(std::exchange(stream_, nullptr)) != 0) fail(errno);
  if (partial_.empty()) return;
  if (std::rename(partial_.c_str(), destination_.c_str()) != 0) fail(errno);
  replace_live_partial(partial_.c_str(), nullptr);
  partial_.clear();
}

void OutputFile::fail(int error) const {
  ErrorCode code = error == ENOENT || error == ENOTDIR ? ErrorCode::missing_input : ErrorCode::failure;
  std::string why = error == ENOENT   ? fmt::format("the folder {} is not there", folder_of(target_).string())
                    : error == EISDIR ? "it is a folder"
                                      : std::generic_category().message(error);
  throw Error(code, fmt::format("cannot write {}: {}", target_.string(), why), hint_for(error));
}

void check_writable(const std::string& path) {
  if (!is_written_directly(path)) OutputFile{path};
}

void write_output(const std::string& path, const std::function<void(OutputFile&)>& work) {
  OutputFile out(path);
  try {
    work(out);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::interrupted) throw;
    throw Error(error.code(), fmt::format("interrupted: nothing was written to {}", path));
  }
  out.commit();
}

}  // namespace partwise::internal

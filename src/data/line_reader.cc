#include "data/line_reader.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/error.h"

namespace partwise::internal {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

[[noreturn]] void cannot_read(const std::string& name, int reason) {
  throw Error(ErrorCode::missing_input, fmt::format("cannot read {}: {}", name, std::strerror(reason)),
              "check the path and its permissions; - is standard input");
}

}  // namespace

LineReader::LineReader(const std::filesystem::path& path, LineEnds ends, std::function<void()> check)
    : name_(path == "-" ? "standard input" : path.string()), check_(std::move(check)), ends_(ends) {
  fd_ = path == "-" ? dup(STDIN_FILENO) : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd_ < 0) cannot_read(name_, errno);
  struct stat status {};
  if (fstat(fd_, &status) == 0 && S_ISREG(status.st_mode)) size_ = status.st_size;
}

LineReader::~LineReader() { close(fd_); }

std::vector<Line> LineReader::next(std::size_t max) {
  std::vector<Line> lines;
  while (lines.size() < max) {
    if (take_line(lines)) continue;
    if (at_end_ || (!lines.empty() && !ready_without_waiting())) break;
    fill();
  }
  return lines;
}

bool LineReader::take_line(std::vector<Line>& lines) {
  const std::size_t end = buffer_.find(end_, searched_);
  searched_ = end == std::string::npos ? buffer_.size() : end + 1;
  if (end == std::string::npos && (!at_end_ || start_ == buffer_.size())) return false;
  std::string_view text = std::string_view(buffer_).substr(start_, end == std::string::npos ? end : end - start_);
  start_ = searched_;
  if (text.ends_with('\r')) text.remove_suffix(1);
  if (n_taken_ == 0 && text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  lines.push_back({std::string(text), fmt::format("{} line {}", name_, ++n_taken_)});
  return true;
}

bool LineReader::ready_without_waiting() const {
  pollfd waiting = {fd_, POLLIN, 0};
  return poll(&waiting, 1, 0) > 0;
}

void LineReader::fill() {
  buffer_.erase(0, start_);
  searched_ -= start_;
  start_ = 0;
  char block[1 << 16];
  if (check_) check_();
  const ssize_t n = read(fd_, block, sizeof block);
  if (n < 0 && errno == EINTR) return;
  if (n < 0) cannot_read(name_, errno);
  if (n == 0) end_input();
  buffer_.append(block, static_cast<std::size_t>(n));
  n_read_ += n;
}

/// If a text has no newline, all of it is in the buffer by now, and a lone "\r" may end its lines.
void LineReader::end_input() {
  at_end_ = true;
  if (ends_ == LineEnds::newline || n_taken_ > 0 || buffer_.find('\n') != std::string::npos) return;
  end_ = '\r';
  searched_ = 0;
}

std::optional<double> LineReader::share() const {
  if (size_ == 0) return std::nullopt;
  const std::int64_t taken = n_read_ - static_cast<std::int64_t>(buffer_.size() - start_);
  return std::min(1.0, static_cast<double>(taken) / static_cast<double>(size_));  // a file may grow
}

}  // namespace partwise::internal

#include "cli/request_log.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <ctime>
#include <iterator>
#include <mutex>
#include <utility>

#include "base/json.h"

namespace partwise::internal {

namespace {

std::string time_text(std::int64_t seconds) { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(seconds)); }

constexpr std::chrono::seconds kLast{1};  // for what is written at the end

/// What a client sent, without what would act on a terminal or look like another word or line. Terminals know control
/// characters beyond ASCII, too.
std::string printable(std::string text) {
  for (char& c : text)
    if (c < '\x21' || c > '\x7e') c = '?';
  return text;
}

/// One line of ASCII, whatever a client sent.
std::string ascii_line(const OrderedJson& value) {
  return value.dump(-1, ' ', true, OrderedJson::error_handler_t::replace);
}

/// Until all is written, or cannot be. If the file does not wait by itself, this waits for room.
void write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(file, text.data(), text.size());
    pollfd room{.fd = file, .events = POLLOUT, .revents = 0};
    if (n < 0 && errno == EAGAIN) ::poll(&room, 1, -1);
    if (n < 0 && errno != EAGAIN && errno != EINTR) return;
    if (n > 0) text.remove_prefix(static_cast<std::size_t>(n));
  }
}

/// It takes no memory that there may not be.
void write_dropped(int file, std::size_t n_lines) {
  fmt::memory_buffer line;
  fmt::format_to(std::back_inserter(line), "{} lines of the log were dropped\n", n_lines);
  write_all(file, {line.data(), line.size()});
}

}  // namespace

std::string request_line(const http::Answered& answered, std::int64_t seconds) {
  const http::Request& request = answered.request;
  return fmt::format("{} {} {} {} {:.0f} ms {} bytes {} {}", time_text(seconds), answered.status,
                     printable(request.method), printable(request.path), 1000 * answered.seconds, answered.n_bytes,
                     request.client, request.id);
}

std::string request_json(const http::Answered& answered, std::int64_t seconds) {
  const http::Request& request = answered.request;
  return ascii_line({{"time", time_text(seconds)},
                     {"status", answered.status},
                     {"method", request.method},
                     {"path", request.path},
                     {"seconds", answered.seconds},
                     {"bytes", answered.n_bytes},
                     {"client", request.client},
                     {"id", request.id}});
}

struct RequestLog::Waiting {
  Waiting(int to, std::size_t most) : file(to), most_bytes(most) {}

  const int file;
  const std::size_t most_bytes;
  std::mutex mutex;
  std::condition_variable changed;
  std::string lines;  // each with its newline
  std::size_t n_dropped = 0;
  bool is_ending = false, has_ended = false;
};

RequestLog::RequestLog(int file, std::size_t most_bytes)
    : waiting_(std::make_shared<Waiting>(file, most_bytes)), thread_([waiting = waiting_] { write_lines(*waiting); }) {}

/// A thread that cannot write stays behind, and ends with the program.
RequestLog::~RequestLog() {
  std::unique_lock lock(waiting_->mutex);
  waiting_->is_ending = true;
  waiting_->changed.notify_all();
  const bool has_ended = waiting_->changed.wait_for(lock, kLast, [&] { return waiting_->has_ended; });
  lock.unlock();
  has_ended ? thread_.join() : thread_.detach();
}

void RequestLog::add(std::string_view line) {
  const std::lock_guard lock(waiting_->mutex);
  const std::size_t n_bytes = waiting_->lines.size() + line.size() + 1;
  if (n_bytes > waiting_->most_bytes) {
    ++waiting_->n_dropped;
  } else {
    waiting_->lines.reserve(n_bytes);  // so that a line is added whole, or not at all
    waiting_->lines.append(line) += '\n';
  }
  waiting_->changed.notify_all();
}

void RequestLog::write_lines(Waiting& waiting) {
  std::unique_lock lock(waiting.mutex);
  const auto is_due = [&] { return waiting.is_ending || !waiting.lines.empty() || waiting.n_dropped > 0; };
  while (waiting.changed.wait(lock, is_due), !waiting.lines.empty() || waiting.n_dropped > 0) {
    const std::string lines = std::exchange(waiting.lines, {});
    const std::size_t n_dropped = std::exchange(waiting.n_dropped, 0);
    lock.unlock();
    write_all(waiting.file, lines);
    if (n_dropped > 0) write_dropped(waiting.file, n_dropped);
    lock.lock();
  }
  waiting.has_ended = true;
  waiting.changed.notify_all();
}

}  // namespace partwise::internal

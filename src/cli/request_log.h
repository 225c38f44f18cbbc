// One line for each request that was answered, and who writes it.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "http/server.h"

namespace partwise::internal {

/// "2026-11-30T18:06:16Z 200 POST /v1/systemone 31 ms 512 bytes 127.0.0.1:50412 3f2a..."
std::string request_line(const http::Answered& answered, std::int64_t seconds_since_1970);
/// In ASCII: {"time", "status", "method", "path", "seconds", "bytes", "client", "id"}
std::string request_json(const http::Answered& answered, std::int64_t seconds_since_1970);

/// Writes lines on a thread of its own: whoever reads them may pause, and nobody is to wait for that. Several threads
/// may add lines at a time.
class RequestLog {
 public:
  /// Lines of more than `most_bytes` wait nowhere: further ones are dropped, and a line says how many were. The file
  /// must stay open.
  explicit RequestLog(int file, std::size_t most_bytes = 1'000'000);
  /// Writes what waits, for at most a second.
  ~RequestLog();
  RequestLog(const RequestLog&) = delete;
  RequestLog& operator=(const RequestLog&) = delete;

  /// Returns at once. `line` has no newline.
  void add(std::string_view line);

 private:
  struct Waiting;
  static void write_lines(Waiting& waiting);

  std::shared_ptr<Waiting> waiting_;  // the thread's as well, which may outlive this object
  std::thread thread_;
};

}  // namespace partwise::internal

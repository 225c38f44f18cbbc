#include "cli/request_log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <sstream>
#include <string>

#include "base/json.h"

namespace partwise::internal {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;

constexpr std::int64_t kTime = 1'796'061'976;  // date -u -d @1796061976

http::Request request(std::string path) {
  return {.method = "POST", .path = std::move(path), .id = "3f2a", .client = "127.0.0.1:50412"};
}

TEST(RequestLine, SaysWhatWasAnswered) {
  const http::Request given = request("/v1/systemone");
  EXPECT_EQ(request_line({given, 200, 512, 0.0312}, kTime),
            "2026-11-30T18:06:16Z 200 POST /v1/systemone 31 ms 512 bytes 127.0.0.1:50412 3f2a");
}

TEST(RequestLine, IsOneLineOfAsciiWhateverAClientSends) {
  const http::Request given = request("/a b\nc\x1b[2J\x7f\xc2\x9b\xffz~");
  EXPECT_THAT(request_line({given, 404, 0, 0}, kTime), HasSubstr(" /a?b?c?[2J????z~ "));
}

TEST(RequestJson, SaysTheSame) {
  const http::Request given = request("/v1/systemone");
  EXPECT_EQ(request_json({given, 200, 512, 0.5}, kTime),
            R"({"time":"2026-11-30T18:06:16Z","status":200,"method":"POST","path":"/v1/systemone","seconds":0.5,)"
            R"("bytes":512,"client":"127.0.0.1:50412","id":"3f2a"})");
}

TEST(RequestJson, IsOneLineOfAsciiThatKeepsThePath) {
  const http::Request given = request("/\n\x7f\xc2\x9b\"\xc3\xa9");
  const std::string line = request_json({given, 404, 0, 0}, kTime);
  EXPECT_EQ(OrderedJson::parse(line)["path"].get<std::string>(), given.path);
  EXPECT_THAT(line, Each(::testing::AllOf(::testing::Ge(' '), ::testing::Le('~'))));
  const http::Request broken = request("/\xff");
  EXPECT_THAT(request_json({broken, 404, 0, 0}, kTime), HasSubstr("\"/\\ufffd\""));
}

/// A pipe that holds 4096 bytes.
class Pipe {
 public:
  Pipe() {
    EXPECT_EQ(::pipe(files_), 0);
    EXPECT_EQ(::fcntl(writing(), F_SETPIPE_SZ, 4096), 4096);
  }
  ~Pipe() {
    for (int file : files_) ::close(file);
  }
  int writing() const { return files_[1]; }

  /// What comes until `is_all` says so, or nothing has come for ten seconds.
  template <class IsAll>
  std::string read_until(IsAll&& is_all) {
    std::string text;
    char block[4096];
    pollfd wanted{.fd = files_[0], .events = POLLIN, .revents = 0};
    while (!is_all(text) && ::poll(&wanted, 1, 10'000) == 1) {
      const ssize_t n = ::read(files_[0], block, sizeof block);
      if (n <= 0) break;
      text.append(block, static_cast<std::size_t>(n));
    }
    return text;
  }
  std::string read_to(std::string_view last) {
    return read_until([&](const std::string& text) { return text.ends_with(last); });
  }

 private:
  int files_[2];
};

TEST(RequestLog, WritesItsLinesBeforeItEnds) {
  Pipe pipe;
  {
    RequestLog log(pipe.writing());
    log.add("a");
    log.add("b");
  }
  EXPECT_EQ(pipe.read_to("b\n"), "a\nb\n");
}

/// Those that came, and those that the log says it dropped.
struct Lines {
  std::size_t n_whole = 0, n_dropped = 0;
};

Lines lines_of(const std::string& text, const std::string& each) {
  Lines lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);)
    if (line == each)
      ++lines.n_whole;
    else if (line.ends_with(" lines of the log were dropped"))
      lines.n_dropped += std::stoul(line);
  return lines;
}

TEST(RequestLog, WaitsForNoReaderAndCountsWhatItDrops) {
  Pipe pipe;
  const std::string line(99, 'a');
  RequestLog log(pipe.writing(), 10'000);
  for (int i = 0; i < 1'000; ++i) log.add(line);  // nobody reads
  const std::string text = pipe.read_until([&](const std::string& so_far) {
    const Lines lines = lines_of(so_far, line);
    return lines.n_whole + lines.n_dropped == 1'000 && so_far.ends_with("dropped\n");
  });
  const Lines lines = lines_of(text, line);
  EXPECT_EQ(lines.n_whole + lines.n_dropped, 1'000u);
  EXPECT_GE(lines.n_whole, 100u);
  EXPECT_LE(lines.n_whole, 300u) << "what waits, what is being written, and what the pipe holds";
  log.add("again");
  EXPECT_EQ(pipe.read_to("again\n"), "again\n");
}

TEST(RequestLog, AFileThatDoesNotWaitLosesNothing) {
  Pipe pipe;
  ::fcntl(pipe.writing(), F_SETFL, O_NONBLOCK);
  RequestLog log(pipe.writing());
  for (int i = 0; i < 1'000; ++i) log.add("some line");
  log.add("last");
  EXPECT_EQ(pipe.read_to("last\n").size(), 10'000u + 5);
}

TEST(RequestLog, AReaderThatPausesDoesNotKeepTheProgramAlive) {
  Pipe pipe;
  std::optional<RequestLog> log(pipe.writing());
  for (int i = 0; i < 1'000; ++i) log->add("some line");
  log->add("last");
  const auto began = std::chrono::steady_clock::now();
  log.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(10));
  EXPECT_EQ(pipe.read_to("last\n").size(), 10'000u + 5) << "the thread goes on as long as the program does";
}

}  // namespace
}  // namespace partwise::internal

// Lines of a file or of standard input, as they come.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace partwise::internal {

struct Line {
  std::string text;   // without its end
  std::string place;  // "rows.jsonl line 7", for errors
};

/// split_lines (data/lines.h) has another rule for a lone "\r", since it sees the whole text.
enum class LineEnds {
  newline,    // "\n" and "\r\n"
  or_old_mac  // also a lone "\r", if the input has no newline at all
};

class LineReader {
 public:
  /// "-" is standard input. `check` is called before the reader waits for input; it throws to stop the work. Errors:
  /// missing_input.
  explicit LineReader(const std::filesystem::path& path, LineEnds ends = LineEnds::newline,
                      std::function<void()> check = {});
  ~LineReader();
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;

  /// Waits for one line, then takes the lines that are there without waiting, at most `max` in all. Empty at the end of
  /// the input. Errors: missing_input if the input cannot be read; what `check` throws.
  std::vector<Line> next(std::size_t max);
  /// The share of the file that was taken, from 0 to 1; nullopt if the size is not known (a pipe) or is 0.
  std::optional<double> share() const;

 private:
  bool take_line(std::vector<Line>& lines);
  bool ready_without_waiting() const;
  void fill();
  void end_input();

  std::string name_;
  std::function<void()> check_;
  LineEnds ends_;
  char end_ = '\n';
  int fd_ = -1;
  std::string buffer_;        // what was read; the bytes from start_ on are not taken yet
  std::size_t start_ = 0;     // where the next line begins
  std::size_t searched_ = 0;  // the next line does not end before this
  bool at_end_ = false;
  std::int64_t n_taken_ = 0;
  std::int64_t n_read_ = 0, size_ = 0;  // bytes; size_ is 0 if it is not known
};

}  // namespace partwise::internal

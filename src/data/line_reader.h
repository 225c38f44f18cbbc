// Lines of a file or of standard input, as they come.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace partwise {

struct Line {
  std::string text;   // without its end
  std::string place;  // "rows.jsonl line 7", for errors
};

enum class LineEnds {
  newline,    // "\n" and "\r\n"
  or_old_mac  // and a lone "\r", where there is no newline at all
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

  /// Waits for a line, then takes what else is there without waiting, `max` lines at most. Empty at the end of the
  /// input. Errors: missing_input where it cannot be read; what `check` throws.
  std::vector<Line> next(std::size_t max);
  /// How much of a file was taken, from 0 to 1; nothing of what has no size.
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
  std::string buffer_;        // read and not taken yet, from start_ on
  std::size_t start_ = 0;     // of the next line
  std::size_t searched_ = 0;  // up to here there is no end of it
  bool at_end_ = false;
  std::int64_t n_taken_ = 0;
  std::int64_t n_read_ = 0, size_ = 0;  // bytes; 0 where the size is not known
};

}  // namespace partwise

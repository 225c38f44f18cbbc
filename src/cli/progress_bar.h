// How far long work is, on standard error.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "base/listener.h"
#include "cli/console.h"

namespace partwise {

/// On a terminal one line that is redrawn up to ten times a second and cleared at the end; elsewhere a
/// line every ten seconds. Nothing where the console is quiet. The listener also stops the work
/// once the user has asked for it (cli/interrupt.h).
class ProgressBar {
 public:
  explicit ProgressBar(const Console& console);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// Shows progress and notes; stops the work once the user has asked for it. Valid as long as the bar.
  Listener listener();

  /// The same for work that says itself how far it is: `line` is asked for a line where one is due, by the seconds
  /// since the bar was made. Errors: interrupted.
  void show(const std::function<std::string(double seconds)>& line);
  /// Takes the line off, before something else is said.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  void update(const Progress& progress);
  void show_if_due(Clock::time_point now, const std::function<std::string(double seconds)>& line);
  void draw(const std::string& line);

  const Console& console_;
  std::int64_t last_done_ = 0;
  bool terminal_;
  bool drawn_ = false;
  std::string stage_;
  Clock::time_point stage_start_ = Clock::now(), last_drawn_ = stage_start_;
};

/// "decomposing  42 %   1,234 tokens/s   38 s left"
std::string progress_line(const Progress& progress, double seconds);

}  // namespace partwise

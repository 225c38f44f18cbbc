// Shows the progress of long work on standard error.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "base/listener.h"
#include "cli/console.h"

namespace partwise::internal {

/// On a terminal, one line that is redrawn up to ten times per second and cleared at the end. Elsewhere, a new line
/// every ten seconds. If the console is quiet, no progress is shown.
class ProgressBar {
 public:
  explicit ProgressBar(const Console& console);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// Shows progress and notes. Throws interrupted if the user asked to stop (cli/interrupt.h). The bar must outlive it.
  Listener listener();

  /// Shows a line of the caller's own. `line` is called only if it is time to draw. It gets the seconds since the bar
  /// was made. Errors: interrupted.
  void show(const std::function<std::string(double seconds)>& line);
  /// Removes the line. Call this before you print anything else.
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

}  // namespace partwise::internal

#include "cli/progress_bar.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/interrupt.h"
#include "cli/remedy.h"

namespace partwise::internal {

using namespace std::chrono_literals;

std::string progress_line(const Progress& progress, double seconds) {
  const double done = static_cast<double>(progress.done), total = static_cast<double>(progress.total);
  const double share = total > 0 ? done / total : 0;
  std::string line = fmt::format("{} {:3.0f} %", progress.stage, 100 * share);
  if (done <= 0 || seconds <= 0) return line;
  if (progress.units_per_token > 0) {
    const double n_tokens = done / static_cast<double>(progress.units_per_token);
    line += fmt::format("   {} tokens/s", format_count(static_cast<std::int64_t>(n_tokens / seconds)));
  }
  return line + fmt::format("   {} left", format_duration(seconds * (1 - share) / share));
}

ProgressBar::ProgressBar(const Console& console) : console_(console), terminal_(messages_on_terminal()) {}

ProgressBar::~ProgressBar() { clear(); }

void ProgressBar::clear() {
  if (drawn_) draw("");
}

Listener ProgressBar::listener() {
  return {.progress =
              [this](const Progress& progress) {
                throw_if_interrupted();
                if (!console_.quiet) update(progress);
              },
          .note =
              [this](const std::string& text, const std::vector<Remedy>& remedies) {
                clear();
                console_.note(with_remedies(text, remedies));
              },
          .check = throw_if_interrupted};
}

void ProgressBar::update(const Progress& progress) {
  const Clock::time_point now = Clock::now();
  const bool is_new_work = progress.stage != stage_ || progress.done < last_done_;
  last_done_ = progress.done;
  if (is_new_work) {
    stage_ = progress.stage;
    stage_start_ = last_drawn_ = now;
  }
  show_if_due(now, [&](double seconds) { return progress_line(progress, seconds); });
}

void ProgressBar::show(const std::function<std::string(double seconds)>& line) {
  throw_if_interrupted();
  if (!console_.quiet) show_if_due(Clock::now(), line);
}

void ProgressBar::show_if_due(Clock::time_point now, const std::function<std::string(double seconds)>& line) {
  if (now - last_drawn_ < (terminal_ ? Clock::duration(100ms) : Clock::duration(10s))) return;
  last_drawn_ = now;
  const std::string text = line(std::chrono::duration<double>(now - stage_start_).count());
  terminal_ ? draw(text) : console_.note(text);
}

void ProgressBar::draw(const std::string& line) {
  write_message(fmt::format("\r\033[K{}", line));
  drawn_ = !line.empty();
}

}  // namespace partwise::internal

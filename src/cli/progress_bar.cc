#include "cli/progress_bar.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/interrupt.h"

namespace partwise {

using namespace std::chrono_literals;

std::string progress_line(const Progress& progress, double units_per_token, double seconds) {
  const double done = static_cast<double>(progress.done), total = static_cast<double>(progress.total);
  const double share = total > 0 ? done / total : 0;
  std::string line = fmt::format("{} {:3.0f} %", progress.stage, 100 * share);
  if (done <= 0 || seconds <= 0) return line;
  if (units_per_token > 0)
    line += fmt::format("   {} tokens/s", format_count(static_cast<std::int64_t>(done / units_per_token / seconds)));
  return line + fmt::format("   {} left", format_duration(seconds * (1 - share) / share));
}

ProgressFn pass_of(const ProgressFn& whole, std::int64_t i, std::int64_t n) {
  return [=, &whole](const Progress& pass) { whole({pass.stage, i * pass.total + pass.done, n * pass.total}); };
}

ProgressBar::ProgressBar(const Console& console, double units_per_token)
    : console_(console), units_per_token_(units_per_token), terminal_(messages_on_terminal()) {}

ProgressBar::~ProgressBar() { clear(); }

void ProgressBar::clear() {
  if (drawn_) draw("");
}

ProgressFn ProgressBar::listener() {
  return [this](const Progress& progress) {
    throw_if_interrupted();
    if (!console_.quiet) update(progress);
  };
}

void ProgressBar::update(const Progress& progress) {
  const Clock::time_point now = Clock::now();
  if (progress.stage != stage_) {
    stage_ = progress.stage;
    stage_start_ = last_drawn_ = now;
  }
  show_if_due(now, [&](double seconds) { return progress_line(progress, units_per_token_, seconds); });
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

}  // namespace partwise

#include "cli/console.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <tuple>

#include "base/error.h"
#include "base/json.h"
#include "cli/remedy.h"
#include "report/text/text_table.h"

namespace partwise::internal {

namespace {

bool set(const char* variable) {
  const char* value = std::getenv(variable);
  return value && *value;
}

bool smart_terminal(int fd) {
  const char* term = std::getenv("TERM");
  return isatty(fd) && term && std::strcmp(term, "dumb") != 0;
}

bool may_colour(int fd) { return smart_terminal(fd) && !set("NO_COLOR"); }

/// The columns of a terminal; 0 if `fd` is none.
std::size_t width_of(int fd) {
  winsize size = {};
  return isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

[[noreturn]] void output_failed(int reason) {
  if (reason == EPIPE) throw OutputClosed{};
  throw Error(ErrorCode::failure, fmt::format("cannot write to standard output: {}", std::strerror(reason)));
}

}  // namespace

std::string json_line(const OrderedJson& value) {
  return value.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

void Console::print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) output_failed(errno);
}

void Console::flush() {
  if (std::fflush(stdout) != 0) output_failed(errno);
}

void Console::note(std::string_view text) const {
  if (quiet) return;
  const std::size_t width = width_of(STDERR_FILENO);
  const bool folds = width > 0 && !text.starts_with(' ') && text.find('\n') == std::string_view::npos;
  write_message(fmt::format("{}\n", folds ? folded(text, width) : text));
}

Listener Console::listener() const {
  return {.note = [this](const std::string& text, const std::vector<Remedy>& remedies) {
    note(with_remedies(text, remedies));
  }};
}

void Console::error(std::string_view message, std::string_view hint) const {
  const bool red = may_colour(STDERR_FILENO);
  std::string text = fmt::format("partwise: {}error:{} {}\n", red ? "\033[1;31m" : "", red ? "\033[0m" : "", message);
  if (!hint.empty()) text += fmt::format("hint: {}\n", hint);
  write_message(text);
}

bool Console::colour() const { return may_colour(STDOUT_FILENO); }

std::size_t Console::width() const { return width_of(STDOUT_FILENO); }

void write_message(std::string_view text) {
  std::ignore = std::fwrite(text.data(), 1, text.size(), stderr);
  std::ignore = std::fflush(stderr);
}

bool messages_on_terminal() { return smart_terminal(STDERR_FILENO); }

}  // namespace partwise::internal

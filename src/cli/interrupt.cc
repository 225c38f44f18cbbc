#include "cli/interrupt.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <string_view>

#include "base/error.h"
#include "base/file.h"

namespace partwise::internal {

namespace {

std::atomic<int> listeners = 0;
std::atomic<bool> requested = false;
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

constexpr int kExitCode = static_cast<int>(ErrorCode::interrupted);

// This may make only async-signal-safe calls.
void on_signal(int) {
  if (listeners > 0 && !requested.exchange(true)) return;
  const std::string_view message =
      remove_partial_files() ? "\npartwise: interrupted: nothing was written\n" : "\npartwise: interrupted\n";
  [[maybe_unused]] const auto written = write(STDERR_FILENO, message.data(), message.size());
  _exit(kExitCode);
}

}  // namespace

void install_interrupt_handlers() {
  for (int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction old {
    }, action{};
    if (sigaction(number, nullptr, &old) != 0 || old.sa_handler == SIG_IGN) continue;
    action.sa_handler = on_signal;  // no SA_RESTART: a signal must end a read that waits for input
    sigaction(number, &action, nullptr);
  }
}

Interruptible::Interruptible() { ++listeners; }
Interruptible::~Interruptible() { --listeners; }

void throw_if_interrupted() {
  if (requested) throw Error(ErrorCode::interrupted, "interrupted");
}

}  // namespace partwise::internal

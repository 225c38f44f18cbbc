// Interruption by Ctrl-C (SIGINT), SIGTERM and SIGHUP.
#pragma once

namespace partwise::internal {

/// Call this once at the start of the program. A signal then removes partial output files and ends the program with
/// exit code 130. A signal that was ignored at the start (nohup) stays ignored.
void install_interrupt_handlers();

/// While an object of this class lives, the first signal only asks the work to stop. A second one ends the program as
/// above.
class Interruptible {
 public:
  Interruptible();
  ~Interruptible();
  Interruptible(const Interruptible&) = delete;
  Interruptible& operator=(const Interruptible&) = delete;
};

/// Errors: interrupted if a signal has asked the work to stop.
void throw_if_interrupted();

}  // namespace partwise::internal

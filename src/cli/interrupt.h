// Ctrl-C and its relatives (SIGTERM, SIGHUP).
#pragma once

namespace partwise {

/// Called once at the start of the program. From then on a signal ends it with exit code 130 after
/// removing partial output files; a signal that was ignored at the start (nohup) stays ignored.
void install_interrupt_handlers();

/// While one of these lives, the first signal only asks the work to stop; a second one ends the
/// program as above.
class Interruptible {
 public:
  Interruptible();
  ~Interruptible();
  Interruptible(const Interruptible&) = delete;
  Interruptible& operator=(const Interruptible&) = delete;
};

/// Errors: interrupted, once a signal has asked for it.
void throw_if_interrupted();

}  // namespace partwise

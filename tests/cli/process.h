// A program that runs beside the test.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>

namespace partwise::test {

/// `sh -c COMMAND` in `folder`, with pipes for its standard streams and `environment` over our own; its standard error
/// may be a terminal.
class Process {
 public:
  enum class Errors { pipe, terminal };
  Process(const std::string& command, const std::filesystem::path& folder,
          const std::map<std::string, std::string>& environment, Errors errors = Errors::pipe);
  ~Process();  // kills what still runs
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void write(const std::string& text);
  void close_input();
  /// The next line of its output without its end; waits for it. Empty at the end.
  std::string read_line();
  /// Waits until its standard error holds `text`; false where it ends before.
  bool wait_for_error(const std::string& text);
  void signal(int number);

  struct Result {
    int exit_code;  // 128 + signal where a signal ended it
    std::string out, err;
  };
  /// Closes its input, takes all output, waits for the end.
  Result finish();

 private:
  pid_t pid_ = -1;
  int in_ = -1, out_ = -1, err_ = -1;
  std::string pending_out_, pending_err_;  // what was read and not taken
};

/// The folder of the built program comes first in PATH, then tests/cli/tools; $MODEL and $GGUF are the tiny model as a
/// folder and as one file; no setting of the user's own reaches it.
std::map<std::string, std::string> program_environment(const std::filesystem::path& home);

/// Runs a command to its end.
Process::Result run(const std::string& command, const std::filesystem::path& folder);

}  // namespace partwise::test

// A program that runs beside the test.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>

namespace partwise::internal::test {

/// Runs `sh -c COMMAND` in `folder`. Its standard streams are pipes, or a terminal for standard error. `environment`
/// adds to our own variables and overrides them.
class Process {
 public:
  enum class Errors { pipe, terminal };
  Process(const std::string& command, const std::filesystem::path& folder,
          const std::map<std::string, std::string>& environment, Errors errors = Errors::pipe);
  ~Process();  // kills the program if it still runs
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void write(const std::string& text);
  void close_input();
  /// Waits for the next line of output and returns it without its line end. Empty at the end of the output.
  std::string read_line();
  /// Waits until standard error contains `text`. False if standard error ends before.
  bool wait_for_error(const std::string& text);
  void signal(int number);

  struct Result {
    int exit_code;  // 128 + signal if a signal ended it
    std::string out, err;
  };
  /// Closes the input, reads all output and waits for the end.
  Result finish();

 private:
  pid_t pid_ = -1;
  int in_ = -1, out_ = -1, err_ = -1;
  std::string pending_out_, pending_err_;  // read from the pipes but not returned yet
};

/// The environment of programs under test. PATH starts with the folder of the built program, then tests/cli/tools.
/// $MODEL and $GGUF are the tiny model as a folder and as one file. The user's own settings are hidden.
std::map<std::string, std::string> program_environment(const std::filesystem::path& home);

/// Runs a command to its end.
Process::Result run(const std::string& command, const std::filesystem::path& folder);

}  // namespace partwise::internal::test

// The commands of the program. Each is one file, commands/NAME.cc.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/console.h"
#include "cli/option_list.h"

namespace partwise::internal {

/// One run of one command. It is made, reads its options, and runs.
class Command {
 public:
  virtual ~Command() = default;
  virtual void add_options(OptionList& options) = 0;
  /// Errors: any. The code of the Error becomes the exit code.
  virtual void run(Console& console) = 0;
};

struct CommandInfo {
  int place = 0;                 // position in the list of commands, which newcomers read from the top
  std::string_view name;         // "decompose"
  std::string_view summary;      // one line of `partwise --help`: "learns a reader from ..."
  std::string_view usage;        // what follows the name: "--model PATH ... [options]"
  std::string_view description;  // a paragraph of `partwise NAME --help`
  std::string_view example;      // whole command lines
  std::unique_ptr<Command> (*make)() = nullptr;
};

/// All commands, sorted by place. The files of commands/ add them (cmake/registry.cmake).
const std::vector<CommandInfo>& commands();
/// Errors: usage, with a suggestion, if there is no such command.
const CommandInfo& find_command(std::string_view name);

template <class C>
std::unique_ptr<Command> make_command() {
  return std::make_unique<C>();
}

}  // namespace partwise::internal

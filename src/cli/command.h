// A command of the program is one file, commands/NAME.cc.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/console.h"
#include "cli/option_list.h"

namespace partwise {

/// One run of one command: made, told its options, run.
class Command {
 public:
  virtual ~Command() = default;
  virtual void add_options(OptionList& options) = 0;
  /// Errors: throws `Error`, whose code becomes the exit code.
  virtual void run(Console& console) = 0;
};

struct CommandInfo {
  int place = 0;                 // in the list of commands: the order in which a newcomer meets them
  std::string_view name;         // "decompose"
  std::string_view summary;      // one line of `partwise --help`
  std::string_view usage;        // what follows the name: "--model PATH ... [options]"
  std::string_view description;  // a paragraph of `partwise NAME --help`
  std::string_view example;      // whole command lines
  std::unique_ptr<Command> (*make)() = nullptr;
};

/// All commands by place: those that the files of commands/ add (cmake/registry.cmake).
const std::vector<CommandInfo>& commands();
/// Errors: usage with a suggestion for a name that does not exist.
const CommandInfo& find_command(std::string_view name);

template <class C>
std::unique_ptr<Command> make_command() {
  return std::make_unique<C>();
}

}  // namespace partwise

// The texts of --help.
#pragma once

#include <string>
#include <string_view>

#include "cli/command.h"

namespace CLI {
class App;
}

namespace partwise::internal {

/// The text of `partwise` without arguments: its purpose and where to begin.
std::string short_help();
/// The text of `partwise --help`: every command.
std::string program_help();
/// The text of `partwise NAME --help`: purpose, options, example.
std::string command_help(const CommandInfo& info, const CLI::App& app);

/// `text` broken at spaces into lines that end by column `width`. Each line starts at column `indent`; the caller has
/// indented the first one.
std::string wrap(std::string_view text, std::size_t width, std::size_t indent);

}  // namespace partwise::internal

// The texts of --help.
#pragma once

#include <string>
#include <string_view>

#include "cli/command.h"

namespace CLI {
class App;
}

namespace partwise {

/// What `partwise` alone prints: what it is and where to begin.
std::string short_help();
/// `partwise --help`: every command.
std::string program_help();
/// `partwise NAME --help`: purpose, options, example.
std::string command_help(const CommandInfo& info, const CLI::App& app);

/// `text` broken at spaces into lines of at most `width` characters, all but the first indented.
std::string wrap(std::string_view text, std::size_t width, std::size_t indent);

}  // namespace partwise

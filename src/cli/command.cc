#include "cli/command.h"

#include "base/find_named.h"

namespace partwise::internal {

const CommandInfo& find_command(std::string_view name) { return find_named(commands(), name, "command"); }

}  // namespace partwise::internal

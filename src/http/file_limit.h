// How many connections the system lets a process have.
#pragma once

#include <cstddef>

namespace partwise::internal::http {

/// Raises this process's limit of open files, as far as it may and as far as `n_connections` need it.
void allow_connections(std::size_t n_connections);

}  // namespace partwise::internal::http

// What the process holds of memory.
#pragma once

#include <cstdint>

namespace partwise {

/// Bytes that are this process's alone (RssAnon: not pages of mapped files); 0 where the system does not say.
std::int64_t private_memory();

}  // namespace partwise

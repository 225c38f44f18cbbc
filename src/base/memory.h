// What the process holds of memory.
#pragma once

#include <cstdint>

namespace partwise {

/// Bytes that are this process's alone (RssAnon: not pages of mapped files); 0 where the system does not say.
std::int64_t private_memory();

/// From now on blocks of 1 MB and more go back to the system when they are freed, rather than where they leave holes;
/// it takes time to get them anew.
void give_back_large_blocks();

}  // namespace partwise

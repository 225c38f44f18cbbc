// How much memory the process holds.
#pragma once

#include <cstdint>

namespace partwise::internal {

/// Bytes of the process's private memory (RssAnon: pages of mapped files do not count); 0 if the system does not tell.
std::int64_t private_memory();

/// Bytes of memory that the system can still give without swapping (MemAvailable); 0 if it does not tell.
std::int64_t available_memory();

/// From now on blocks of 1 MB and more are returned to the system as soon as they are freed. This avoids holes in the
/// heap, but allocating such blocks again takes time.
void give_back_large_blocks();

}  // namespace partwise::internal

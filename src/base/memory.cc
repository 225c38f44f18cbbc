#include "base/memory.h"

#include <fstream>
#include <string>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace partwise::internal {

namespace {

/// The number behind `key` in a file of /proc, which counts KiB; 0 if there is none.
std::int64_t bytes_in(const char* path, const char* key) {
  std::ifstream file(path);
  std::int64_t kib = 0;
  for (std::string word; file >> word;)
    if (word == key) return file >> kib ? 1024 * kib : 0;
  return 0;
}

}  // namespace

std::int64_t private_memory() { return bytes_in("/proc/self/status", "RssAnon:"); }

std::int64_t available_memory() { return bytes_in("/proc/meminfo", "MemAvailable:"); }

void give_back_large_blocks() {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}

}  // namespace partwise::internal

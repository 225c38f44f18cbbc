#include "base/memory.h"

#include <fstream>
#include <string>

namespace partwise {

std::int64_t private_memory() {
  std::ifstream status("/proc/self/status");
  std::int64_t kib = 0;
  for (std::string word; status >> word;)
    if (word == "RssAnon:") return status >> kib ? 1024 * kib : 0;
  return 0;
}

}  // namespace partwise

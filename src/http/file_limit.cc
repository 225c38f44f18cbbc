#include "http/file_limit.h"

#include <sys/resource.h>

#include <algorithm>

namespace partwise::internal::http {

namespace {

constexpr std::size_t kOtherFiles = 256;  // models, readers, and what the program has open already

}  // namespace

void allow_connections(std::size_t n_connections) {
  rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  const rlim_t wanted = std::min<rlim_t>(n_connections + kOtherFiles, limit.rlim_max);
  if (limit.rlim_cur >= wanted) return;
  limit.rlim_cur = wanted;
  setrlimit(RLIMIT_NOFILE, &limit);  // with fewer, connections that wait are closed for others
}

}  // namespace partwise::internal::http

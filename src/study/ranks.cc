#include "study/ranks.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <string_view>

#include "base/error.h"

namespace partwise::internal {

namespace {

struct Launcher {
  const char *rank, *size;
};
/// The first launcher whose variables are set counts: mpirun may itself be run by Slurm. For Slurm, the number of tasks
/// is that of a step, which is set only if srun made the processes. That of the whole job is also set in the job's
/// script, which is one process.
constexpr Launcher kLaunchers[] = {{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
                                   {"PMI_RANK", "PMI_SIZE"},
                                   {"SLURM_PROCID", "SLURM_STEP_NUM_TASKS"}};

int number(const char* name, std::string_view text) {
  int value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size() && value >= 0) return value;
  throw Error(ErrorCode::usage, fmt::format("the environment variable {} is '{}', which is no number", name, text));
}

}  // namespace

Ranks launched_ranks() {
  for (const Launcher& launcher : kLaunchers) {
    const char *rank = std::getenv(launcher.rank), *size = std::getenv(launcher.size);
    if (!rank || !size) continue;
    const Ranks ranks{number(launcher.rank, rank), number(launcher.size, size)};
    if (ranks.rank < ranks.size) return ranks;
    throw Error(ErrorCode::usage, fmt::format("{} is {}, but {} only {}", launcher.rank, rank, launcher.size, size),
                "both are set by mpirun and srun; unset them to run one process");
  }
  return {};
}

}  // namespace partwise::internal

// The processes that share one command, on one machine or many.
#pragma once

namespace partwise::internal {

struct Ranks {
  int rank = 0, size = 1;

  bool is_first() const { return rank == 0; }
};

/// What the launcher says in the environment: mpirun of Open MPI, mpirun of MPICH and its relatives, or Slurm's srun.
/// One process if none says anything. Errors: usage if the variables make no sense.
Ranks launched_ranks();

}  // namespace partwise::internal

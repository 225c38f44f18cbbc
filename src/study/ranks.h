// The processes that share one command, on one machine or many.
#pragma once

namespace partwise {

struct Ranks {
  int rank = 0, size = 1;

  bool is_first() const { return rank == 0; }
};

/// As the launcher says in the environment: mpirun of Open MPI, or of MPICH and its relatives, or Slurm's srun; one
/// process where none does. Errors: usage where it says nonsense.
Ranks launched_ranks();

}  // namespace partwise

// The program around its commands: it chooses the command to run and reports errors.
#pragma once

namespace partwise::internal {

/// Runs `partwise COMMAND ...` and returns the exit code: 0 success; 1 failure; 2 usage; 65 bad data; 66 missing input;
/// 70 a bug of ours; 130 interrupted. If nobody reads the output any more, the program ends quietly with 0.
int run_program(int argc, char** argv);

}  // namespace partwise::internal

// The program around its commands: which one runs, and what becomes of its errors.
#pragma once

namespace partwise {

/// Runs `partwise COMMAND ...` and returns the exit code: 0; 1 failure; 2 usage; 65 bad data; 66 missing
/// input; 70 a mistake of ours; 130 interrupted. Output that nobody reads any more ends quietly with 0.
int run_program(int argc, char** argv);

}  // namespace partwise

#include "cli/program.h"

int main(int argc, char** argv) { return partwise::internal::run_program(argc, argv); }

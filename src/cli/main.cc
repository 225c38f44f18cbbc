#include "cli/program.h"

int main(int argc, char** argv) { return partwise::run_program(argc, argv); }

// Runs compared with each other, part by part.
#pragma once

#include <string>
#include <vector>

#include "decompose/contributions.h"
#include "prompts/warning.h"
#include "study/agreement.h"

namespace partwise::internal {

struct ComparedRun {
  std::string name;  // what messages call it: its file
  RunKey key;
  std::int64_t n_layers = 0, n_heads = 0;
  std::int64_t n = 0;              // test rows
  std::vector<double> accuracies;  // of every part on the test rows  [n_components]
  double full_accuracy = 0, chance = 0;
  double reliability = 0;  // part_reliability
  std::vector<Warning> warnings;

  std::int64_t best() const;  // the first of the most accurate parts
};
/// Made from the run's test rows. Errors: bad_data if none has a label.
ComparedRun compared_run(std::string name, const Run& run);

struct Comparison {
  std::vector<ComparedRun> runs;
  std::vector<PairAgreement> pairs;
  std::vector<GroupAgreement> groups;
};
/// Errors: usage for fewer than two runs; bad_data, naming two runs, if their numbers of layers or heads differ.
Comparison compare_runs(std::vector<ComparedRun> runs);

}  // namespace partwise::internal

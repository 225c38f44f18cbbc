// What a decomposition would take, before it is done.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "decompose/decompose.h"
#include "prompts/too_long.h"
#include "session/compute_options.h"
#include "session/loaded_model.h"

namespace partwise::internal {

struct DecomposePlan {
  std::string model;  // its name
  std::int64_t n_parameters = 0, n_components = 0;
  std::int64_t n_prompts = 0;            // all of them, of all sets
  bool has_split = false;                // else n_pool and n_test are 0
  std::int64_t n_pool = 0, n_test = 0;   // rows of each kind
  std::int64_t n_sets = 1;               // prompt sets, each of which has all rows
  std::int64_t n_demonstrations = 0;     // rows that set 1 shows, if there are several sets
  std::string content_free;              // describes the prompts that say nothing; "" if there are none
  std::vector<std::string> label_words;  // [n_labels]
  std::optional<TooLongRows> too_long;   // what was done to rows that did not fit into the context
  std::vector<Warning> warnings;         // of the prompts
  DecomposeStats stats;                  // everything but the time
  std::string stored;                    // what a run file would hold besides contributions (describe_stored)
  std::vector<std::string> without;      // names of the parts that are left out
  bool with_mean = false;                // each of them is replaced by its mean, which takes a pass of its own
};

/// Errors: those of decompose_job and of decompose() about prompts.
DecomposePlan plan_of_decompose(const LoadedModel& loaded, const PromptSet& set, const ComputeOptions& compute);

}  // namespace partwise::internal

// How much memory a decomposition needs, and how many rows of the prefix tree fit into a group.
#pragma once

#include <cstdint>
#include <span>

#include "base/round.h"
#include "decompose/options.h"
#include "pass/engine.h"

namespace partwise::internal {

/// In bytes. Pages of the model's files do not count, since the system takes them back when it needs them.
struct MemoryNeed {
  std::int64_t in_use = 0;       // held by the process already: prompts, tokenizer, libraries
  std::int64_t results = 0;      // the contents of a run file of all prompts
  std::int64_t weights = 0;      // packed layers: one, or all that are to be kept and are not there yet
  std::int64_t known = 0;        // keys and values that may yet be kept for later passes
  std::int64_t threads = 0;      // scratch of all threads
  std::int64_t constants = 0;    // label directions, rotary tables
  std::int64_t per_row = 0;      // of a group's prefix tree
  std::int64_t per_point = 0;    // of a group's read points, besides their rows
  std::int64_t most_points = 0;  // read points of the prompt that has most
  std::int64_t longest = 0;      // tokens of the longest prompt
  std::int64_t gaps = 0;         // between blocks of the heap, and in the last pages of large blocks
  std::int64_t freed = 0;        // what malloc may keep of freed blocks; nothing if options.memory_bytes is set

  std::int64_t fixed() const { return in_use + results + weights + known + threads + constants + gaps; }
  std::int64_t least() const { return fixed() + longest * per_row + most_points * per_point; }
  std::int64_t rows_per_point() const { return divide_up(per_point, per_row); }
  std::int64_t of_group(std::int64_t n_rows, std::int64_t n_points) const {
    return fixed() + n_rows * per_row + n_points * per_point;
  }
};

/// Bytes of one prompt's results: contributions, and what else the run file holds of it.
std::int64_t result_bytes(const ModelConfig& config, std::int64_t n_labels, const Stored& stored);

MemoryNeed memory_need(const Engine& engine, std::span<const PromptIds> prompts, const DecomposeOptions& options);

/// How many rows of the tree fit into one group. Each read point also costs rows_per_point() rows. Errors: usage if
/// options.memory_bytes is too small; the error names a size that is enough.
std::int64_t rows_of_group(const MemoryNeed& need, const DecomposeOptions& options);

}  // namespace partwise::internal

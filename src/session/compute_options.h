// Where the work is done, how much of the machine it may take, and what is stored besides contributions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "decompose/decompose.h"

namespace partwise::internal {

/// The word for a type of stored tensors in files and options: "f32", "bf16".
std::string dtype_word(DType type);

struct ComputeOptions {
  int threads = 0;  // 0: all cores that the process may use
  std::optional<std::int64_t> memory_bytes;
  Precision precision = Precision::f32;
  Stored stored;
  bool by_source = false, by_token = false, experts = false;
  LabelScore score = LabelScore::tree;
  bool label_mass = false;
  std::vector<std::string> ablate;  // names of parts
  bool ablate_with_mean = false;    // false: each is replaced by zero
};

}  // namespace partwise::internal

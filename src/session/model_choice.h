// Which model is to be used.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/model.h"

namespace partwise::internal {

struct ModelChoice {
  std::string model;                         // what find_model takes
  std::vector<std::string> allow_unknown;    // keys and tensors to let pass by name
  std::optional<std::uint64_t> random_init;  // the seed of untrained weights that replace those of the file

  ModelOptions options() const { return {{allow_unknown.begin(), allow_unknown.end()}, random_init}; }
};

}  // namespace partwise::internal

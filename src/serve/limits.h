// What a request may ask for at most.
#pragma once

#include <cstddef>

#include "decompose/options.h"
#include "model/config.h"

namespace partwise::internal {

/// Bytes of what is found in the prompts of one request, until it is answered.
inline constexpr double kMostResultBytes = 1e9;

/// Errors: bad_data if that of so many prompts takes more, with the number that is possible.
void check_results_fit(const ModelConfig& config, std::size_t n_prompts, std::size_t n_labels, const Stored& stored);

}  // namespace partwise::internal

// What a request may ask for at most.
#pragma once

#include <cstddef>
#include <cstdint>

#include "decompose/options.h"
#include "model/config.h"

namespace partwise::internal {

/// Bytes of what is found in the prompts of one request, until it is answered.
inline constexpr double kMostResultBytes = 1e9;

/// Errors: bad_data if that of so many prompts takes more, with the number that is possible.
void check_results_fit(const ModelConfig& config, std::size_t n_prompts, std::size_t n_labels, const Stored& stored);

/// The same for reasons in words of prompts with so many tokens in all, by a reader of `n_sets` prompt sets: the
/// weights of its heads, and the answer. Errors: bad_data.
void check_reasons_fit(const ModelConfig& config, std::int64_t n_tokens, std::size_t n_labels, std::int64_t n_sets);

}  // namespace partwise::internal

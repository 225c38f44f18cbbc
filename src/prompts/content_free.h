// Inputs that say nothing about their label. Calibrations learn from them which labels a model prefers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/data.h"
#include "prompts/prompts.h"

namespace partwise::internal {

/// Three rows. All columns hold "N/A" in the first, "" in the second, "[MASK]" in the third: Zhao et al., "Calibrate
/// Before Use" (2021), arXiv 2102.09690.
std::vector<DataRow> content_free_rows(const std::vector<std::string>& columns);

/// Twenty rows of random words of the data: Fei et al., "Mitigating Label Biases for In-context Learning" (2023), arXiv
/// 2305.19148. A column's words are drawn with replacement from its texts in `train`. Each row gets as many words as
/// these texts have on average (at least one). The columns are those of the recipe. Errors: bad_data if a column has no
/// word.
std::vector<DataRow> random_word_rows(const PromptRecipe& recipe, const std::vector<DataRow>& train,
                                      std::uint64_t seed);

/// What RunInfo says of such prompts: "3 content-free, 20 of random words".
std::string content_free_words(std::int64_t n_empty, std::int64_t n_random);

}  // namespace partwise::internal

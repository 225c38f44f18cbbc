// Inputs that say nothing of their label: what calibrations learn a model's leanings from.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/data.h"
#include "prompts/prompts.h"

namespace partwise {

/// Three rows whose columns all hold "N/A", "", or "[MASK]": Zhao et al., "Calibrate Before Use" (2021), arXiv
/// 2102.09690.
std::vector<DataRow> content_free_rows(const std::vector<std::string>& columns);

/// Twenty rows of words of the data: Fei et al., "Mitigating Label Biases for In-context Learning" (2023), arXiv
/// 2305.19148. A column's words are drawn with replacement from its texts in `train`, as many as those have on average
/// (at least one). The columns are those of the recipe. Errors: bad_data where a column has no word.
std::vector<DataRow> random_word_rows(const PromptRecipe& recipe, const std::vector<DataRow>& train,
                                      std::uint64_t seed);

/// What RunInfo says of such prompts: "3 content-free, 20 of random words".
std::string content_free_words(std::int64_t n_empty, std::int64_t n_random);

}  // namespace partwise

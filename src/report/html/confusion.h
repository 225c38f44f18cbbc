// Answers against right labels, as HTML.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tensor/array.h"

namespace partwise::internal {

/// A table with a row for each right label and a column for each answer, or, if there are more than 30 labels, a list
/// of the most frequent confusions.  confusion [n_labels, n_labels], right label, answer
std::string confusion_table(const Array<std::int64_t>& confusion, const std::vector<std::string>& label_words);

}  // namespace partwise::internal

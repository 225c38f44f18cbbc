// What a reader answers to one row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "readers/reader.h"

namespace partwise::internal {

struct Answer {
  std::size_t label = 0;              // index of the label with the highest score; the first if several have it
  std::vector<double> probabilities;  // [n_labels]
};
/// How many parts are named that drove an answer (readers/explain.h).
inline constexpr std::size_t kDrivers = 3;

/// The reader's answer to example `example` (a row of `parts`).
Answer answer_of(const ReaderFile& reader, const Contributions& parts, std::int64_t example);

}  // namespace partwise::internal

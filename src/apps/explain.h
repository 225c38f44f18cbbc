// Which parts of the model drove an answer.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "readers/reader.h"

namespace partwise {

struct Driver {
  std::string name;     // "L5H3"
  double contribution;  // what the part adds to the answer's score over the mean of the other labels' scores
};

/// The `n` parts that pushed hardest towards `label` as the reader weighs them, the strongest first; parts that add
/// nothing are left out. For a reader that does not split over parts (calib+): those of the full model.
std::vector<Driver> driving_parts(const Reader& reader, const Contributions& parts, std::int64_t example,
                                  std::int64_t label, std::size_t n);

}  // namespace partwise

// Which parts of the model drove an answer.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "readers/reader.h"

namespace partwise {

struct Driver {
  std::string name;     // "L5H3"
  double contribution;  // what the part adds to the lead
};

/// An answer's lead, its score less the mean of the other labels' scores, as a sum over parts.
struct Explanation {
  bool of_reader = true;      // false where the reader does not split over parts (calib+): then all is the full model's
  std::vector<Driver> parts;  // those that add most, the most first; parts that add nothing are left out
  double other_parts = 0;     // all other components together
  double outside = 0;         // embedding, biases, the reader's own constants
  double lead = 0;            // of the scores themselves, not of their split
  double sum_error() const;   // |what all of these sum to - lead|
};

/// With at most `n` of the parts. `label` is that of the answer.
Explanation explain(const Reader& reader, const Contributions& parts, std::int64_t example, std::int64_t label,
                    std::size_t n);

}  // namespace partwise

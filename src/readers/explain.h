// Which parts of the model drove an answer.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "readers/reader.h"

namespace partwise::internal {

struct Driver {
  std::string name;     // "L5H3"
  double contribution;  // what the part adds to the lead
};

/// What an explanation is of: nothing, if the reader does not split over parts (ReaderKind::splits). What drove the
/// full model may be other parts, and another label.
enum class Explains { reader, full, nothing };

/// An answer's lead (its score minus the mean of the other labels' scores) as a sum over parts.
struct Explanation {
  Explains explains = Explains::reader;  // nothing: the other members are empty
  std::vector<Driver> parts;             // those that add most, largest first; parts that add 0 are left out
  double other_parts = 0;                // all other components together
  double outside = 0;                    // embedding, biases, the reader's own constants
  double lead = 0;                       // computed from the scores themselves, not from their split
  double sum_error() const;              // |parts + other_parts + outside - lead|
};

Explains what_is_explained(const Reader& reader);
/// The score of `label` minus the mean of the other labels' scores.
double lead_over_others(std::span<const double> scores, std::int64_t label);
/// That of the reader's scores for one example.
double lead_of(const Reader& reader, const Contributions& parts, std::int64_t example, std::int64_t label);
/// What each component adds to the lead, and last what comes from outside the components. `reader` must split.
/// [n_components + 1]
std::vector<double> split_lead(const Reader& reader, const Contributions& parts, std::int64_t example,
                               std::int64_t label);

/// Explains the answer `label` to one example. At most `n` parts are listed.
Explanation explain(const Reader& reader, const Contributions& parts, std::int64_t example, std::int64_t label,
                    std::size_t n);

}  // namespace partwise::internal

// Chooses a reader by what each says of rows that its fit left out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "readers/reader.h"

namespace partwise::internal {

/// The readers to choose from, the plainest first: weights of parts, a logistic regression on the final hidden state,
/// four fits averaged, and these in each prompt set.
inline constexpr std::string_view kCandidates[] = {"reweight", "linear-probe", "ensemble", "committee"};
/// Those of kCandidates that the run holds everything for.
std::vector<std::string> candidates_for(const Contributions& parts);

/// What a fit lost on rows that it left out: -log p[label] in nats, by row of the run.
using Losses = std::map<std::int64_t, double>;
/// Losses by which the reader was calibrated. Empty if it was not.
Losses left_out_losses(const Reader& reader, const FitReport& report);

/// The index of the plainest candidate whose mean loss exceeds the lowest mean loss by at most one standard error of
/// the difference (Breiman et al., Classification and Regression Trees, 1984, section 3.4.3; here of paired
/// differences). The means are over the rows that all candidates have. Without two such rows: the last candidate.
std::size_t plainest_of_the_best(std::span<const Losses> candidates);

}  // namespace partwise::internal

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

/// The readers to choose from, the default last: weights of parts, a logistic regression on the final hidden state,
/// four fits averaged, and these in each prompt set.
inline constexpr std::string_view kCandidates[] = {"reweight", "linear-probe", "ensemble", "committee"};
/// Those of kCandidates that the run holds everything for.
std::vector<std::string> candidates_for(const Contributions& parts);

/// What was lost on rows that a fit had not seen: -log p[label] in nats, by row of the run.
using Losses = std::map<std::int64_t, double>;
double log_loss(std::span<const double> probabilities, std::int32_t label);
/// Losses by which the reader was calibrated. Empty if it was not.
Losses left_out_losses(const Reader& reader, const FitReport& report);

/// The index of the candidate with the lowest mean loss; but the last one, which is the best on other data
/// (docs/results.md), unless the lowest is lower than its own by more than two standard errors of the difference. The
/// means are over the rows that all candidates have. Without two such rows: the last candidate.
std::size_t chosen_candidate(std::span<const Losses> candidates);

}  // namespace partwise::internal

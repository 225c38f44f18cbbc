// Which answers to give so that a wanted share of them is right.
#pragma once

#include <span>

#include "analysis/calibration.h"

namespace partwise::internal {

/// The lowest probability from which on answers are given, so that `precision` of those given are right; more than 1
/// if none can be given. `held_out` are answers to labelled rows by fits that had not seen them, `probabilities` those
/// of the answers to give or not. Of the held-out rows that are as sure, at least the share `precision` is right; and
/// the mean probability of the answers given is above `precision` by 0.84 standard errors of that share, so that four
/// times of five the probabilities' own error does not take it below.
double least_for_precision(std::span<const SureAnswer> held_out, std::span<const double> probabilities,
                           double precision);

}  // namespace partwise::internal

// Which answers to give so that a wanted share of them is right.
#pragma once

#include <span>

#include "analysis/calibration.h"

namespace partwise::internal {

/// The lowest probability from which on answers are given, so that `precision` of those given are right; more than 1
/// if none can be given. `held_out` are answers to labelled rows by fits that had not seen them, `probabilities` those
/// of the answers to give or not. The mean probability of the answers given is at least `precision`, and so is the
/// share of right ones among the held-out rows that are as sure, with one wrong answer added to them: a few rows that
/// are all right by luck do not suffice.
double least_for_precision(std::span<const SureAnswer> held_out, std::span<const double> probabilities,
                           double precision);

}  // namespace partwise::internal

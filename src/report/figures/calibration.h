// Figures on how far probabilities can be trusted, as SVG.
#pragma once

#include <span>
#include <string>

#include "analysis/calibration.h"

namespace partwise::internal {

/// The share of answers that are right against their mean probability: a dot for each bin that holds answers, with the
/// 95 % Wilson interval, and a dashed line where the two are equal. Bars below count the answers of each bin.
std::string reliability_diagram(std::span<const CalibrationBin> bins);

/// Accuracy of the surest answers against the share of rows that are answered, with the 95 % Wilson interval as a band.
/// Points of fewer than ten answers are left out if there are others. `curve` must have a point.
std::string coverage_figure(std::span<const CoveragePoint> curve);

}  // namespace partwise::internal

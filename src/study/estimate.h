// Means over runs, and how far they can be trusted.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace partwise {

/// A value with its standard error and the degrees of freedom that this error is known with.
struct Estimate {
  double value = 0;
  double standard_error = 0;
  double degrees = 0;  // 0: the error is not known

  /// Half the width of the 95 % interval, by Student's t; nothing where the error is not known.
  std::optional<double> margin() const;
};

/// The 97.5th percentile of Student's t.  degrees > 0, need not be whole
double t_quantile(double degrees);

/// Which rows a method answers rightly in one run: '1' and '0' by row, the same rows in every run; '-' where the run
/// had to leave the row out.
using RightRows = std::string;
/// Those of two methods, in one run or in several.
using PairedRuns = std::vector<std::pair<RightRows, RightRows>>;

/// Whether there is a row that both have.
bool share_rows(const RightRows& first, const RightRows& second);

/// Accuracy of the second of each pair less that of the first, over runs that share their test rows; of each pair the
/// rows count that both have. Both are samples:
/// the runs (seeds and templates) and the rows. The variance of the mean is the sum of both:
///   s²(difference of each run) / n_runs + s²(mean difference of each row) / n_rows,
/// which is never less, on the average, than that of crossed samples (Owen, "The pigeonhole bootstrap", 2007); degrees
/// of freedom by Satterthwaite. With one run it is that of the rows alone. Errors: bad_data where there is no run, the
/// numbers of rows differ, or a pair shares no row.
Estimate difference_over_runs(const PairedRuns& runs);

/// The same over clusters of runs that are no separate samples: the mean of each counts as one run.
Estimate clustered_difference(std::span<const PairedRuns> clusters);

/// The mean of independent estimates (of several tasks), which are taken as all there are.
Estimate mean_estimate(std::span<const Estimate> estimates);

}  // namespace partwise

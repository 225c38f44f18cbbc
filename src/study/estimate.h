// Means over runs, and how far they can be trusted.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace partwise::internal {

/// A value with its standard error, and the degrees of freedom of that error.
struct Estimate {
  double value = 0;
  double standard_error = 0;
  double degrees = 0;  // 0: the error is not known

  /// Half the width of the 95 % interval, by Student's t; nullopt if the error is not known.
  std::optional<double> margin() const;
};

/// The 97.5th percentile of Student's t.  degrees > 0, need not be whole
double t_quantile(double degrees);

/// Which rows a method answers correctly in one run. There is one character per row: '1' or '0', or '-' if the run had
/// to leave the row out. Every run has the same rows.
using RightRows = std::string;
/// The RightRows of two methods, one pair per run.
using PairedRuns = std::vector<std::pair<RightRows, RightRows>>;

/// Whether there is a row that neither has left out.
bool share_rows(const RightRows& first, const RightRows& second);

/// Accuracy of the second method of each pair minus that of the first, over runs that share their test rows. In each
/// pair, only rows that both methods have count. The runs (seeds and templates) are a sample, and so are the rows. The
/// variance of the mean is the sum of both:
///   s²(difference of each run) / n_runs + s²(mean difference of each row) / n_rows.
/// On average, it is never less than that of crossed samples (Owen, "The pigeonhole bootstrap", 2007). Its degrees of
/// freedom are by Satterthwaite. With one run, it is the variance of the rows alone. Errors: bad_data if there is no
/// run, the numbers of rows differ, or a pair shares no row.
Estimate difference_over_runs(const PairedRuns& runs);

/// The same over clusters of runs that are not separate samples: the mean of each cluster counts as one run.
Estimate clustered_difference(std::span<const PairedRuns> clusters);

/// The mean of independent estimates, such as those of several tasks. They are not taken as a sample of other tasks.
Estimate mean_estimate(std::span<const Estimate> estimates);

}  // namespace partwise::internal

#include "study/estimate.h"

#include <algorithm>
#include <cmath>
#include <unsupported/Eigen/SpecialFunctions>

#include "base/error.h"
#include "base/statistics.h"

namespace partwise::internal {

namespace {

/// P(T > t) of Student's t, t >= 0: half the regularised incomplete beta function (Abramowitz and Stegun, 26.5.27).
double upper_tail(double t, double degrees) {
  return 0.5 * Eigen::numext::betainc(degrees / 2, 0.5, degrees / (degrees + t * t));
}

/// Variance of a mean.
struct Variance {
  double value = 0, degrees = 0;
};

Variance variance_of_mean(const std::vector<double>& values) {
  const auto sd = standard_deviation(values);
  if (!sd) return {};
  const auto n = static_cast<double>(values.size());
  return {*sd * *sd / n, n - 1};
}

/// The degrees of freedom of a sum of independent variances (Satterthwaite 1946).
double degrees_of_sum(std::span<const Variance> variances) {
  double sum = 0, weighted = 0, most = 0;
  for (const auto& [value, degrees] : variances) {
    sum += value;
    most = std::max(most, degrees);
    if (value > 0) weighted += value * value / degrees;
  }
  return weighted > 0 ? sum * sum / weighted : most;
}

constexpr char kLeftOut = '-';

bool has(const std::pair<RightRows, RightRows>& run, std::size_t row) {
  return run.first[row] != kLeftOut && run.second[row] != kLeftOut;
}

/// The mean difference on `row` over the runs that have the row; nullopt if none has it.
std::optional<double> mean_difference(const PairedRuns& runs, std::size_t row) {
  int sum = 0, n = 0;
  for (const auto& run : runs) {
    if (!has(run, row)) continue;
    sum += int{run.second[row]} - int{run.first[row]};
    ++n;
  }
  return n == 0 ? std::nullopt : std::optional(sum / static_cast<double>(n));
}

/// The number of rows, which must be the same in all runs. Errors: those of difference_over_runs.
std::size_t count_rows(std::span<const PairedRuns> clusters) {
  if (clusters.empty()) throw Error(ErrorCode::bad_data, "there are no runs to compare two methods over");
  const std::size_t n_rows = clusters[0].at(0).first.size();
  for (const PairedRuns& runs : clusters)
    for (const auto& [first, second] : runs) {
      if (first.size() == n_rows && second.size() == n_rows && share_rows(first, second)) continue;
      throw Error(ErrorCode::bad_data, "two methods are compared on the same test rows, but their numbers differ",
                  "runs of one task must have been made with the same data and limit");
    }
  return n_rows;
}

}  // namespace

bool share_rows(const RightRows& first, const RightRows& second) {
  for (std::size_t row = 0; row < std::min(first.size(), second.size()); ++row)
    if (first[row] != kLeftOut && second[row] != kLeftOut) return true;
  return false;
}

double t_quantile(double degrees) {
  double low = 0, high = 1;
  while (upper_tail(high, degrees) > 0.025) high *= 2;
  for (int i = 0; i < 100; ++i) {  // bisection: the tail falls steadily
    const double middle = (low + high) / 2;
    (upper_tail(middle, degrees) > 0.025 ? low : high) = middle;
  }
  return (low + high) / 2;
}

std::optional<double> Estimate::margin() const {
  if (degrees <= 0) return std::nullopt;
  return t_quantile(degrees) * standard_error;
}

Estimate clustered_difference(std::span<const PairedRuns> clusters) {
  const std::size_t n_rows = count_rows(clusters);
  std::vector<double> of_clusters, of_rows;
  std::vector<double> n_rows_of(clusters.size()), n_clusters_of(n_rows);
  for (std::size_t cluster = 0; cluster < clusters.size(); ++cluster)
    for (std::size_t row = 0; row < n_rows; ++row) {
      const bool is_there = mean_difference(clusters[cluster], row).has_value();
      n_rows_of[cluster] += is_there;
      n_clusters_of[row] += is_there;
    }
  std::vector<double> sums(n_rows);
  for (std::size_t cluster = 0; cluster < clusters.size(); ++cluster) {
    double& of_cluster = of_clusters.emplace_back();
    for (std::size_t row = 0; row < n_rows; ++row) {
      const auto mean = mean_difference(clusters[cluster], row);
      if (!mean) continue;
      of_cluster += *mean / n_rows_of[cluster];
      sums[row] += *mean / n_clusters_of[row];
    }
  }
  for (std::size_t row = 0; row < n_rows; ++row)
    if (n_clusters_of[row] > 0) of_rows.push_back(sums[row]);
  const Variance parts[] = {variance_of_mean(of_clusters), variance_of_mean(of_rows)};
  return {mean(of_clusters), std::sqrt(parts[0].value + parts[1].value), degrees_of_sum(parts)};
}

Estimate difference_over_runs(const PairedRuns& runs) {
  std::vector<PairedRuns> clusters;
  for (const auto& run : runs) clusters.push_back({run});
  return clustered_difference(clusters);
}

Estimate mean_estimate(std::span<const Estimate> estimates) {
  const auto n = static_cast<double>(estimates.size());
  std::vector<Variance> variances;
  double value = 0, variance = 0;
  bool known = true;
  for (const Estimate& e : estimates) {
    value += e.value / n;
    variances.push_back({e.standard_error * e.standard_error / (n * n), e.degrees});
    variance += variances.back().value;
    known = known && e.degrees > 0;
  }
  return {value, std::sqrt(variance), known ? degrees_of_sum(variances) : 0};
}

}  // namespace partwise::internal

#include "report/text/comparison.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"
#include "report/describe.h"
#include "report/text/text_table.h"

namespace partwise::internal {

namespace {

constexpr std::string_view kComparisonNotes =
    "A best part is chosen on the test rows of its own run. Correlations are Pearson's, of the accuracies of all "
    "parts; "
    "reliability is what they would come to between two samples of rows of this size in the same run.\n";

/// The length of the folder that all names begin with.
std::size_t common_folder(const Comparison& comparison) {
  std::string common = comparison.runs[0].name;
  for (const ComparedRun& run : comparison.runs)
    common.resize(static_cast<std::size_t>(
        std::mismatch(common.begin(), common.end(), run.name.begin(), run.name.end()).first - common.begin()));
  const std::size_t slash = common.rfind('/');
  return slash == std::string::npos ? 0 : slash + 1;
}

std::string runs_text(const Comparison& comparison, bool colour, std::size_t width) {
  std::vector<std::vector<std::string>> lines = {
      {"", "run", "rows", "full model", "chance", "best part", "accuracy", "reliability"}};
  for (const ComparedRun& run : comparison.runs) {
    const std::int64_t best = run.best();
    lines.push_back({std::to_string(lines.size()), shortened(printable(run.name.substr(common_folder(comparison))), 60),
                     std::to_string(run.n), percent(run.full_accuracy), percent(run.chance), part_name(run, best),
                     percent(run.accuracies[static_cast<std::size_t>(best)]), fmt::format("{:.2f}", run.reliability)});
  }
  return text_table(lines, 2, kBold, colour, width);
}

std::string of_interval(const MeanWithInterval& mean) {
  if (!mean.interval) return fmt::format("{:.2f}", mean.value);
  return fmt::format("{:.2f} ({:.2f} to {:.2f})", mean.value, mean.interval->low, mean.interval->high);
}

std::string groups_text(const Comparison& comparison, bool colour, std::size_t width) {
  std::vector<std::vector<std::string>> lines = {{"across", "pairs", "correlation", "overlap of the best five"}};
  for (const GroupAgreement& group : comparison.groups)
    lines.push_back({to_string(group.relation), std::to_string(group.n_pairs), of_interval(group.correlation),
                     of_interval(group.overlap)});
  return text_table(lines, 1, kBold, colour, width);
}

/// Rows: the run that chose the part. Columns: the run that judges it.
std::string transfer_text(const Comparison& comparison, bool colour, std::size_t width) {
  std::vector<std::vector<std::string>> lines = {{"best part of", ""}};
  for (std::size_t to = 0; to < comparison.runs.size(); ++to) lines[0].push_back(fmt::format("on {}", to + 1));
  for (const ComparedRun& from : comparison.runs) {
    std::vector<std::string>& line = lines.emplace_back();
    line = {std::to_string(lines.size() - 1), part_name(from, from.best())};
    for (const ComparedRun& to : comparison.runs)
      line.push_back(percent(to.accuracies[static_cast<std::size_t>(from.best())]));
  }
  return text_table(lines, 2, kBold, colour, width);
}

}  // namespace

std::string comparison_text(const Comparison& comparison, bool colour, std::size_t width) {
  return runs_text(comparison, colour, width) + "\n" + groups_text(comparison, colour, width) + "\n" +
         transfer_text(comparison, colour, width) + "\n" + folded(kComparisonNotes, width);
}

}  // namespace partwise::internal

#include "report/comparison_tables.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "base/utf8.h"
#include "report/data/csv.h"
#include "report/describe.h"
#include "report/text/text_table.h"

namespace partwise {

namespace {

std::string part_name(const ComparedRun& run, std::int64_t c) {
  return component_name(component_at(c, run.n_layers, run.n_heads));
}

/// How much of the names is the same folder.
std::size_t common_folder(const Comparison& comparison) {
  std::string common = comparison.runs[0].name;
  for (const ComparedRun& run : comparison.runs)
    common.resize(static_cast<std::size_t>(
        std::mismatch(common.begin(), common.end(), run.name.begin(), run.name.end()).first - common.begin()));
  const std::size_t slash = common.rfind('/');
  return slash == std::string::npos ? 0 : slash + 1;
}

std::string runs_text(const Comparison& comparison, bool colour) {
  std::vector<std::vector<std::string>> lines = {
      {"", "run", "rows", "full model", "chance", "best part", "accuracy", "reliability"}};
  for (const ComparedRun& run : comparison.runs) {
    const std::int64_t best = run.best();
    lines.push_back({std::to_string(lines.size()), shortened(printable(run.name.substr(common_folder(comparison))), 60),
                     std::to_string(run.n), percent(run.full_accuracy), percent(run.chance), part_name(run, best),
                     percent(run.accuracies[static_cast<std::size_t>(best)]), fmt::format("{:.2f}", run.reliability)});
  }
  return text_table(lines, 2, "1", colour);
}

std::string of_interval(const MeanWithInterval& mean) {
  if (!mean.interval) return fmt::format("{:.2f}", mean.value);
  return fmt::format("{:.2f} ({:.2f} to {:.2f})", mean.value, mean.interval->low, mean.interval->high);
}

std::string groups_text(const Comparison& comparison, bool colour) {
  std::vector<std::vector<std::string>> lines = {{"across", "pairs", "correlation", "overlap of the best five"}};
  for (const GroupAgreement& group : comparison.groups)
    lines.push_back({to_string(group.relation), std::to_string(group.n_pairs), of_interval(group.correlation),
                     of_interval(group.overlap)});
  return text_table(lines, 1, "1", colour);
}

/// Rows are where the part was chosen, columns where it is judged.
std::string transfer_text(const Comparison& comparison, bool colour) {
  std::vector<std::vector<std::string>> lines = {{"best part of", ""}};
  for (std::size_t to = 0; to < comparison.runs.size(); ++to) lines[0].push_back(fmt::format("on {}", to + 1));
  for (const ComparedRun& from : comparison.runs) {
    std::vector<std::string>& line = lines.emplace_back();
    line = {std::to_string(lines.size() - 1), part_name(from, from.best())};
    for (const ComparedRun& to : comparison.runs)
      line.push_back(percent(to.accuracies[static_cast<std::size_t>(from.best())]));
  }
  return text_table(lines, 2, "1", colour);
}

OrderedJson interval_json(const std::optional<Interval>& interval) {
  return interval ? OrderedJson{interval->low, interval->high} : OrderedJson();
}

OrderedJson run_json(const ComparedRun& run) {
  const std::int64_t best = run.best();
  return {{"run", run.name},
          {"model", run.key.model},
          {"task", run.key.task},
          {"template", run.key.template_name},
          {"seed", run.key.seed},
          {"n", run.n},
          {"full_accuracy", run.full_accuracy},
          {"chance", run.chance},
          {"best_component", part_name(run, best)},
          {"best_accuracy", run.accuracies[static_cast<std::size_t>(best)]},
          {"reliability", run.reliability},
          {"warnings", warnings_json(run.warnings)}};
}

OrderedJson pair_json(const Comparison& comparison, const PairAgreement& pair) {
  const ComparedRun &a = comparison.runs[pair.first], &b = comparison.runs[pair.second];
  const auto transferred = [](const ComparedRun& from, const ComparedRun& to) -> OrderedJson {
    return {{"component", part_name(from, from.best())},
            {"accuracy", to.accuracies[static_cast<std::size_t>(from.best())]}};
  };
  return {{"first", pair.first},
          {"second", pair.second},
          {"across", to_string(pair.relation)},
          {"correlation", pair.correlation},
          {"correlation_interval", interval_json(pair.interval)},
          {"overlap", pair.overlap},
          {"first_on_second", transferred(a, b)},
          {"second_on_first", transferred(b, a)}};
}

std::vector<std::string> csv_cells(const ComparedRun& from, const ComparedRun& to, const PairAgreement& pair) {
  const auto chosen = static_cast<std::size_t>(from.best()), best = static_cast<std::size_t>(to.best());
  return {from.name,
          to.name,
          to_string(pair.relation),
          csv_number(pair.correlation),
          csv_number(pair.interval.low),
          csv_number(pair.interval.high),
          csv_number(pair.overlap),
          part_name(from, from.best()),
          csv_number(to.accuracies[chosen]),
          part_name(to, to.best()),
          csv_number(to.accuracies[best]),
          csv_number(to.full_accuracy),
          csv_number(to.chance),
          std::to_string(to.n)};
}

}  // namespace

std::string comparison_text(const Comparison& comparison, bool colour) {
  return runs_text(comparison, colour) + "\n" + groups_text(comparison, colour) + "\n" +
         transfer_text(comparison, colour) +
         "\nA best part is chosen on the test rows of its own run. Correlations are Pearson's, of the accuracies of "
         "all\n"
         "parts; reliability is what they would come to between two samples of rows of this size in the same run.\n";
}

OrderedJson groups_json(const std::vector<GroupAgreement>& all) {
  OrderedJson groups = OrderedJson::array();
  for (const GroupAgreement& group : all)
    groups.push_back({{"across", to_string(group.relation)},
                      {"n_pairs", group.n_pairs},
                      {"correlation", group.correlation.value},
                      {"correlation_interval", interval_json(group.correlation.interval)},
                      {"overlap", group.overlap.value},
                      {"overlap_interval", interval_json(group.overlap.interval)}});
  return groups;
}

OrderedJson comparison_json(const Comparison& comparison) {
  OrderedJson runs = OrderedJson::array(), pairs = OrderedJson::array();
  for (const ComparedRun& run : comparison.runs) runs.push_back(run_json(run));
  for (const PairAgreement& pair : comparison.pairs) pairs.push_back(pair_json(comparison, pair));
  return {{"runs", runs}, {"groups", groups_json(comparison.groups)}, {"pairs", pairs}};
}

std::string comparison_csv(const Comparison& comparison) {
  std::string csv =
      csv_line({"from", "to", "across", "correlation", "correlation_low", "correlation_high", "overlap", "component",
                "accuracy", "best_component", "best_accuracy", "full_accuracy", "chance", "n"});
  for (const PairAgreement& pair : comparison.pairs) {
    csv += csv_line(csv_cells(comparison.runs[pair.first], comparison.runs[pair.second], pair));
    csv += csv_line(csv_cells(comparison.runs[pair.second], comparison.runs[pair.first], pair));
  }
  return csv;
}

}  // namespace partwise

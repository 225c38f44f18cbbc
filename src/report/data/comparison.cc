#include "report/data/comparison.h"

#include "base/json.h"
#include "data/table_line.h"
#include "report/data/csv.h"
#include "report/describe.h"

namespace partwise::internal {

namespace {

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

}  // namespace partwise::internal

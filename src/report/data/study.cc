#include "report/data/study.h"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/analysis.h"
#include "base/json.h"
#include "data/table_line.h"
#include "report/data/comparison.h"
#include "report/data/csv.h"
#include "report/describe.h"
#include "study/parts.h"
#include "study/warnings.h"

namespace partwise::internal {

namespace {

std::string number(std::int64_t value) { return std::to_string(value); }

/// The value; null if there is none.
OrderedJson optional_json(const std::optional<double>& value) { return value ? OrderedJson(*value) : OrderedJson(); }

OrderedJson difference_json(const std::optional<Estimate>& difference) {
  if (!difference) return nullptr;
  const std::optional<double> margin = difference->margin();
  return {{"value", difference->value},
          {"low", margin ? OrderedJson(difference->value - *margin) : OrderedJson()},
          {"high", margin ? OrderedJson(difference->value + *margin) : OrderedJson()}};
}

std::string caveat_of(const MethodKey& key) {
  return key.method == kInContext ? "" : std::string(caveat(reader_kind(key.method)));
}

OrderedJson methods_json(const StudyResults& results) {
  OrderedJson all = OrderedJson::array();
  for (const MethodSummary& s : summarize_methods(results)) {
    all.push_back({{"model", s.model},
                   {"task", s.task.empty() ? OrderedJson() : OrderedJson(s.task)},
                   {"method", s.key.method},
                   {"size", s.key.size},
                   {"title", method_title(s.key, results)},
                   {"caveat", caveat_of(s.key)},
                   {"n_runs", s.n_runs},
                   {"accuracy", s.accuracy},
                   {"accuracy_sd", optional_json(s.sd)},
                   {"macro_f1", s.macro_f1},
                   {"nll", s.nll},
                   {"ece", s.ece},
                   {"brier", s.brier},
                   {"difference", difference_json(s.difference)}});
  }
  return all;
}

OrderedJson parts_json(const StudyResults& results) {
  OrderedJson all = OrderedJson::array();
  for (const ModelResults& model : results.models)
    for (const std::string& task : results.tasks) {
      const auto runs = main_runs(model, task);
      if (runs.empty()) continue;
      const std::vector<double> accuracies = mean_part_accuracies(runs);
      const std::int64_t best = best_part(accuracies);
      all.push_back({{"model", model.name},
                     {"task", task},
                     {"n_runs", runs.size()},
                     {"chance", mean_over(runs, &RunResult::chance)},
                     {"full_accuracy", mean_over(runs, &RunResult::full_accuracy)},
                     {"best_component", part_name(*runs[0], best)},
                     {"best_accuracy", accuracies[static_cast<std::size_t>(best)]},
                     {"best_by_chance", mean_over(runs, &RunResult::best_by_chance)},
                     {"accuracies", accuracies}});
    }
  return all;
}

OrderedJson transfer_json(const StudyResults& results) {
  OrderedJson all = OrderedJson::array();
  const std::vector<TransferRow> rows = transfer_rows(results);
  for (const ModelResults& model : results.models) {
    const auto matrix = transfer_matrix(results, model.name, rows);
    for (std::size_t from = 0; from < matrix.size(); ++from)
      for (std::size_t to = 0; to < matrix.size(); ++to) {
        const TransferMean& mean = matrix[from][to];
        if (mean.n_pairs == 0) continue;
        all.push_back({{"model", model.name},
                       {"from_task", results.tasks[from]},
                       {"to_task", results.tasks[to]},
                       {"n_pairs", mean.n_pairs},
                       {"accuracy", mean.accuracy},
                       {"best_accuracy", mean.best_accuracy},
                       {"full_accuracy", mean.full_accuracy},
                       {"chance", mean.chance}});
      }
  }
  return all;
}

OrderedJson agreement_json(const StudyResults& results) {
  OrderedJson all = OrderedJson::array();
  for (const ModelResults& model : results.models)
    all.push_back({{"model", model.name}, {"groups", groups_json(study_agreement(model))}});
  return all;
}

OrderedJson left_out_json(const StudyResults& results) {
  OrderedJson all = OrderedJson::array();
  for (const ModelResults& model : results.models)
    for (const RunResult& run : model.runs)
      for (const LeftOut& l : run.left_out)
        all.push_back({{"model", model.name},
                       {"task", run.task},
                       {"template", run.template_name},
                       {"seed", run.seed},
                       {"method", l.method},
                       {"shots", l.shots},
                       {"labelled", l.labelled},
                       {"reason", l.reason}});
  return all;
}

OrderedJson too_long_json(const StudyResults& results) {
  OrderedJson all = OrderedJson::array();
  for (const ModelResults& model : results.models)
    for (const RunResult& run : model.runs) {
      if (!run.too_long) continue;
      all.push_back({{"model", model.name},
                     {"task", run.task},
                     {"template", run.template_name},
                     {"seed", run.seed},
                     {"shots", run.shots},
                     {"how", to_string(run.too_long->how)},
                     {"n", run.too_long->n},
                     {"of", run.too_long->of},
                     {"places", run.too_long->places}});
    }
  return all;
}

OrderedJson study_warnings_json(const StudyResults& results) {
  OrderedJson all = OrderedJson::array();
  for (const StudyWarning& w : study_warnings(results))
    all.push_back({{"task", w.task},
                   {"code", w.warning.code},
                   {"n_runs", w.n_runs},
                   {"n_all", w.n_all},
                   {"message", w.warning.message},
                   {"hint", w.warning.hint}});
  return all;
}

OrderedJson models_json(const StudyResults& results) {
  OrderedJson all = OrderedJson::array();
  for (const ModelResults& model : results.models) {
    const auto runs = main_runs(model);
    double certificate = 0;
    for (const RunResult* run : runs) certificate = std::max(certificate, run->certificate);
    OrderedJson entry = {{"name", model.name}, {"fingerprint", model.fingerprint}, {"certificate", certificate}};
    if (!runs.empty()) entry.update({{"n_layers", runs[0]->n_layers}, {"n_heads", runs[0]->n_heads}});
    all.push_back(entry);
  }
  return all;
}

}  // namespace

std::string methods_csv(const StudyResults& results) {
  std::string csv = csv_line({"model", "task", "template", "seed", "method", "shots", "labelled", "n", "accuracy",
                              "macro_f1", "nll", "ece", "brier"});
  for (const MethodRow& row : method_rows(results)) {
    const MethodResult& r = row.result;
    csv += csv_line({row.model, row.task, row.template_name, std::to_string(row.seed), r.method, number(r.shots),
                     number(r.labelled), number(r.n), csv_number(r.accuracy), csv_number(r.macro_f1), csv_number(r.nll),
                     csv_number(r.ece), csv_number(r.brier)});
  }
  return csv;
}

std::string components_csv(const StudyResults& results) {
  std::vector<std::string> head = {"model", "task", "template", "seed"};
  for (const std::string& column : component_columns()) head.push_back(column);
  std::string csv = csv_line(head);
  for (const ModelResults& model : results.models)
    for (const RunResult* run : main_runs(model))
      for (std::int64_t c = 0; c < std::ssize(run->parts); ++c) {
        const PartResult& part = run->parts[static_cast<std::size_t>(c)];
        std::vector<std::string> cells = {model.name, run->task, run->template_name, std::to_string(run->seed)};
        for (std::string& cell : component_cells(component_at(c, run->n_layers, run->n_heads),
                                                 wilson(part.hits, run->n), part.label_bias, part.kind))
          cells.push_back(std::move(cell));
        csv += csv_line(cells);
      }
  return csv;
}

std::string transfer_csv(const StudyResults& results) {
  std::string csv =
      csv_line({"model", "from_task", "from_template", "from_seed", "to_task", "to_template", "to_seed", "component",
                "accuracy", "best_component", "best_accuracy", "full_accuracy", "chance", "n"});
  for (const TransferRow& row : transfer_rows(results)) {
    const RunResult &from = *row.from, &to = *row.to;
    csv +=
        csv_line({row.model, from.task, from.template_name, std::to_string(from.seed), to.task, to.template_name,
                  std::to_string(to.seed), part_name(from, row.part), csv_number(row.accuracy), part_name(to, row.best),
                  csv_number(row.best_accuracy), csv_number(to.full_accuracy), csv_number(to.chance), number(to.n)});
  }
  return csv;
}

OrderedJson study_json(const StudyResults& results) {
  const Study& study = results.study;
  return {{"study",
           {{"models", study.models},
            {"tasks", results.tasks},
            {"templates", study.templates},
            {"seeds", study.seeds},
            {"shots", study.shots < 0 ? OrderedJson() : OrderedJson(study.shots)},
            {"labelled", study.labelled},
            {"limit", study.limit},
            {"readers", study.readers}}},
          {"models", models_json(results)},
          {"methods", methods_json(results)},
          {"parts", parts_json(results)},
          {"transfer", transfer_json(results)},
          {"agreement", agreement_json(results)},
          {"left_out", left_out_json(results)},
          {"too_long", too_long_json(results)},
          {"warnings", study_warnings_json(results)}};
}

std::string method_title(const MethodKey& key, const StudyResults& results) {
  if (key.method != kInContext) {
    const std::string title = reader_title(key.method);
    return key.size == 0 ? title : fmt::format("{}, K = {}", title, key.size);
  }
  std::int64_t least = key.size, most = key.size;
  if (key.size == kMainShots) {
    least = results.study.labelled.front();
    for (const ModelResults& model : results.models)
      for (const RunResult* run : main_runs(model)) {
        least = std::min(least, run->shots);
        most = std::max(most, run->shots);
      }
  }
  return least == most ? fmt::format("ICL, {} shots", most) : fmt::format("ICL, {} or {} shots", least, most);
}

}  // namespace partwise::internal

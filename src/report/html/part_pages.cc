#include <map>
#include <set>

#include "base/json.h"
#include "report/describe.h"
#include "report/html/study_sections.h"
#include "study/parts.h"

namespace partwise::internal {

namespace {

/// The confusion matrices of part `c`, summed over runs. Rows are true labels.
OrderedJson confusion_sums(const std::vector<const RunResult*>& runs, std::size_t c) {
  std::vector<std::int64_t> sums(runs[0]->parts[c].confusion.size());
  for (const RunResult* run : runs)
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += run->parts[c].confusion[i];
  return sums;
}

OrderedJson part_json(const std::vector<const RunResult*>& runs, std::size_t c) {
  OrderedJson accuracies = OrderedJson::array(), kinds = OrderedJson::array();
  double bias = 0;
  for (const RunResult* run : runs) {
    accuracies.push_back(static_cast<double>(run->parts[c].hits) / static_cast<double>(run->n));
    kinds.push_back(to_string(run->parts[c].kind));
    bias += run->parts[c].label_bias / static_cast<double>(runs.size());
  }
  return {{"accuracies", accuracies},
          {"kinds", kinds},
          {"bias", bias},
          {"confusion", confusion_sums(runs, c)},
          {"helpful", runs[0]->parts[c].helpful},
          {"harmful", runs[0]->parts[c].harmful}};
}

OrderedJson task_json(const std::vector<const RunResult*>& runs) {
  OrderedJson seeds = OrderedJson::array(), parts = OrderedJson::array();
  for (const RunResult* run : runs) seeds.push_back(run->template_name + ", seed " + std::to_string(run->seed));
  for (std::size_t c = 0; c < runs[0]->parts.size(); ++c) parts.push_back(part_json(runs, c));
  return {{"labels", runs[0]->label_words},
          {"chance", mean_over(runs, &RunResult::chance)},
          {"full", mean_over(runs, &RunResult::full_accuracy)},
          {"runs", seeds},
          {"parts", parts}};
}

/// {task: {row number: text}} for the rows that are shown as examples and whose texts are known.
OrderedJson texts_json(const StudyResults& results) {
  std::map<std::string, std::set<std::int64_t>> rows;
  for (const ModelResults& model : results.models)
    for (const std::string& task : results.tasks) {
      const auto runs = main_runs(model, task);
      if (runs.empty()) continue;
      for (const PartResult& part : runs[0]->parts)
        for (const auto* examples : {&part.helpful, &part.harmful})
          rows[task].insert(examples->begin(), examples->end());
    }
  OrderedJson texts;
  for (const auto& [task, which] : rows) {
    const auto known = results.texts.find(task);
    if (known == results.texts.end()) continue;
    for (std::int64_t row : which)
      if (row < std::ssize(known->second))
        texts[task][std::to_string(row)] = known->second[static_cast<std::size_t>(row)];
  }
  return texts;
}

}  // namespace

OrderedJson part_pages_json(const StudyResults& results) {
  OrderedJson models;
  for (const ModelResults& model : results.models) {
    OrderedJson tasks, names = OrderedJson::array();
    for (const std::string& task : results.tasks) {
      const auto runs = main_runs(model, task);
      if (!runs.empty()) tasks[task] = task_json(runs);
    }
    const auto runs = main_runs(model);
    if (runs.empty()) continue;
    for (std::int64_t c = 0; c < std::ssize(runs[0]->parts); ++c) names.push_back(part_name(*runs[0], c));
    models[model.name] = {{"parts", names}, {"tasks", tasks}};
  }
  return {{"models", models}, {"texts", texts_json(results)}};
}

}  // namespace partwise::internal

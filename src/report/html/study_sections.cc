#include "report/html/study_sections.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "report/data/study.h"
#include "report/describe.h"
#include "study/parts.h"

namespace partwise::internal {

namespace {

using Summaries = std::vector<MethodSummary>;

const MethodSummary* find(const Summaries& all, const std::string& model, const MethodKey& key,
                          const std::string& task) {
  const auto s = std::find_if(all.begin(), all.end(), [&](const MethodSummary& m) {
    return m.model == model && m.key == key && m.task == task;
  });
  return s == all.end() ? nullptr : &*s;
}

double chance_of(const StudyResults& results, const std::string& model, const std::string& task) {
  for (const ModelResults& m : results.models)
    if (m.name == model && !main_runs(m, task).empty()) return mean_over(main_runs(m, task), &RunResult::chance);
  return 0;
}

bool surely_above(const MethodSummary& s, double chance) {
  return s.estimate.value - s.estimate.margin().value_or(1) > chance;
}

bool saw_test_rows(const MethodKey& key) {
  return key.method != kInContext && !caveat(reader_kind(key.method)).empty();
}

bool is_control(const MethodKey& key) { return key.method != kInContext && reader_kind(key.method).is_control; }

std::string title_of(const StudyResults& results, const MethodKey& key) {
  return with_caveat(method_title(key, results), key.method);
}

std::string interval_of(const Estimate& e) {
  const auto margin = e.margin();
  return margin ? fmt::format("{} to {}", points(e.value - *margin), points(e.value + *margin)) : "not known";
}

MethodKey reference(const StudyResults& results) { return {std::string(kInContext), results.study.labelled.back()}; }

/// The method with the best accuracy over all tasks that saw neither test texts nor test labels and is no control. Null
/// if there is none.
const MethodSummary* best_method(const Summaries& all, const std::string& model) {
  const MethodSummary* best = nullptr;
  for (const MethodSummary& s : all) {
    const bool counts =
        s.model == model && s.task.empty() && s.difference && !saw_test_rows(s.key) && !is_control(s.key);
    if (counts && (!best || s.accuracy > best->accuracy)) best = &s;
  }
  return best;
}

/// The tasks on which no method is surely above chance. Methods that saw test rows do not count.
std::vector<std::string> tasks_at_chance(const StudyResults& results, const Summaries& all, const std::string& model) {
  std::vector<std::string> tasks;
  for (const std::string& task : results.tasks) {
    const double chance = chance_of(results, model, task);
    const bool any = std::any_of(all.begin(), all.end(), [&](const MethodSummary& s) {
      return s.model == model && s.task == task && !saw_test_rows(s.key) && surely_above(s, chance);
    });
    if (!any) tasks.push_back(task);
  }
  return tasks;
}

std::string lead_of(const StudyResults& results, const Summaries& all, const std::string& model) {
  std::string text = fmt::format("<b>{}</b>", escape_html(model));
  if (const MethodSummary* icl = find(all, model, reference(results), ""))
    text += fmt::format(" answers {} of the rows correctly with {} demonstrations, on the average over tasks.",
                        percent(icl->accuracy), icl->key.size);
  if (const MethodSummary* best = best_method(all, model))
    text += fmt::format(" The best method that saw no test row is {}: {}, {} points (95 % interval {}).",
                        escape_html(method_title(best->key, results)), percent(best->accuracy),
                        points(best->difference->value), interval_of(*best->difference));
  const std::vector<std::string> at_chance = tasks_at_chance(results, all, model);
  if (!at_chance.empty())
    text += fmt::format(" On {} no such method is surely above chance.",
                        escape_html(fmt::format("{}", fmt::join(at_chance, ", "))));
  return "<p class=\"lead\">" + text + "</p>\n";
}

std::string accuracy_cell(const MethodSummary* s, double chance) {
  if (!s) return "<td class=\"none\">–</td>";
  const std::string sd = s->sd ? fmt::format(" <small>± {:.1f}</small>", 100 * *s->sd) : "";
  return fmt::format("<td{}>{:.1f}{}</td>", surely_above(*s, chance) ? "" : " class=\"unsure\"", 100 * s->accuracy, sd);
}

std::string measure_row(const StudyResults& results, const MethodSummary& s) {
  std::string row =
      fmt::format("<tr><td>{}</td><td><b>{:.1f}</b></td>", escape_html(title_of(results, s.key)), 100 * s.accuracy);
  row += s.difference ? fmt::format("<td>{}</td><td>{}</td>", points(s.difference->value), interval_of(*s.difference))
                      : "<td></td><td></td>";
  return row + fmt::format("<td>{:.3f}</td><td>{:.3f}</td><td>{:.3f}</td><td>{:.3f}</td></tr>\n", s.macro_f1, s.nll,
                           s.ece, s.brier);
}

std::string transfer_cell(const TransferMean& mean) {
  if (mean.n_pairs == 0) return "<td class=\"none\">–</td>";
  const double beyond = (mean.accuracy - mean.chance) / std::max(0.01, mean.best_accuracy - mean.chance);
  return fmt::format(
      "<td class=\"share\" style=\"--share:{:.0f}%\">{:.1f} <small>of {:.1f}, chance {:.1f}</small></td>",
      45 * std::clamp(beyond, 0.0, 1.0), 100 * mean.accuracy, 100 * mean.best_accuracy, 100 * mean.chance);
}

}  // namespace

std::string study_lead(const StudyResults& results, const Summaries& summaries) {
  std::string html;
  for (const ModelResults& model : results.models) html += lead_of(results, summaries, model.name);
  return html;
}

std::string accuracy_table(const StudyResults& results, const Summaries& summaries, const std::string& model) {
  std::string html = "<table><thead><tr><th>accuracy, %</th><th>all tasks</th>";
  for (const std::string& task : results.tasks)
    html += fmt::format("<th>{}<small>chance {:.1f}</small></th>", escape_html(task),
                        100 * chance_of(results, model, task));
  html += "</tr></thead><tbody>\n";
  for (const MethodKey& key : method_keys(results)) {
    const MethodSummary* all = find(summaries, model, key, "");
    html += fmt::format("<tr><td>{}</td>", escape_html(title_of(results, key)));
    html += all ? fmt::format("<td><b>{:.1f}</b></td>", 100 * all->accuracy) : "<td class=\"none\">–</td>";
    for (const std::string& task : results.tasks)
      html += accuracy_cell(find(summaries, model, key, task), chance_of(results, model, task));
    html += "</tr>\n";
  }
  return html + "</tbody></table>\n";
}

std::string measures_table(const StudyResults& results, const Summaries& summaries, const std::string& model) {
  std::string html = fmt::format(
      "<table><thead><tr><th>mean over tasks</th><th>accuracy, %</th><th>points beyond<br>ICL, {} shots</th>"
      "<th>95 % interval</th><th>macro F1</th><th>log loss</th><th>calibration<br>error</th><th>Brier</th></tr></thead>"
      "<tbody>\n",
      results.study.labelled.back());
  for (const MethodKey& key : method_keys(results))
    if (const MethodSummary* s = find(summaries, model, key, "")) html += measure_row(results, *s);
  return html + "</tbody></table>\n";
}

std::string transfer_table(const StudyResults& results, const std::string& model) {
  const auto matrix = transfer_matrix(results, model, transfer_rows(results));
  std::string html = "<table><thead><tr><th>best part of ↓ on →</th>";
  for (const std::string& task : results.tasks) html += fmt::format("<th>{}</th>", escape_html(task));
  html += "</tr></thead><tbody>\n";
  for (std::size_t from = 0; from < matrix.size(); ++from) {
    html += fmt::format("<tr><td>{}</td>", escape_html(results.tasks[from]));
    for (const TransferMean& mean : matrix[from]) html += transfer_cell(mean);
    html += "</tr>\n";
  }
  return html + "</tbody></table>\n";
}

std::string agreement_table(const ModelResults& model) {
  std::string html =
      "<table><thead><tr><th>across</th><th>pairs of runs</th><th>correlation of accuracies</th>"
      "<th>overlap of the best five</th></tr></thead><tbody>\n";
  const auto cell = [](const MeanWithInterval& mean) {
    if (!mean.interval) return fmt::format("<td>{:.2f}</td>", mean.value);
    return fmt::format("<td>{:.2f} <small>({:.2f} to {:.2f})</small></td>", mean.value, mean.interval->low,
                       mean.interval->high);
  };
  for (const GroupAgreement& group : study_agreement(model))
    html += fmt::format("<tr><td>{}</td><td>{}</td>{}{}</tr>\n", to_string(group.relation), group.n_pairs,
                        cell(group.correlation), cell(group.overlap));
  return html + "</tbody></table>\n";
}

namespace {

/// The runs of one task with the same number of demonstrations in which rows were too long: one line of the list.
struct ShorterRuns {
  std::int64_t n_runs = 0, fewest = 0, most = 0;
  TooLongRows example;
};

void add_too_long(const StudyResults& results, std::set<std::string>& lines) {
  std::map<std::tuple<std::string, std::string, std::int64_t>, ShorterRuns> groups;
  for (const ModelResults& model : results.models)
    for (const RunResult& run : model.runs) {
      if (!run.too_long) continue;
      ShorterRuns& runs = groups[{model.name, run.task, run.shots}];
      const std::int64_t n = run.too_long->n;
      runs.fewest = runs.n_runs == 0 ? n : std::min(runs.fewest, n);
      runs.most = std::max(runs.most, n);
      if (runs.n_runs++ == 0) runs.example = *run.too_long;
    }
  for (const auto& [key, runs] : groups) {
    const auto& [model, task, shots] = key;
    const std::string n =
        runs.fewest == runs.most ? fmt::format("{}", runs.most) : fmt::format("{} to {}", runs.fewest, runs.most);
    lines.insert(
        fmt::format("<li>{}, {}, {} demonstrations: {} of {} rows did not fit into the context of {} tokens and "
                    "were {}, in {} run{} (as {})</li>\n",
                    escape_html(model), escape_html(task), shots, n, runs.example.of, runs.example.context,
                    runs.example.how == TooLong::cut ? "cut" : "left out", runs.n_runs, runs.n_runs == 1 ? "" : "s",
                    escape_html(runs.example.places.empty() ? "" : runs.example.places[0])));
  }
}

}  // namespace

std::string left_out_list(const StudyResults& results) {
  std::set<std::string> lines;
  for (const ModelResults& model : results.models)
    for (const RunResult& run : model.runs)
      for (const LeftOut& l : run.left_out)
        lines.insert(fmt::format("<li>{}, {}: {} with {} demonstrations and K = {}: {}</li>\n", escape_html(model.name),
                                 escape_html(run.task), escape_html(l.method), l.shots, l.labelled,
                                 escape_html(l.reason)));
  add_too_long(results, lines);
  if (lines.empty()) return "";
  return "<ul class=\"note\">\n" + fmt::format("{}", fmt::join(lines, "")) + "</ul>\n";
}

}  // namespace partwise::internal

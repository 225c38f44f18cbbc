#include "study/methods.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

#include "base/statistics.h"
#include "readers/reader.h"

namespace partwise::internal {

namespace {

MethodKey key_of(const RunResult& run, const MethodResult& result) {
  if (result.method == kInContext) return {result.method, run.is_main ? kMainShots : result.shots};
  const bool learns = reader_kind(result.method).learns_from == LearnsFrom::pool;
  return {result.method, learns ? result.labelled : 0};
}

std::vector<std::uint64_t> seeds_of(const StudyResults& results, const RunResult& run) {
  return run.shots == 0 && !run.is_main ? results.study.seeds : std::vector{run.seed};
}

/// The mean of `measure` over `rows`.
template <class Rows, class Measure>
double mean_of(const Rows& rows, Measure measure) {
  std::vector<double> values;
  for (const auto& row : rows) values.push_back(measure(row));
  return mean(values);
}

using Rows = std::vector<const MethodRow*>;

/// The accuracy, as the difference from a method that is always wrong.
Estimate accuracy_estimate(const Rows& rows) {
  PairedRuns pairs;
  for (const MethodRow* row : rows) pairs.emplace_back(RightRows(row->result.right.size(), '0'), row->result.right);
  return difference_over_runs(pairs);
}

/// Whether the row is the same for all seeds. Without demonstrations, a seed changes only the pool and the prompts of
/// random words. A method that learns from neither has one run, whose rows are repeated for all seeds.
bool is_for_all_seeds(const MethodRow& row) {
  if (row.result.shots != 0) return false;
  if (row.key.method == kInContext) return true;
  const LearnsFrom from = reader_kind(row.key.method).learns_from;
  return from != LearnsFrom::pool && from != LearnsFrom::random_words;
}

/// `all` are the rows of one method in one task, in the order of method_rows.
MethodSummary summarize(const Rows& all) {
  Rows rows;
  std::ranges::unique_copy(all, std::back_inserter(rows), [](const MethodRow* a, const MethodRow* b) {
    return is_for_all_seeds(*a) && is_for_all_seeds(*b) && a->template_name == b->template_name;
  });
  const MethodRow& first = *rows[0];
  MethodSummary s{first.model, first.task, first.key, std::ssize(rows)};
  s.accuracy = mean_of(rows, [](auto* row) { return row->result.accuracy; });
  s.macro_f1 = mean_of(rows, [](auto* row) { return row->result.macro_f1; });
  s.nll = mean_of(rows, [](auto* row) { return row->result.nll; });
  s.ece = mean_of(rows, [](auto* row) { return row->result.ece; });
  s.brier = mean_of(rows, [](auto* row) { return row->result.brier; });
  std::vector<double> accuracies;
  for (const MethodRow* row : rows) accuracies.push_back(row->result.accuracy);
  s.sd = standard_deviation(accuracies);
  s.estimate = accuracy_estimate(rows);
  return s;
}

/// The accuracy of `second` minus that of `first`, from rows of the same template and seed. If one of the methods is
/// the same for all seeds, each template is a sample; with a single template, each of its seeds is. nullopt if the
/// methods share no row.
std::optional<Estimate> difference(const Rows& first, const Rows& second) {
  if (first.empty()) return std::nullopt;
  const bool by_template = is_for_all_seeds(*first[0]) || is_for_all_seeds(*second[0]);
  std::vector<PairedRuns> samples;
  const MethodRow* last = nullptr;
  for (const MethodRow* a : first)
    for (const MethodRow* b : second) {
      if (a->seed != b->seed || a->template_name != b->template_name) continue;
      if (!share_rows(a->result.right, b->result.right)) continue;
      if (!by_template || !last || last->template_name != a->template_name) samples.emplace_back();
      samples.back().emplace_back(a->result.right, b->result.right);
      last = a;
    }
  if (samples.empty()) return std::nullopt;
  return samples.size() == 1 ? difference_over_runs(samples[0]) : clustered_difference(samples);
}

MethodSummary over_tasks(const std::vector<MethodSummary>& tasks) {
  MethodSummary s{tasks[0].model, "", tasks[0].key};
  std::vector<double> accuracies;
  std::vector<Estimate> estimates, differences;
  for (const MethodSummary& task : tasks) {
    estimates.push_back(task.estimate);
    s.n_runs += task.n_runs;
    accuracies.push_back(task.accuracy);
    if (task.difference) differences.push_back(*task.difference);
  }
  s.accuracy = mean(accuracies);
  s.macro_f1 = mean_of(tasks, [](const auto& task) { return task.macro_f1; });
  s.nll = mean_of(tasks, [](const auto& task) { return task.nll; });
  s.ece = mean_of(tasks, [](const auto& task) { return task.ece; });
  s.brier = mean_of(tasks, [](const auto& task) { return task.brier; });
  s.sd = standard_deviation(accuracies);
  s.estimate = mean_estimate(estimates);
  if (differences.size() == tasks.size()) s.difference = mean_estimate(differences);
  return s;
}

/// Sort key: icl without demonstrations, with those of main runs, with more; then the readers in the study's order.
auto rank_of(const StudyResults& results, const MethodKey& key) {
  const auto& readers = results.study.readers;
  const auto reader = std::find(readers.begin(), readers.end(), key.method) - readers.begin();
  const bool icl = key.method == kInContext;
  return std::tuple(!icl, icl ? 0 : reader, icl && key.size == kMainShots ? 1 : 2 * key.size);
}

}  // namespace

std::vector<MethodKey> method_keys(const StudyResults& results) {
  std::vector<MethodKey> keys;
  for (const ModelResults& model : results.models)
    for (const RunResult& run : model.runs)
      for (const MethodResult& result : run.methods) {
        const MethodKey key = key_of(run, result);
        if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
      }
  std::stable_sort(keys.begin(), keys.end(),
                   [&](const MethodKey& a, const MethodKey& b) { return rank_of(results, a) < rank_of(results, b); });
  return keys;
}

std::vector<MethodRow> method_rows(const StudyResults& results) {
  std::vector<MethodRow> rows;
  for (const ModelResults& model : results.models)
    for (const RunResult& run : model.runs)
      for (std::uint64_t seed : seeds_of(results, run))
        for (const MethodResult& result : run.methods)
          rows.push_back({model.name, run.task, run.template_name, seed, key_of(run, result), result});
  std::map<std::tuple<std::string, std::string, std::string>, std::size_t> order;  // the study's
  for (const MethodRow& row : rows) order.try_emplace({row.model, row.task, row.template_name}, order.size());
  const auto place = [&](const MethodRow& row) {
    const std::size_t prompts = order.at({row.model, row.task, row.template_name});
    return std::pair(std::pair(prompts, row.seed), rank_of(results, row.key));
  };
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const MethodRow& a, const MethodRow& b) { return place(a) < place(b); });
  return rows;
}

std::vector<MethodSummary> summarize_methods(const StudyResults& results) {
  const std::vector<MethodRow> rows = method_rows(results);
  const std::vector<MethodKey> keys = method_keys(results);
  const MethodKey reference{std::string(kInContext), results.study.labelled.back()};
  const auto rows_of = [&](const std::string& model, const MethodKey& key, const std::string& task) {
    Rows found;
    for (const MethodRow& row : rows)
      if (row.model == model && row.key == key && row.task == task) found.push_back(&row);
    return found;
  };
  std::vector<MethodSummary> all;
  for (const ModelResults& model : results.models)
    for (const MethodKey& key : keys) {
      std::vector<MethodSummary> tasks;
      for (const std::string& task : results.tasks) {
        const Rows own = rows_of(model.name, key, task);
        if (own.empty()) continue;
        tasks.push_back(summarize(own));
        if (key != reference) tasks.back().difference = difference(rows_of(model.name, reference, task), own);
      }
      all.insert(all.end(), tasks.begin(), tasks.end());
      if (tasks.size() == results.tasks.size()) all.push_back(over_tasks(tasks));
    }
  return all;
}

}  // namespace partwise::internal

#include "study/run_result.h"

#include <algorithm>
#include <numeric>

#include "analysis/answers.h"
#include "analysis/chance_control.h"
#include "analysis/fit_and_judge.h"
#include "analysis/learning_curve.h"
#include "base/statistics.h"

namespace partwise::internal {

namespace {

constexpr std::size_t kExamples = 3;  // rows per part that it helps most, and rows that it harms most

/// The labelled test rows that the run left out, as indices into all labelled test rows; ascending.
std::vector<std::int64_t> rows_left_out(const RunResult& result) {
  return result.too_long ? result.too_long->test_rows : std::vector<std::int64_t>();
}

/// The `n` labelled test rows that the run has, as indices into all labelled test rows.
std::vector<std::int64_t> places_of_rows(const RunResult& result, std::size_t n) {
  const std::vector<std::int64_t> left_out = rows_left_out(result);
  std::vector<std::int64_t> places;
  for (std::int64_t place = 0; places.size() < n; ++place)
    if (!std::ranges::binary_search(left_out, place)) places.push_back(place);
  return places;
}

RightRows right_rows(const RunResult& result, const std::vector<bool>& right) {
  RightRows rows(right.size() + rows_left_out(result).size(), '-');
  const std::vector<std::int64_t> places = places_of_rows(result, right.size());
  for (std::size_t i = 0; i < right.size(); ++i) rows.at(static_cast<std::size_t>(places[i])) = right[i] ? '1' : '0';
  return rows;
}

MethodResult method_result(std::string method, std::int64_t shots, std::int64_t labelled, const Evaluation& e,
                           const RunResult& run) {
  return {std::move(method), shots, labelled, e.n(),   e.accuracy.value,
          e.macro_f1,        e.nll, e.ece,    e.brier, right_rows(run, e.right)};
}

/// Fits readers on one run, and writes down how they do or why they could not be fitted.
class Judge {
 public:
  Judge(const Run& run, std::int64_t shots, RunResult& result)
      : run_(run), shots_(shots), rows_(fit_rows(run)), result_(result) {}

  void add_full_model() { add(kFullModel, kInContext, shots_); }

  void add_reader(const std::string& kind, std::int64_t labelled) {
    const auto refusal = error_if_refused([&] { add(kind, kind, labelled); });
    if (refusal) result_.left_out.push_back({kind, shots_, labelled, refusal->what()});
  }

 private:
  void add(std::string_view kind, std::string_view method, std::int64_t labelled) {
    const Evaluation evaluation = fit_and_judge(kind, run_, rows_for(kind, labelled)).evaluation;
    result_.methods.push_back(method_result(std::string(method), shots_, labelled, evaluation, result_));
  }

  /// K includes the demonstrations, which are not rows of the run.
  FitRows rows_for(std::string_view kind, std::int64_t labelled) const {
    return reader_kind(kind).learns_from == LearnsFrom::pool ? with_pool_size(rows_, labelled - shots_) : rows_;
  }

  const Run& run_;
  std::int64_t shots_;
  FitRows rows_;
  RunResult& result_;
};

std::vector<std::int64_t> confusion(const PartAnswers& answers, std::int64_t c) {
  std::vector<std::int64_t> counts(static_cast<std::size_t>(answers.n_labels * answers.n_labels));
  const std::span<const std::int32_t> given = answers.of(c);
  for (std::size_t i = 0; i < given.size(); ++i) ++counts[answers.labels[i] * answers.n_labels + given[i]];
  return counts;
}

/// The kExamples rows with the largest push if `sign` is 1, or with the smallest if it is -1.
std::vector<std::int64_t> extreme_rows(const std::vector<double>& pushes, int sign) {
  std::vector<std::int64_t> order(pushes.size());
  std::iota(order.begin(), order.end(), 0);
  const auto n = static_cast<std::ptrdiff_t>(std::min(kExamples, order.size()));
  std::partial_sort(order.begin(), order.begin() + n, order.end(), [&](std::int64_t a, std::int64_t b) {
    return std::pair(-sign * pushes[a], a) < std::pair(-sign * pushes[b], b);
  });
  order.resize(static_cast<std::size_t>(n));
  return order;
}

PartResult part_result(const Run& run, const PartAnswers& answers, const ComponentStats& stats, std::int64_t c) {
  std::vector<double> pushes;
  for (std::int64_t row : answers.rows)
    pushes.push_back(push_to(run.labels[row], component_logits(run.parts, row, c), run.parts.n_labels()));
  return {stats.accuracy.hits,   stats.label_bias,        stats.kind,
          confusion(answers, c), extreme_rows(pushes, 1), extreme_rows(pushes, -1)};
}

void judge_parts(const Run& run, RunResult& result) {
  const PartAnswers answers = part_answers(run, test_rows(run));
  const Analysis analysis = analyze(run, answers);
  result.label_words = run.label_words();
  result.n_layers = run.parts.n_layers();
  result.n_heads = run.parts.n_heads();
  result.n = analysis.full.n;
  result.full_accuracy = analysis.full.value;
  result.chance = analysis.chance;
  result.best_by_chance = percentile(best_by_chance(answers), 0.95);
  result.certificate = analysis.certificate_max;
  const std::vector<std::int64_t> places = places_of_rows(result, answers.rows.size());
  for (std::int64_t c = 0; c < run.parts.n_components(); ++c) {
    PartResult& part =
        result.parts.emplace_back(part_result(run, answers, analysis.components[static_cast<std::size_t>(c)], c));
    for (auto* examples : {&part.helpful, &part.harmful})
      for (std::int64_t& row : *examples) row = places[static_cast<std::size_t>(row)];
  }
}

}  // namespace

RunResult judge_run(const Run& run, const StudyRun& of, const std::vector<std::string>& readers,
                    const std::vector<std::int64_t>& labelled) {
  RunResult result{of.task, of.template_name, of.seed, of.shots, of.is_main};
  result.too_long = run.info.find(facts::kTooLong);
  Judge judge(run, of.shots, result);
  judge.add_full_model();
  result.warnings = warnings_of(run);
  if (!of.is_main) return result;
  for (const std::string& kind : readers) {
    const bool learns_from_pool = reader_kind(kind).learns_from == LearnsFrom::pool;
    for (std::int64_t k : learns_from_pool ? labelled : std::vector{of.shots}) judge.add_reader(kind, k);
  }
  result.pair_of = run.info.text(facts::kMinimalPairOf);
  result.ood_of = run.info.text(facts::kOodOf);
  judge_parts(run, result);
  return result;
}

}  // namespace partwise::internal

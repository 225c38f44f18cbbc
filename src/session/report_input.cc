#include "session/report_input.h"

#include "analysis/answers.h"
#include "analysis/chance_control.h"
#include "analysis/fit_and_judge.h"
#include "base/statistics.h"

namespace partwise::internal {

namespace {

ReportInput report_on(const Run& run, const std::vector<std::string_view>& kinds, const PartAnswers& answers) {
  ReportInput report;
  report.analysis = analyze(run, answers);
  report.label_words = run.label_words();
  report.info = run.info;
  report.warnings = warnings_of(run);
  if (has_head_sources(run)) report.sources = head_sources(run, test_rows(run));
  const FitRows rows = fit_rows(run);
  for (std::string_view kind : kinds) report.evaluations.emplace_back(kind, fit_and_judge(kind, run, rows).evaluation);
  return report;
}

}  // namespace

ReportInput report_on(const Run& run, const std::vector<std::string_view>& kinds) {
  return report_on(run, kinds, part_answers(run, test_rows(run)));
}

ReportInput full_report_on(const Run& run, const std::vector<std::string_view>& kinds) {
  const PartAnswers answers = part_answers(run, test_rows(run));
  ReportInput report = report_on(run, kinds, answers);
  report.depths = early_decoding(run, answers.rows);
  report.best_by_chance = percentile(best_by_chance(answers), 0.95);
  return report;
}

}  // namespace partwise::internal

#include "session/report_input.h"

#include "analysis/chance_control.h"
#include "session/fitting.h"

namespace partwise {

ReportInput report_on(const Run& run, const std::vector<std::string_view>& kinds) {
  const std::vector<std::int64_t> rows = test_rows(run);
  ReportInput report;
  report.analysis = analyze(run, rows);
  report.label_words = run.label_words();
  report.metadata = run.metadata;
  report.warnings = warnings_of(run);
  if (has_head_sources(run)) report.sources = head_sources(run, rows);
  for (std::string_view kind : kinds) {
    report.evaluations.emplace_back(kind, evaluate(*fit_reader(kind, run, fit_rows(run)).reader, run, rows));
  }
  return report;
}

ReportInput full_report_on(const Run& run, const std::vector<std::string_view>& kinds) {
  const std::vector<std::int64_t> rows = labelled_test_rows(run);
  ReportInput report = report_on(run, kinds);
  report.depths = early_decoding(run, rows);
  report.best_by_chance = percentile(best_by_chance(run, rows), 0.95);
  return report;
}

}  // namespace partwise

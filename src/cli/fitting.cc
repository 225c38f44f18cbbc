#include "cli/fitting.h"

#include <fmt/format.h>

#include "analysis/chance_control.h"
#include "analysis/early_decoding.h"
#include "analysis/fit_warnings.h"
#include "analysis/learning_curve.h"
#include "cli/progress_bar.h"
#include "report/describe.h"

namespace partwise {

namespace {

std::string_view examples_of(LearnsFrom source) {
  switch (source) {
    case LearnsFrom::content_free:
      return "prompts without content";
    case LearnsFrom::random_words:
      return "prompts of random words";
    case LearnsFrom::test_inputs:
      return "test rows without their labels";
    case LearnsFrom::test_labels:
      return "test rows with their labels";
    default:
      return "labelled rows";
  }
}

}  // namespace

FitRows rows_to_fit_on(const Run& run, std::optional<std::int64_t> pool_size) {
  FitRows rows = fit_rows(run);
  return pool_size ? with_pool_size(std::move(rows), *pool_size) : rows;
}

ReaderFile fit_reader(std::string_view kind, const Run& run, const FitRows& rows, const ProgressFn& progress) {
  if (reader_kind(kind).learns_from == LearnsFrom::pool) check_every_label(run, rows.pool);
  ReaderFile file;
  file.reader = make_reader(kind);
  file.n_layers = run.parts.n_layers();
  file.n_heads = run.parts.n_heads();
  file.label_words = run.label_words();
  file.metadata = run.metadata;
  file.report = file.reader->fit(run.parts, run.labels, rows, progress);
  return file;
}

ReaderFile fit_reader(std::string_view kind, const Run& run, const FitRows& rows, const Console& console) {
  ProgressBar bar(console, 0);
  return fit_reader(kind, run, rows, bar.listener());
}

std::vector<std::string> warn_of_fit(const Console& console, std::string_view kind, const Run& run,
                                     const FitRows& rows) {
  if (reader_kind(kind).learns_from != LearnsFrom::pool) return {};
  const std::vector<std::string> warnings = fit_warnings(run, rows.pool);
  for (const std::string& warning : warnings) console.note("warning: " + printable(warning));
  return warnings;
}

void warn_of_judging(const Console& console, const Run& run) {
  if (!run.split.empty()) return;
  console.note("warning: the run has no test rows of its own: readers are judged on the rows that they are fitted on");
}

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

std::string describe_fit(std::string_view kind, const FitReport& fit) {
  const LearnsFrom source = reader_kind(kind).learns_from;
  std::string text = source == LearnsFrom::nothing
                         ? "nothing to learn"
                         : fmt::format("{} {}, {} updates", fit.n_examples, examples_of(source), fit.updates);
  text += fmt::format(", {} of the labelled rows right", percent(fit.train_accuracy));
  return fit.objective ? text + fmt::format(", objective {:.4g}", *fit.objective) : text;
}

OrderedJson fit_json(const FitReport& fit) {
  OrderedJson objective;  // null where the reader names none
  if (fit.objective) objective = *fit.objective;
  return {{"n_examples", fit.n_examples},
          {"updates", fit.updates},
          {"train_accuracy", fit.train_accuracy},
          {"objective", objective}};
}

std::string reader_names() {
  std::string names;
  for (const ReaderKind& kind : reader_kinds()) names += (names.empty() ? "" : ", ") + std::string(kind.name);
  return names;
}

}  // namespace partwise

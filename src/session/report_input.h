// What a report says about a run.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/analysis.h"
#include "analysis/early_decoding.h"
#include "analysis/evaluation.h"
#include "analysis/head_sources.h"
#include "analysis/learning_curve.h"
#include "decompose/decompose.h"
#include "prompts/warning.h"

namespace partwise::internal {

struct ReportInput {
  Analysis analysis;
  std::vector<std::string> label_words;                         // [n_labels]
  std::vector<std::pair<std::string, Evaluation>> evaluations;  // reader name and how it did, in the order to show
  std::vector<LearningCurve> curves;                            // of readers on growing pools; may be none
  std::vector<Depth> depths;                                    // the parts summed up to each layer; may be none
  /// The 95th percentile of the best part's accuracy over 200 shuffles of the labels.
  std::optional<double> best_by_chance;
  std::vector<HeadSources> sources;     // of every head, if the run was split by source
  RunInfo info;                         // of the run
  std::vector<Warning> warnings;        // of the run's prompts
  std::optional<DecomposeStats> stats;  // if the pass was run just now
};

/// A report on the run's test rows: every part, and each of `kinds`, fitted on the whole pool and judged, in this
/// order.
ReportInput report_on(const Run& run, const std::vector<std::string_view>& kinds);
/// The same, with the parts summed up to each layer, and how good the best part would be by chance.
ReportInput full_report_on(const Run& run, const std::vector<std::string_view>& kinds);

}  // namespace partwise::internal

// What a report is made of.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/analysis.h"
#include "analysis/early_decoding.h"
#include "analysis/evaluation.h"
#include "analysis/learning_curve.h"
#include "decompose/decompose.h"
#include "prompts/sources.h"
#include "prompts/warning.h"

namespace partwise {

struct ReportInput {
  Analysis analysis;
  std::vector<std::string> label_words;                         // [n_labels]
  std::vector<std::pair<std::string, Evaluation>> evaluations;  // reader name and how it did, in the order to show
  std::vector<LearningCurve> curves;                            // of readers on growing pools; may be none
  std::vector<Depth> depths;                                    // the parts summed up to each layer; may be none
  std::optional<double> best_by_chance;         // 95th percentile of the best part's accuracy where labels are shuffled
  std::vector<HeadSources> sources;             // of every head, where the run was split by source
  std::map<std::string, std::string> metadata;  // of the run: model, task, template, labelled, ...
  std::vector<Warning> warnings;                // of the run's prompts
  std::optional<DecomposeStats> stats;          // where the pass was run just now
  double certificate_bound = 1e-4;
};

}  // namespace partwise

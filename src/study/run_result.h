// What one run of a study comes to: how good each method is on its test rows, and each part.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/analysis.h"
#include "base/json_fwd.h"
#include "decompose/contributions.h"
#include "prompts/too_long.h"
#include "prompts/warning.h"
#include "study/estimate.h"
#include "study/study.h"

namespace partwise {

/// The name that the full model goes by in a study's tables: in-context learning.
inline constexpr std::string_view kInContext = "icl";

struct MethodResult {
  std::string method;         // "icl", or a kind of reader
  std::int64_t shots = 0;     // demonstrations in the prompts
  std::int64_t labelled = 0;  // labelled rows that it used, the demonstrations among them
  std::int64_t n = 0;         // test rows
  double accuracy = 0, macro_f1 = 0, nll = 0, ece = 0, brier = 0;
  RightRows right;

  bool operator==(const MethodResult&) const = default;
};

/// A method that could not be had in a run, and why.
struct LeftOut {
  std::string method;
  std::int64_t shots = 0, labelled = 0;
  std::string reason;

  bool operator==(const LeftOut&) const = default;
};

/// One part as a classifier of the test rows.
struct PartResult {
  std::int64_t hits = 0;
  double label_bias = 0;
  ComponentKind kind = ComponentKind::plain;
  std::vector<std::int64_t> confusion;         // true label, predicted label  [n_labels * n_labels]
  std::vector<std::int64_t> helpful, harmful;  // test rows (from 0, those left out too) that it pushes most to, and
                                               // from, their label

  bool operator==(const PartResult&) const = default;
};

struct RunResult {
  std::string task, template_name;
  std::uint64_t seed = 0;
  std::int64_t shots = 0;
  bool is_main = false;
  std::vector<MethodResult> methods;
  std::vector<LeftOut> left_out;
  std::optional<TooLongRows> too_long;  // rows that did not fit into the model's context
  std::vector<Warning> warnings;        // of the run's prompts

  // Of a main run:
  std::string pair_of, ood_of;  // as in RunKey
  std::vector<std::string> label_words;
  std::int64_t n_layers = 0, n_heads = 0;
  std::int64_t n = 0;  // test rows
  double full_accuracy = 0;
  double chance = 0;              // share of the most frequent label
  double best_by_chance = 0;      // 95th percentile of the best part's accuracy where labels are shuffled
  double certificate = 0;         // the largest
  std::vector<PartResult> parts;  // order of Contributions

  bool operator==(const RunResult&) const = default;
};

/// Judges the whole model and, of a main run, each of `readers` fitted on the first K labelled rows for every K of
/// `labelled`, and each part. Errors: bad_data where no test row has a label.
RunResult judge_run(const Run& run, const StudyRun& of, const std::vector<std::string>& readers,
                    const std::vector<std::int64_t>& labelled);

Json to_json(const RunResult& result);
/// Errors: bad_data; `where` names the file in them.
RunResult run_result_from_json(const Json& json, const std::string& where);

}  // namespace partwise

// The result of one run of a study: how good each method and each part is on its test rows.
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

namespace partwise::internal {

/// The full model's name in a study's tables: in-context learning.
inline constexpr std::string_view kInContext = "icl";

struct MethodResult {
  std::string method;         // "icl", or a kind of reader
  std::int64_t shots = 0;     // demonstrations in the prompts
  std::int64_t labelled = 0;  // labelled rows that it used, including the demonstrations
  std::int64_t n = 0;         // test rows
  double accuracy = 0, macro_f1 = 0, nll = 0, ece = 0, brier = 0;
  RightRows right;

  bool operator==(const MethodResult&) const = default;
};

/// A method without a result in a run, and why.
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
  std::vector<std::int64_t> confusion;  // true label, predicted label  [n_labels * n_labels]
  /// Test rows that it pushes most towards, and most away from, their label. Rows are counted from 0, including those
  /// that the run left out.
  std::vector<std::int64_t> helpful, harmful;

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

  // Only set for a main run:
  std::string pair_of, ood_of;  // as in RunKey
  std::vector<std::string> label_words;
  std::int64_t n_layers = 0, n_heads = 0;
  std::int64_t n = 0;  // test rows
  double full_accuracy = 0;
  double chance = 0;              // share of the most frequent label
  double best_by_chance = 0;      // 95th percentile of the best part's accuracy if labels are shuffled
  double certificate = 0;         // the largest over all rows
  std::vector<PartResult> parts;  // order of Contributions

  bool operator==(const RunResult&) const = default;
};

/// Judges the whole model. For a main run, also judges each part and each of `readers`: those that learn from labelled
/// rows are fitted on the first K, for every K in `labelled`. Errors: bad_data if no test row has a label.
RunResult judge_run(const Run& run, const StudyRun& of, const std::vector<std::string>& readers,
                    const std::vector<std::int64_t>& labelled);

Json to_json(const RunResult& result);
/// Errors: bad_data; the message names the file, which is `where`.
RunResult run_result_from_json(const Json& json, const std::string& where);

}  // namespace partwise::internal

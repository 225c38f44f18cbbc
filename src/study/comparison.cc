#include "study/comparison.h"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/analysis.h"
#include "analysis/answers.h"
#include "base/error.h"

namespace partwise::internal {

namespace {

RunKey key_of(const Run& run) {
  RunKey key{.model = run.info.text(facts::kModel),
             .task = run.info.text(facts::kTask),
             .template_name = run.info.text(facts::kTemplate),
             .pair_of = run.info.text(facts::kMinimalPairOf),
             .ood_of = run.info.text(facts::kOodOf),
             .fingerprint = run.info.text(facts::kFingerprint),
             .prompt_ids = run.info.text(facts::kPromptIds),
             .chat = run.info.text(facts::kChatDemonstrations) + run.info.text(facts::kChatTemplateHash),
             .score = run.info.text(facts::kScore)};
  const std::string seed = run.info.text(facts::kSeed);
  if (!seed.empty() && seed.find_first_not_of("0123456789") == std::string::npos && seed.size() < 20)
    key.seed = std::stoull(seed);
  return key;
}

void check_shapes(const std::vector<ComparedRun>& runs) {
  if (runs.size() < 2) throw Error(ErrorCode::usage, "one run cannot be compared", "name two run files or more");
  for (const ComparedRun& run : runs) {
    if (run.n_layers == runs[0].n_layers && run.n_heads == runs[0].n_heads) continue;
    throw Error(ErrorCode::bad_data,
                fmt::format("{} has {} layers of {} heads, {} has {} of {}: their parts are not the same", runs[0].name,
                            runs[0].n_layers, runs[0].n_heads, run.name, run.n_layers, run.n_heads),
                "compare runs of one model, or of checkpoints of it");
  }
}

}  // namespace

std::int64_t ComparedRun::best() const {
  return std::max_element(accuracies.begin(), accuracies.end()) - accuracies.begin();
}

ComparedRun compared_run(std::string name, const Run& run) {
  const PartAnswers answers = part_answers(run, test_rows(run));
  if (answers.n_rows() == 0) {
    const Error error = no_label_error(run);
    throw Error(error.code(), fmt::format("{}: {}", name, error.what()), error.advice());
  }
  const Analysis analysis = analyze(run, answers);
  ComparedRun compared{std::move(name), key_of(run), run.parts.n_layers(), run.parts.n_heads(), analysis.full.n};
  for (const ComponentStats& part : analysis.components) compared.accuracies.push_back(part.accuracy.value);
  compared.full_accuracy = analysis.full.value;
  compared.chance = analysis.chance;
  compared.reliability = part_reliability(answers);
  compared.warnings = warnings_of(run);
  return compared;
}

Comparison compare_runs(std::vector<ComparedRun> runs) {
  check_shapes(runs);
  std::vector<RunKey> keys;
  std::vector<std::vector<double>> accuracies;
  for (const ComparedRun& run : runs) {
    keys.push_back(run.key);
    accuracies.push_back(run.accuracies);
  }
  Comparison comparison{std::move(runs), pair_agreements(keys, accuracies), {}};
  comparison.groups = group_agreements(comparison.pairs, comparison.runs.size());
  return comparison;
}

}  // namespace partwise::internal

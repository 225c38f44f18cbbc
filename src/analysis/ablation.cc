#include "analysis/ablation.h"

#include "base/error.h"

namespace partwise::internal {

AblationEffect ablation_effect(const Run& full, const Run& without, const std::vector<std::int64_t>& rows,
                               std::int64_t component) {
  if (rows.empty()) throw Error(ErrorCode::bad_data, "there is no test row with a label to see an effect on");
  const std::int64_t n_labels = full.parts.n_labels();
  const auto n = static_cast<double>(rows.size());
  AblationEffect effect{component};
  std::vector<bool> right_without, right_full;
  for (std::int64_t row : rows) {
    const std::int64_t label = full.labels[row];
    const float *part = component_logits(full.parts, row, component), *whole = &full.parts.logits(row, 0),
                *rest = &without.parts.logits(row, 0);
    effect.alone += answer_of(part, n_labels) == label;
    effect.direct += push_to(label, part, n_labels);
    effect.total += push_to(label, whole, n_labels) - push_to(label, rest, n_labels);
    effect.changed += answer_of(whole, n_labels) != answer_of(rest, n_labels);
    right_full.push_back(answer_of(whole, n_labels) == label);
    right_without.push_back(answer_of(rest, n_labels) == label);
    effect.accuracy += right_without.back();
  }
  for (double* sum : {&effect.alone, &effect.direct, &effect.total, &effect.changed, &effect.accuracy}) *sum /= n;
  effect.gain = paired_difference(paired_table(right_without, right_full));
  return effect;
}

}  // namespace partwise::internal

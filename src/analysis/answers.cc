#include "analysis/answers.h"

#include "base/error.h"

namespace partwise::internal {

std::span<const std::int32_t> PartAnswers::of(std::int64_t component) const {
  return given.flat().subspan(static_cast<std::size_t>(component * n_rows()), rows.size());
}

PartAnswers part_answers(const Run& run, const std::vector<std::int64_t>& rows) {
  check_internal(std::ssize(run.labels) == run.parts.n_examples(), "a run has a label entry for each example");
  PartAnswers answers{run.parts.n_labels(), {}, {}, {}};
  for (std::int64_t row : rows) {
    if (run.labels[row] < 0) continue;
    answers.rows.push_back(row);
    answers.labels.push_back(run.labels[row]);
  }
  answers.given = Array<std::int32_t>({run.parts.n_components(), answers.n_rows()});
  for (std::int64_t c = 0; c < answers.n_components(); ++c)
    for (std::int64_t i = 0; i < answers.n_rows(); ++i) {
      const float* g = component_logits(run.parts, answers.rows[i], c);
      answers.given(c, i) = static_cast<std::int32_t>(answer_of(g, answers.n_labels));
    }
  return answers;
}

}  // namespace partwise::internal

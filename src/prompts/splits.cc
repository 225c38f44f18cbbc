#include "prompts/splits.h"

#include <fmt/format.h>

#include "base/error.h"

namespace partwise::internal {

bool is_split(const PromptSet& set, std::size_t i, Split split) { return !set.split.empty() && set.split[i] == split; }

bool is_test(const PromptSet& set, std::size_t i) { return set.split.empty() || is_split(set, i, Split::test); }

bool has_test_label(const PromptSet& set) {
  for (std::size_t i = 0; i < set.prompts.size(); ++i)
    if (is_test(set, i) && set.prompts[i].label >= 0) return true;
  return false;
}

bool has_rows_to_fit_on(const PromptSet& set) {
  for (std::size_t i = 0; i < set.prompts.size(); ++i)
    if ((set.split.empty() || is_split(set, i, Split::pool)) && set.prompts[i].label >= 0) return true;
  return false;
}

void check_test_labels(const PromptSet& set, std::string_view purpose) {
  if (has_test_label(set)) return;
  throw Error(ErrorCode::bad_data, fmt::format("there is no test row with a label {}", purpose),
              set.split.empty() ? Advice("add \"label\" to the rows of the prompt file")
                                : Advice("give test rows that have a label", {Setting::test_file}));
}

}  // namespace partwise::internal

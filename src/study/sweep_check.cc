#include "study/sweep_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <vector>

#include "base/error.h"
#include "prompts/splits.h"

namespace partwise::internal {

void check_label_words(const StudySetting& setting) {
  std::vector<Error> faults;
  std::vector<std::string> messages;
  for (const StudyUnit& unit : setting.units()) {
    for (const LoadedModel& model : setting.models()) {
      try {
        PromptSet set = setting.bare_prompts(unit, model);
        set.prompts.resize(1);
        model.tokenize_any_length(set);
      } catch (const Error& error) {
        if (error.code() != ErrorCode::bad_data) throw;
        faults.push_back(error);
        messages.push_back(fmt::format("{}, {}: {}", short_name(model.place()), setting.name(unit), error.what()));
      }
    }
  }
  if (!faults.empty())
    throw Error(ErrorCode::bad_data, fmt::format("{}", fmt::join(messages, "; ")), faults[0].advice());
}

void check_test_labels(const StudySetting& setting) {
  std::vector<std::string> names;
  for (const StudyUnit& unit : setting.units())
    if (unit.template_index == setting.study().templates.front() &&
        !has_test_label(setting.bare_prompts(unit, setting.models().front())))
      names.push_back(setting.tasks()[unit.task].task.name);
  if (names.empty()) return;
  throw Error(ErrorCode::bad_data, fmt::format("no test row has a label to judge on: {}", fmt::join(names, ", ")),
              "a study needs test rows with labels, among the first ones if it limits their number");
}

}  // namespace partwise::internal

#include "study/sweep_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <vector>

#include "base/error.h"

namespace partwise {

void check_label_words(const StudySetting& setting) {
  std::vector<Error> faults;
  std::vector<std::string> messages;
  for (const StudyUnit& unit : setting.units()) {
    PromptSet first = setting.bare_prompts(unit);
    first.prompts.resize(1);
    for (const LoadedModel& model : setting.models()) {
      try {
        PromptSet set = first;
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

}  // namespace partwise

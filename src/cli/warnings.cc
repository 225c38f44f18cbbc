#include "cli/warnings.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "report/describe.h"

namespace partwise {

namespace {

const Warning* find(const std::vector<Warning>& warnings, const std::string& code) {
  const auto found = std::ranges::find(warnings, code, &Warning::code);
  return found == warnings.end() ? nullptr : &*found;
}

void say(const Console& console, const std::string& where, const Warning& warning) {
  console.note(printable(fmt::format("warning: {}{} [{}]", where, warning.message, warning.code)));
  console.note(printable("hint: " + warning.hint));
}

}  // namespace

void warn(const Console& console, const std::vector<Warning>& warnings) {
  for (const Warning& warning : warnings) say(console, "", warning);
}

void warn_of_runs(const Console& console, const std::vector<std::pair<std::string, std::vector<Warning>>>& runs) {
  std::set<std::string> said;
  for (const auto& [name, warnings] : runs)
    for (const Warning& warning : warnings) {
      if (!said.insert(warning.code).second) continue;
      const auto n = std::ranges::count_if(runs, [&](const auto& run) { return find(run.second, warning.code); });
      say(console, n == 1 ? name + ": " : fmt::format("{} of {} runs, {} the first: ", n, runs.size(), name), warning);
    }
}

}  // namespace partwise

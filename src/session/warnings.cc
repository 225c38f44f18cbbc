#include "session/warnings.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/utf8.h"

namespace partwise::internal {

namespace {

const Warning* find(const std::vector<Warning>& warnings, const std::string& code) {
  const auto found = std::ranges::find(warnings, code, &Warning::code);
  return found == warnings.end() ? nullptr : &*found;
}

void say(const Listener& listener, const std::string& where, const Warning& warning) {
  listener.say(printable(fmt::format("warning: {}{} [{}]", where, warning.message, warning.code)));
  listener.say(printable("hint: " + warning.hint), warning.remedies);
}

}  // namespace

void warn(const Listener& listener, const std::vector<Warning>& warnings) {
  for (const Warning& warning : warnings) say(listener, "", warning);
}

void warn_of_runs(const Listener& listener, const std::vector<std::pair<std::string, std::vector<Warning>>>& runs) {
  std::set<std::string> said;
  for (const auto& [name, warnings] : runs)
    for (const Warning& warning : warnings) {
      if (!said.insert(warning.code).second) continue;
      const auto n = std::ranges::count_if(runs, [&](const auto& run) { return find(run.second, warning.code); });
      say(listener, n == 1 ? name + ": " : fmt::format("{} of {} runs, {} the first: ", n, runs.size(), name), warning);
    }
}

}  // namespace partwise::internal

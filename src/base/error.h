// The one exception type of the library, as its own code throws it.
#pragma once

#include <partwise/error.h>

#include <string>
#include <utility>
#include <vector>

#include "base/advice.h"

namespace partwise::internal {

using partwise::ErrorCode;

/// What the library throws: the public error, with advice as data. No text names an option or a command of a program
/// of ours: the library does not know how it was asked. `remedies()` name the settings and steps instead, and the
/// command line, a server or a binding spells them. To say more of where an error came from, throw another one with the
/// same advice().
class Error : public partwise::Error {
 public:
  Error(ErrorCode code, const std::string& message, Advice advice = {})
      : partwise::Error(code, message, advice.hint), advice_(std::move(advice)) {}

  const Advice& advice() const noexcept { return advice_; }
  const std::vector<Remedy>& remedies() const noexcept { return advice_.remedies; }
  /// Names of keys and tensors that were refused and that an allow-list would let pass.
  std::vector<std::string> refused_names() const {
    std::vector<std::string> names;
    for (const Remedy& remedy : remedies())
      if (remedy.setting == Setting::allow_unknown) names.push_back(remedy.value);
    return names;
  }

 private:
  Advice advice_;
};

/// Throws `Error(internal)` when one of our own assumptions does not hold.
inline void check_internal(bool holds, const char* assumption) {
  if (!holds) throw Error(ErrorCode::internal, std::string("internal error: ") + assumption);
}

}  // namespace partwise::internal

// The one exception type of the library.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/advice.h"

namespace partwise::internal {

/// What went wrong, as the exit code that the program ends with (sysexits where one fits).
enum class ErrorCode {
  failure = 1,         ///< the work was started and could not be finished (disk full, certificate exceeded)
  usage = 2,           ///< an option or a name that does not exist
  bad_data = 65,       ///< a file is there but its content is wrong or not supported
  missing_input = 66,  ///< a file that is needed is not there or cannot be read
  internal = 70,       ///< a mistake of ours, never of the user
  interrupted = 130,   ///< the user asked to stop
};

/// Thrown by every function of the library that cannot do what it was asked. `what()` says what went wrong and where.
/// The advice says what to do next, and may be empty. No text names an option or a command of a program of ours:
/// the library does not know how it was asked. `remedies()` name the settings and steps instead, and the command line,
/// a server or a binding spells them. To say more of where an error came from, throw another one with the same
/// advice().
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message, Advice advice = {})
      : std::runtime_error(message), code_(code), advice_(std::move(advice)) {}

  ErrorCode code() const noexcept { return code_; }
  const Advice& advice() const noexcept { return advice_; }
  const std::string& hint() const noexcept { return advice_.hint; }
  const std::vector<Remedy>& remedies() const noexcept { return advice_.remedies; }
  /// Names of keys and tensors that were refused and that an allow-list would let pass.
  std::vector<std::string> refused_names() const {
    std::vector<std::string> names;
    for (const Remedy& remedy : remedies())
      if (remedy.setting == Setting::allow_unknown) names.push_back(remedy.value);
    return names;
  }

 private:
  ErrorCode code_;
  Advice advice_;
};

/// Throws `Error(internal)` when one of our own assumptions does not hold.
inline void check_internal(bool holds, const char* assumption) {
  if (!holds) throw Error(ErrorCode::internal, std::string("internal error: ") + assumption);
}

}  // namespace partwise::internal

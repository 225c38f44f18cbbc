// The one exception type of the library.
#pragma once

#include <partwise/export.h>

#include <stdexcept>
#include <string>

namespace partwise {

/// What went wrong, as the exit code that the program ends with (sysexits where one fits).
enum class ErrorCode {
  failure = 1,         ///< the work was started and could not be finished (disk full, certificate exceeded)
  usage = 2,           ///< an option or a name that does not exist
  bad_data = 65,       ///< a file is there but its content is wrong or not supported
  missing_input = 66,  ///< a file that is needed is not there or cannot be read
  internal = 70,       ///< a mistake of ours, never of the user
  interrupted = 130,   ///< the user asked to stop
};

/// Thrown by every function of the library that cannot do what it was asked. `what()` says what went wrong and where,
/// `hint()` what to do next; the hint may be empty.
class PARTWISE_API Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message, std::string hint = {});
  Error(const Error&) = default;
  Error& operator=(const Error&) = default;
  ~Error() override;

  ErrorCode code() const noexcept { return code_; }
  const std::string& hint() const noexcept { return hint_; }

 private:
  ErrorCode code_;
  std::string hint_;
};

}  // namespace partwise

// Catches an Error, so that tests can look at its code, message and hint.
#pragma once

#include <gtest/gtest.h>

#include "base/error.h"

namespace partwise::internal::test {

/// The Error that `action` throws. A test that gets none fails.
template <class Action>
Error error_of(Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error was thrown";
  return {ErrorCode::internal, "no error was thrown"};
}

}  // namespace partwise::internal::test

// Who listens to long work.
#pragma once

#include <functional>
#include <string>

#include "base/progress.h"

namespace partwise {

/// Takes a sentence for the user. An empty function: nobody reads it.
using NoteFn = std::function<void(const std::string&)>;

/// What a caller wants to know of work while it is done, and how the caller stops it. Each function may be empty, and
/// all are called on the caller's thread.
struct Listener {
  ProgressFn progress;
  NoteFn note;
  std::function<void()> check;  // called between two steps of the work; throws to stop it

  void say(const std::string& sentence) const {
    if (note) note(sentence);
  }
  void stop_if_asked() const {
    if (check) check();
  }
};

}  // namespace partwise

// Who listens to long work.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/advice.h"
#include "base/progress.h"

namespace partwise::internal {

/// Takes a sentence for the user, and the remedies that belong to it. An empty function: nobody reads it.
using NoteFn = std::function<void(const std::string&, const std::vector<Remedy>&)>;

/// What a caller wants to know of work while it is done, and how the caller stops it. Each function may be empty, and
/// all are called on the caller's thread.
struct Listener {
  ProgressFn progress;
  NoteFn note;
  std::function<void()> check;  // called between two steps of the work; throws to stop it

  void say(const std::string& sentence, const std::vector<Remedy>& remedies = {}) const {
    if (note) note(sentence, remedies);
  }
  void stop_if_asked() const {
    if (check) check();
  }
};

}  // namespace partwise::internal

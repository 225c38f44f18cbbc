// Callers that wait for their prompts, and whose prompts are in the next pass.
#pragma once

#include <atomic>
#include <cstddef>
#include <list>
#include <memory>
#include <optional>
#include <vector>

#include "serve/pass_queue.h"

namespace partwise::internal {

/// Who asked, for what, and what was found so far.
struct Caller {
  Caller(const PassKind& asked, std::vector<PromptIds> given)
      : kind(asked), prompts(std::move(given)), results(prompts.size()) {}

  bool is_done() const { return error || n_answered == results.size(); }

  const PassKind kind;
  std::vector<PromptIds> prompts;  // those that were taken are empty
  std::vector<PassResult> results;
  std::size_t n_taken = 0, n_answered = 0;
  std::optional<Error> error;         // of a pass
  std::atomic<bool> is_gone = false;  // nobody waits for the results any more
};

/// Prompts of one kind that share a pass.
struct SharedPass {
  struct Place {
    std::shared_ptr<Caller> caller;
    std::size_t prompt;  // of the caller's
  };
  PassKind kind;
  std::vector<PromptIds> prompts;
  std::vector<Place> places;  // of each prompt

  /// Whether it has prompts of several callers.
  bool is_shared() const;
};

/// A pass for each caller of a shared one.
std::vector<SharedPass> by_caller(SharedPass shared);

/// Not for several threads at a time.
class Waiting {
 public:
  void add(std::shared_ptr<Caller> caller) { callers_.push_back(std::move(caller)); }
  void remove(const Caller& caller);
  bool empty() const { return callers_.empty(); }
  /// Prompts that were not taken yet.
  std::size_t n_prompts() const;

  /// Takes the prompts of the next pass. They are of the kind of the caller who has waited longest since a pass took a
  /// prompt of theirs. The callers of this kind give one prompt each, again and again, until the pass is full.
  SharedPass next(const PassQueue::Options& most);

 private:
  std::list<std::shared_ptr<Caller>> callers_;  // with prompts to take; who has waited longest is first
};

}  // namespace partwise::internal

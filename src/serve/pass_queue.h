// Prompts of many callers, which share passes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/error.h"
#include "decompose/decompose.h"
#include "session/session.h"

namespace partwise::internal {

/// What is computed of prompts. Prompts of the same kind may share a pass.
struct PassKind {
  Stored stored;
  LabelScore score = LabelScore::tree;
  bool label_mass = false;
  std::int64_t n_sources = 0;  // as in DecomposeOptions

  bool operator==(const PassKind&) const = default;
};

/// What was found of a prompt.
struct PassResult {
  Contributions parts;         // of one example; empty if there is an error
  std::optional<Error> error;  // of this prompt alone; it calls the prompt "it"
};

/// Throws the error of a prompt, with the prompt's place in front of it.
void throw_if_failed(const PassResult& result, const std::string& place);

/// An error of a pass as whoever asked for it reads it. The options of a pass are ours. So what is wrong with them, a
/// limit on memory that is too small, is about the prompts.
Error as_of_prompts(const Error& error);

/// A pass that has ended.
struct PassFigures {
  std::int64_t n_prompts, n_prompt_tokens, n_computed_tokens;
  double seconds;
  double certificate;  // the largest of its prompts
};

class PassQueue {
 public:
  struct Options {
    std::size_t most_prompts = 256;  // of a pass
    /// Of a pass, without those that a prompt shares with one before it; but a pass has at least one prompt.
    std::int64_t most_tokens = 1024;
  };

  /// The session must outlive the object. `on_pass` may be empty; it is called after every pass, one call at a time.
  PassQueue(const Session& session, Options options, std::function<void(const PassFigures&)> on_pass = {});
  ~PassQueue();

  /// Waits until the prompts are computed, together with those of other callers. The results' bits do not depend on
  /// these. Prompts need not have the same number of labels. Every caller has a share of each pass, so that one with
  /// many prompts does not hold up the others. [n_prompts]
  /// Errors: interrupted if `gone` is asked to stop; those of decompose() that are no prompt's own.
  std::vector<PassResult> ask(const PassKind& kind, std::vector<PromptIds> prompts, std::stop_token gone);

  /// Prompts that wait for a pass.
  std::size_t n_waiting() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace partwise::internal

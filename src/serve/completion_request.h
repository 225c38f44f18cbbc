// What a request for completions asks for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "serve/service.h"
#include "session/token_choice.h"
#include "tokenizer/tokenizer.h"

namespace partwise::internal {

struct CompletionPrompt {
  std::string text;
  std::vector<TokenId> ids;    // at least one
  bool begins_silent = false;  // the first token is none of the text's: BOS that the tokenizer puts in front
};

struct CompletionRequest {
  std::vector<CompletionPrompt> prompts;
  std::int64_t max_tokens = 16;
  bool echo = false;
  std::optional<std::int64_t> log_probs;  // how many of the most probable tokens are named
  Sampling sampling;
  std::vector<std::string> stop_texts;

  /// Whether one pass answers it: it reads the prompt, and the token that follows is the most probable one.
  bool is_score() const { return echo && log_probs && max_tokens <= 1 && sampling.is_greedy(); }
};

/// The model's tokenizer. Errors: bad_data if it has none, its refusal if it was refused.
const Tokenizer& tokenizer_of(const LoadedModel& loaded);

/// Errors: missing_input for another model's name; bad_data that names the member, also for one that is not known.
CompletionRequest read_completion_request(const Service& service, const OrderedJson& body);

}  // namespace partwise::internal

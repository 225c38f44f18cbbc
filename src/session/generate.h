// Text that a model writes, token by token.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "decompose/trace.h"
#include "session/session.h"
#include "session/token_choice.h"
#include "tokenizer/tokenizer.h"

namespace partwise::internal {

/// Why a text ends.
enum class Stopped { max_tokens, stop_text, end_token, context };
/// "max_tokens", "stop_text", "end_token", "context"
std::string_view name(Stopped stopped);

struct GenerateOptions {
  std::int64_t max_tokens = 128;
  std::vector<std::string> stop_texts;  // a text ends before the first of them
  Sampling sampling;
  PointRecording* recording = nullptr;  // if set: keeps what the parts of every step are read from
  std::vector<std::int64_t> rows = {};  // prompt i draws with the seed plus rows[i], or if they are not given, plus i
  std::vector<TokenId> first = {};      // the token that text i begins with, if they are known; without a recording
  /// Sees the text of each prompt as it grows, in pieces of whole characters.
  std::function<void(std::size_t prompt, std::string_view piece)> on_text;
  ProgressFn progress;  // counts tokens. If it throws, generation ends
};

struct Generated {
  std::vector<TokenId> ids;  // with the end token, or the tokens of a stop text
  std::string text;          // without them; empty if there is no tokenizer
  Stopped stopped = Stopped::max_tokens;
  std::vector<std::int64_t> points = {};  // where each token's step was recorded, if it was
};

/// Tokens at which texts of this tokenizer end: its EOS, and those that end a turn of a conversation.
std::vector<TokenId> end_tokens(const Tokenizer& tokenizer);

/// Continues every prompt. All grow together, by one token in each pass; each has the tokens that it has alone. Errors:
/// those of Session::decompose_points(); usage if there are stop texts and no tokenizer; what the callbacks throw.
std::vector<Generated> generate(const Session& session, std::span<const std::vector<TokenId>> prompts,
                                const GenerateOptions& options);

/// The trace of what was generated; without a pass if its steps were recorded. Errors: those of trace(); internal if a
/// greedy text is not what the trace finds likeliest, token by token.
Trace trace_generated(const Session& session, std::span<const std::vector<TokenId>> prompts,
                      std::span<const Generated> generated, bool is_greedy, const TraceOptions& asked,
                      const DecomposeOptions& options, const PointRecording* recording = nullptr);

/// Whether the steps of so many tokens may be recorded: if memory is not limited, and they take little of it.
bool may_record(const Session& session, std::int64_t n_tokens);

/// How many prompts of up to `n_tokens` tokens, generated ones included, should grow together, so that what earlier
/// passes computed of them stays known.
std::size_t prompts_together(const Session& session, std::int64_t n_tokens);

}  // namespace partwise::internal

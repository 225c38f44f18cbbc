// Texts that were traced, with what a report shows of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json_part.h"
#include "decompose/trace.h"
#include "prompts/chat.h"
#include "prompts/prompts.h"
#include "session/generate.h"
#include "session/loaded_model.h"

namespace partwise::internal {

/// A prompt to be continued, or one with its continuation.
struct AskedText {
  std::vector<TokenId> prompt, continuation;
  Json id;  // what the row calls itself, or null
};

/// Reads a row {"prompt": text} or {"ids": [...]}, "literal_spans" as in a prompt file, and where one is needed
/// "continuation": text or ids. If there is a chat, a prompt is what a user says, and {"messages": [...]} is a whole
/// conversation. Errors: bad_data, calling the row "it"; missing_input if a tokenizer is needed and there is none;
/// those of chat_prompt().
AskedText read_asked_text(const JsonPart& row, const LoadedModel& loaded, const Chat* chat, bool with_continuation);

/// The tokens by which a text goes on behind a prompt: those by which the tokens of both together extend the prompt's,
/// or, if the text's first characters would become part of the prompt's last token, the text's own. The prompt has its
/// ids; if it was given as ids, it has no text.
std::vector<TokenId> continuation_of(const Prompt& prompt, EncodeOptions::Bos bos, const std::string& text,
                                     const Tokenizer& tokenizer);

/// The token that a word is. Errors: usage if it is not one token.
TokenId rival_of(const std::string& word, const LoadedModel& loaded);

struct TracedTexts {
  std::string model;                            // its name
  std::vector<AskedText> asked;                 // with their continuations
  std::vector<std::string> texts;               // of the continuations; "" if there is no tokenizer
  std::vector<std::optional<Stopped>> stopped;  // nullopt: the text was given
  std::vector<std::string> rival_words;         // of TraceOptions::rivals
  bool has_log_odds = false;
  Trace trace;
  const Tokenizer* tokenizer = nullptr;

  /// A token as a person reads it; its number if there is no tokenizer.
  std::string piece(TokenId id) const;
  /// Where a label of the trace's parts is: the runner-up, a named rival, the mixture of all rivals.
  static constexpr std::int64_t kRunnerUp = 1, kFirstRival = 2;
  std::int64_t mixture() const { return trace.parts.n_labels() - 1; }
};

/// The steps as a run: labels are the token (the right answer), its runner-up, named rivals, and with log-odds the
/// mixture of all other tokens. `info` is completed.
Run as_run(const TracedTexts& traced, RunInfo info);

}  // namespace partwise::internal

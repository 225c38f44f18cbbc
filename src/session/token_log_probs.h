// How probable the model finds every token of texts.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/progress.h"
#include "session/session.h"
#include "tokenizer/tokenizer.h"

namespace partwise::internal {

struct LikelyToken {
  TokenId id;
  double log_prob;
};

/// A token under the model that has read everything before it. Logarithms are natural.
struct TokenLogProb {
  double log_prob = 0;
  std::vector<LikelyToken> top;  // the most probable tokens in its place, the most probable first  [n_top]
};

struct TextToScore {
  std::vector<TokenId> ids;  // at least one
  std::int64_t first = 1;    // the first token that is scored; nothing precedes token 0
  bool scores_next = false;  // also what may follow the text
};

struct ScoredText {
  std::vector<TokenLogProb> tokens;  // [n_ids - first]
  std::vector<LikelyToken> next;     // [n_top] if it was asked for
};

/// Scores tokens with the bits that score_labels() gives each alone. A place that several texts share is read once.
/// Texts of a few thousand tokens together are read in one pass; other passes of the session may come between.
/// Errors: bad_data for an empty text, one longer than the context, and an id outside of the vocabulary, naming the
/// text; failure if a log-probability is not finite; what `progress` throws.
std::vector<ScoredText> token_log_probs(const Session& session, std::span<const TextToScore> texts, std::int64_t n_top,
                                        const ProgressFn& progress = {});

}  // namespace partwise::internal

// Cuts text into the pieces that merging never crosses.
#pragma once

#include <string_view>
#include <vector>

#include "tokenizer/pattern.h"

namespace partwise::internal {

/// One step, like `Split` of tokenizer.json: matches of the pattern are pieces, and so is the text between them.
struct SplitStep {
  Pattern pattern;
  bool keep_matches = true;  // false: the matches are dropped
  bool keep_rest = true;     // false: the text between matches is dropped
};

class PreTokenizer {
 public:
  explicit PreTokenizer(std::vector<SplitStep> steps) : steps_(std::move(steps)) {}

  /// The first step cuts `text` (UTF-8); each later step cuts every piece by itself. No piece is empty.
  std::vector<std::string_view> split(std::string_view text) const;

 private:
  std::vector<SplitStep> steps_;
};

/// The expressions of most byte-level tokenizers.
extern const std::string_view kGpt2Expression;
extern const std::string_view kLlama3Expression;
extern const std::string_view kQwen2Expression;
extern const std::string_view kDigitExpression;   // every number character by itself
extern const std::string_view kDigitsExpression;  // numbers of any length

}  // namespace partwise::internal

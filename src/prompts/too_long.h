// Rows whose prompts are longer than the model's context: refused, left out, or cut.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_fwd.h"
#include "prompts/prompts.h"

namespace partwise {

enum class TooLong {
  refuse,
  skip,  // the row is left out
  cut,   // the row's own text is shortened at its end
};
/// "refuse", "skip", "cut".
std::string_view to_string(TooLong how);

/// What was done to rows that did not fit.
struct TooLongRows {
  TooLong how = TooLong::skip;
  std::int64_t n = 0, of = 0;           // rows that did not fit, and all rows
  std::int64_t context = 0;             // of the model, in tokens
  std::vector<std::string> places;      // of the first ten rows that did not fit
  std::vector<std::int64_t> test_rows;  // rows left out: indices among the test rows that have a label

  bool operator==(const TooLongRows&) const = default;
};

Json to_json(const TooLongRows& rows);
/// Errors: those of Json.
TooLongRows too_long_rows_from_json(const Json& json);
template <>
struct FactText<TooLongRows> {
  static std::string write(const TooLongRows& rows);
  static TooLongRows read(const std::string& text, std::string_view key);
};
namespace facts {
inline constexpr Fact<TooLongRows> kTooLong{"too_long"};  // not known if every row fitted
}  // namespace facts
/// "3 of 40 rows do not fit into the model's context of 256 tokens and are left out: test.jsonl line 3, line 9, ..."
std::string describe(const TooLongRows& rows);

/// Deals with prompts of more than `n_ctx` tokens; `set` has its ids, of any length, by `tokenizer`. Where there are
/// any, facts::kTooLong says what was done. Cutting keeps of every column at most the same number of characters,
/// the largest with which the prompt fits, less the white space that would then be at the end: so the longest column is
/// cut first. Instruction, demonstrations and the template's own text stay, and so do prompts without content.
/// Errors: bad_data naming the first prompt that does not fit where they are refused; where no row is left, where a
/// label is not left in the pool, and where a prompt does not fit even without its row's text. Usage where prompts are
/// to be cut that no recipe made.
void fit_to_context(PromptSet& set, TooLong how, const Tokenizer* tokenizer, std::int64_t n_ctx, std::int64_t d_vocab);

/// The prompt of the same row, cut as above, with its ids. `bos` is that of its set. Errors: bad_data if nothing of the
/// row's text would be left.
Prompt cut_to_context(const Prompt& prompt, const PromptRecipe& recipe, const Tokenizer* tokenizer,
                      EncodeOptions::Bos bos, std::int64_t n_ctx, std::int64_t d_vocab);

/// Errors: bad_data if the prompt is longer than `n_ctx`; `more` is added to the message.
void refuse_too_long(const Prompt& prompt, std::int64_t n_ctx, const std::string& more = "");

}  // namespace partwise

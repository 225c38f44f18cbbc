// Rows whose prompts are longer than the model's context: refused, left out, or cut.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_fwd.h"
#include "prompts/prompts.h"

namespace partwise::internal {

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

/// Deals with prompts of more than `n_ctx` tokens. `set` must have its ids, of any length, made by `tokenizer`. If
/// there are such prompts, facts::kTooLong says what was done. Cutting keeps at most N characters of every column, for
/// the largest N with which the prompt fits. So the longest column is cut first. White space at the end of a cut column
/// is dropped. The instruction, the demonstrations, the template's own text and prompts without content are never cut.
/// Of several prompt sets, a row is treated alike in all: it fits if all its prompts do.
/// Errors: bad_data naming the first prompt that does not fit, if `how` is refuse. Otherwise bad_data if no row is
/// left, if a label of the pool is not left in it, if a prompt without content does not fit, or if a prompt does not
/// fit even without its row's text. usage if prompts are to be cut that no recipe made.
void fit_to_context(PromptSet& set, TooLong how, const Tokenizer* tokenizer, std::int64_t n_ctx, std::int64_t d_vocab);

/// Cuts the prompts of one row as above, and makes their ids: the same text, with which each of them fits. `recipes`
/// are theirs, `bos` is that of their set. Errors: bad_data if nothing of the row's text would be left.
void cut_to_context(const std::vector<Prompt*>& prompts, const std::vector<PromptRecipe>& recipes,
                    const Tokenizer* tokenizer, EncodeOptions::Bos bos, std::int64_t n_ctx, std::int64_t d_vocab);

/// Errors: bad_data if the prompt is longer than `n_ctx`; `more` is added to the message.
void refuse_too_long(const Prompt& prompt, std::int64_t n_ctx, const std::string& more = "");

}  // namespace partwise::internal

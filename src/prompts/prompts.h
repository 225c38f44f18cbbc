// Prompts: made from a task and data as in the paper, or read from files that hold them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_fwd.h"
#include "decompose/contributions.h"
#include "jinja/code_points.h"
#include "prompts/task.h"
#include "prompts/warning.h"
#include "tokenizer/tokenizer.h"

namespace partwise::internal {

/// Bytes [begin, end) of a prompt's text that are a source of their own. They count tokens if the prompt was given as
/// ids.
struct SourceSpan {
  std::string name;
  std::size_t begin = 0, end = 0;

  bool operator==(const SourceSpan&) const = default;
};

struct Prompt {
  std::string text;  // empty if the file gave ids
  std::vector<std::string>
      options;                     // label words as they follow the text, leading space included; may be empty with ids
  std::vector<TokenId> ids;        // filled by tokenize_prompts, or given
  std::vector<TokenId> label_ids;  // likewise, of labels of one token each
  /// The tokens of each label, if some label of the set has several; then label_ids is empty. Likewise filled or given.
  std::vector<std::vector<TokenId>> label_tokens;
  std::int32_t label = -1;         // -1 unknown
  std::string place;               // for errors
  std::vector<SourceSpan> spans;   // what a file's row says of its sources, in order and apart
  std::vector<TextSpan> row_text;  // bytes of `text` that are the row's own columns, in order and apart
  std::vector<TextSpan> literal;   // bytes in which the spelling of a special token stays text, likewise
  bool literal_options = false;    // whether it does in `options`
  std::string label_end = "\n";    // what follows a label word in demonstrations
  DataRow row;                     // the columns that a recipe filled in, or the whole row that a program used
};

/// How many labels the prompt has: options, or what is known of their tokens.
std::size_t n_labels(const Prompt& prompt);

/// How many tokens of context the prompt takes: its ids, and all but the last token of its longest label.
std::int64_t tokens_needed(const Prompt& prompt);

/// Removes `bytes` from the prompt's text. Spans that point into the text move along.
void erase_text(Prompt& prompt, TextSpan bytes);

/// Takes white space off an end of what follows byte `from` of the prompt's text, or off both. Spans move along.
void take_space_off(Prompt& prompt, std::size_t from, jinja::Side side);

/// Where a source of the prompts' texts begins. It ends where the next source begins.
struct SourceStart {
  std::string name;    // "instruction", "demo0", "demo0_label", ..., "input"
  std::size_t at = 0;  // byte of the text
};

/// What a chat template does to a row's text and writes behind it.
struct ChatTail {
  std::size_t message_at = 0;       // byte of the prefix at which the text of the last message begins
  std::optional<jinja::Side> trim;  // the ends of that text from which white space is taken
  std::string suffix;               // from the end of that text to where the answer begins
  std::string label_end;            // as in Prompt
  std::string answer_space = {};    // what label words begin with, in place of white space of their own

  bool operator==(const ChatTail&) const = default;
};

/// A demonstration in a recipe's prefix.
struct ShownRow {
  TextSpan bytes;  // with the label word
  std::int64_t label = 0;

  bool operator==(const ShownRow&) const = default;
};

/// How new text becomes a prompt of the same kind. Reader files keep this for `classify`.
struct PromptRecipe {
  std::string task, template_name;
  std::string prefix;  // instruction and demonstrations
  std::string doc_to_text;
  std::vector<std::string> options;           // label words as they follow the text; none if rows have their own
  bool parse_special = false;                 // whether the spelling of a special token in a new row becomes that token
  bool literal_options = true;                // as in Prompt
  std::vector<TextSpan> prefix_literal = {};  // as in Prompt, for the prefix
  std::optional<ChatTail> chat = {};          // nullopt: prompts end in the row's text
  std::optional<RowProgram> program = {};     // computes the text, in the place of doc_to_text, and label words
  std::vector<ShownRow> demonstrations = {};  // in order and apart; none in recipes that do not name them

  bool operator==(const PromptRecipe&) const = default;
};

struct PromptSet {
  std::vector<Prompt> prompts;
  /// The same rows after other demonstrations, if there are several prompt sets (prompt_sets.h): those of set 0, which
  /// has none, and those of sets 2, 3, ... `prompts` are those of set 1.  [n_sets - 1][n_prompts]
  std::vector<std::vector<Prompt>> other_sets = {};
  std::vector<std::int32_t> demonstration_of = {};  // as in Contributions; empty if there is one set
  std::vector<Split> split;                         // of each prompt; empty for prompt files
  std::vector<std::string>
      label_words;  // the task's labels, or the label words of a file if all rows have the same; may be empty
  std::vector<SourceStart> sources;                        // the same for all prompts; empty for prompt files
  std::vector<std::int64_t> demonstration_labels;          // of each demonstration
  EncodeOptions::Bos bos = EncodeOptions::Bos::automatic;  // whether BOS is put in front of prompts that are text
  std::int64_t n_labelled_rows = 0;                        // of a task: how many rows have a label
  std::vector<Warning> warnings;  // about a task's rows and wording; prompt_warnings() gives all
  /// What the prompts know of themselves. From a task: its settings, the recipe, the demonstrations, and what was
  /// counted. From a file: its path, and the label words if all rows have the same.
  RunInfo info;
  std::vector<std::string> notes;  // what the user should know about task and rows (data_notes.h)
};

/// The value of `labelled` for all rows that have a label.
inline constexpr std::int64_t kAllLabelled = -1;

struct Chat;

struct PromptOptions {
  std::int64_t template_index = 0;  // --template
  std::int64_t shots = -1;          // --shots: demonstrations; -1 automatic
  std::int64_t labelled = 24;       // --labelled: K, the demonstrations among them (as in the paper), or kAllLabelled
  std::uint64_t seed = 0;           // --seed
  std::int64_t limit = -1;          // --limit: only the first `limit` test rows; -1 all
  bool content_free = false;        // --content-free: add prompts for calibrations (content_free.h)
  EncodeOptions::Bos bos = EncodeOptions::Bos::automatic;  // --bos
  bool parse_special_in_rows = false;  // --special-in-rows parse: rows and label words may spell special tokens
  bool drop_repeated = false;          // --drop-repeated: leave out test rows with the AskedRow::key of a labelled row
  std::int64_t sets = 1;               // --sets: prompt sets of the rows (prompt_sets.h)
  std::shared_ptr<const Chat> chat = {};  // --chat: how prompts go through a chat template; null: they do not
};

/// "auto", "yes" or "no", as --bos, study files and runs spell it.
std::string bos_word(EncodeOptions::Bos bos);
/// nullopt for any other word.
std::optional<EncodeOptions::Bos> parse_bos(std::string_view word);
/// Sets how the prompts get BOS; RunInfo says it unless it is the tokenizer's own way.
void set_bos(PromptSet& set, EncodeOptions::Bos bos);
/// Takes what the prompts and their options spell as text, never as special tokens; RunInfo says so.
void make_literal(PromptSet& set);

/// The number of demonstrations if none was given: 4, but 3 for three labels, and one per label if there are more than
/// four.
std::int64_t automatic_shots(std::int64_t n_labels);

/// Makes prompts by the paper's recipe: instruction, blank line, demonstrations `input label\n`, test input. Draws
/// `labelled` of the rows of `train` that have a label, by the seed: a row of each label in turn, as long as the label
/// has more. The first `shots` rows are the demonstrations, reshuffled until the last two labels differ (if they can).
/// The others are the pool. Its prompts have the same demonstrations. If `test` is empty, there is only a pool. If
/// options.content_free is set, prompts without content and prompts of random words follow the test rows; the other
/// prompts do not change. If options.chat is set, prompts are what its template makes of them (conversation.h). The
/// same seed with a larger `labelled` keeps the demonstrations and extends the pool. If options.sets is 2, the rows of
/// the demonstrations come first, and all rows also become prompts without demonstrations (set 0). If it is 3, they
/// also become prompts after the first `shots` rows of the pool, shuffled likewise (set 2); each set more takes the
/// next `shots` rows. The prompts of set 1 are those that there are without other sets. Errors: bad_data (fewer rows
/// than `labelled`, a label missing from `train` or from a pool that is not empty); usage (shots > labelled, template
/// out of range, no prompt at all, several sets without demonstrations or without rows for a pool of each).
PromptSet build_prompts(const Task& task, const std::vector<DataRow>& train, const std::vector<DataRow>& test,
                        const PromptOptions& options);

/// Reads a file of finished prompts: JSON rows, as read_data_file takes them. "-" is standard input. A row holds
/// {"prompt": string} or {"ids": [int]}, and "options": [strings] or "option_ids": [ints] (at least two, the same
/// number in every row). A row may also hold
///   "label"          index or option; null or -1: unknown
///   "sources"        [{"name", "begin", "end"}], in bytes of "prompt" or tokens of "ids", in order, without overlap
///   "literal_spans"  [{"begin", "end"}], in bytes of "prompt": as Prompt::literal
/// The paper's own files are read as well: rows {"text": prompt ending in the label word, "options": [words]}, after an
/// optional first row {"definition": ...}. Other keys are ignored. Errors: missing_input, bad_data (line and reason).
PromptSet read_prompt_file(const std::filesystem::path& path);
/// The same from text; `source` names it in errors.
PromptSet parse_prompt_file(std::string_view text, std::string_view source);
/// Parses one row {"prompt" or "ids", ...} of such a file. Errors: bad_data.
Prompt parse_prompt_row(const Json& row, std::string place);
/// The set of these finished prompts. Errors: bad_data if they do not all have the same number of options.
PromptSet prompt_set_of(std::vector<Prompt> prompts);

/// Options as label words: without white space at both ends, unless two of them would then be the same.
std::vector<std::string> label_words_of(const std::vector<std::string>& options);

/// Fills in ids and label_ids if they are missing. A label's tokens are those by which the tokens of prompt + label
/// extend those of the prompt. If some label of the set has several, all prompts get label_tokens instead. A label that
/// is the beginning of another also gets the first token of Prompt::label_end. `tokenizer` may
/// be null if every row has ids and label_ids. Errors: bad_data if a label has no such token or two options have the
/// same one (naming these words, their tokens, and words that can be used); bad_data, with the place, for a prompt
/// that needs more than `n_ctx` tokens, an id outside [0, d_vocab) or an empty prompt; missing_input if a tokenizer is
/// needed and there is none.
void tokenize_prompts(PromptSet& set, const Tokenizer* tokenizer, std::int64_t n_ctx, std::int64_t d_vocab);

/// The row's value for a column of the recipe; null if it has none. If the recipe has only one column, the row may call
/// it "text", unless that could hide a typo: the row must have no other column, or the template must spell a plain name
/// and the row must have no column with a similar name.
const std::string* recipe_field(const PromptRecipe& recipe, const DataRow& row, const std::string& column);
/// Makes the prompt of a new row. Errors: bad_data.
Prompt apply_recipe(const PromptRecipe& recipe, const DataRow& row);
std::string recipe_to_json(const PromptRecipe& recipe);
/// Errors: bad_data.
PromptRecipe recipe_from_json(const std::string& json);

template <>
struct FactText<PromptRecipe> {
  static std::string write(const PromptRecipe& recipe) { return recipe_to_json(recipe); }
  static PromptRecipe read(const std::string& text, std::string_view) { return recipe_from_json(text); }
};
/// A JSON list.
template <>
struct FactText<std::vector<PromptRecipe>> {
  static std::string write(const std::vector<PromptRecipe>& recipes);
  static std::vector<PromptRecipe> read(const std::string& text, std::string_view key);
};
namespace facts {
inline constexpr Fact<PromptRecipe> kRecipe{"recipe"};
/// Of several prompt sets: the recipes of PromptSet::other_sets, and where the demonstrations of sets 2, 3, ... are.
inline constexpr Fact<std::vector<PromptRecipe>> kSetRecipes{"set_recipes"};
inline constexpr Fact<std::vector<std::vector<std::string>>> kBlocks{"set_demonstrations"};
}  // namespace facts

}  // namespace partwise::internal

#include "session/text_rows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/error.h"
#include "base/json.h"
#include "base/suggest.h"
#include "data/lines.h"
#include "data/missing_column.h"
#include "model/context.h"
#include "prompts/task.h"

namespace partwise::internal {

namespace {

EncodeOptions::Bos bos_of(const ReaderFile& reader) {
  const auto word = reader.info.find(facts::kBos);
  if (!word) return EncodeOptions::Bos::automatic;
  if (const auto bos = parse_bos(*word)) return *bos;
  throw Error(ErrorCode::bad_data, fmt::format("the reader's bos is '{}', not auto, yes or no", *word));
}

/// Whether special tokens were parsed in the prompts of the reader's run. nullopt: these came from a task, whose rows
/// are text.
std::optional<bool> parses_finished(const ReaderFile& reader) {
  if (const auto how = reader.info.find(facts::kSpecialInRows)) return *how == "parse";
  return reader.info.has(facts::kRecipe.key) ? std::nullopt : std::optional(true);
}

bool has_options(const Json& row) { return row.contains("options") || row.contains("option_ids"); }

/// Whether a column is "prompt" or "ids", or one that a nested value under these names becomes.
bool is_finished_name(const std::string& column) {
  const std::string name = column.substr(0, column.find('.'));
  return name == "prompt" || name == "ids";
}

/// Whether a row is a finished prompt. If the task has a column of that name, the row also needs options.
bool is_finished(const Json& row, const std::optional<PromptRecipe>& recipe) {
  if (!row.contains("prompt") && !row.contains("ids")) return false;
  if (recipe && recipe->program) return has_options(row);
  return !recipe || has_options(row) || std::ranges::none_of(template_columns(recipe->doc_to_text), is_finished_name);
}

/// What to do about a row that is too long.
Advice advice_on(TooLong how, const std::string& why) {
  if (how == TooLong::cut) return "nobody knows which text of a finished prompt could be cut" + why;
  const Remedy cut = {Setting::too_long, "cut"}, skip = {Setting::too_long, "skip"};
  if (how == TooLong::skip) return {"the text of such rows can be cut" + why, {cut}};
  return {"the text of such rows can be cut, or such rows passed over" + why, {cut, skip}};
}

}  // namespace

std::int64_t n_sets_read(const ReaderFile& reader) {
  return reader_kind(reader.reader->kind()).reads_sets ? reader.info.find(facts::kSets).value_or(1) : 1;
}

TextRows::TextRows(const ReaderFile& reader, RowForm form, TooLong too_long, const LoadedModel& loaded,
                   std::optional<bool> parse_special)
    : recipe_(reader.info.find(facts::kRecipe)),
      label_words_(reader.label_words),
      bos_(bos_of(reader)),
      parse_finished_(parse_special ? parse_special : parses_finished(reader)),
      literal_options_(recipe_ ? recipe_->literal_options : !parses_finished(reader).value_or(true)),
      form_(form),
      too_long_(too_long),
      loaded_(loaded) {
  read_other_recipes(reader);
  if (recipe_ && parse_special) recipe_->parse_special = *parse_special;
  for (PromptRecipe& recipe : other_recipes_) recipe.parse_special = recipe_->parse_special;
  if (recipe_) columns_ = template_columns(recipe_->doc_to_text);
  if (form_ != RowForm::json) check_form();
}

TextRows::TextRows(const ReaderFile& reader, const InputRows& source, TooLong too_long, const LoadedModel& loaded,
                   std::optional<bool> parse_special)
    : TextRows(reader, source.form(), too_long, loaded, parse_special) {
  if (form_ == RowForm::table) check_table(source);
}

void TextRows::read_other_recipes(const ReaderFile& reader) {
  const std::int64_t n_sets = n_sets_read(reader);
  if (n_sets == 1) return;
  other_recipes_ = reader.info.find(facts::kSetRecipes).value_or(std::vector<PromptRecipe>());
  if (recipe_ && std::ssize(other_recipes_) == n_sets - 1) return;
  throw Error(
      ErrorCode::bad_data,
      fmt::format("the reader reads {} prompt sets, and its file does not say how to make their prompts", n_sets),
      {"fit it again on a run that was decomposed here", {Step::decompose, Step::fit}});
}

void TextRows::check_form() const {
  const char* what = form_ == RowForm::text ? "plain text" : "a table";
  if (!recipe_) {
    throw Error(ErrorCode::usage,
                fmt::format("this reader was fitted on finished prompts, so {} cannot be put into one", what),
                {"give rows of JSON {\"prompt\", \"options\"}, or fit a reader on a run of a task",
                 {Setting::json_rows, {Setting::task, "", Step::decompose}}});
  }
  if (form_ == RowForm::text && columns_.size() > 1) {
    throw Error(ErrorCode::usage,
                fmt::format("the template of this reader's task has the columns {}: a line of text is only one",
                            fmt::join(columns_, ", ")),
                {fmt::format("give a table with these columns (.csv, .tsv), or rows of JSON {{\"{}\": ...}}",
                             fmt::join(columns_, "\": ..., \"")),
                 {Setting::json_rows}});
  }
}

void TextRows::check_table(const InputRows& source) const {
  if (source.is_json_table() && source.columns().empty()) return;  // there is no row, and nothing names columns
  DataRow all{{}, source.name()};
  std::vector<std::string> names;
  std::ranges::copy_if(source.columns(), std::back_inserter(names), [](const auto& name) { return !name.empty(); });
  for (const std::string& column : names) all.fields[column];
  for (const std::string& column : columns_) {
    if (recipe_field(*recipe_, all, column)) continue;
    const std::string match = closest_match(column, names);
    throw Error(ErrorCode::bad_data,
                fmt::format("{}: no column '{}' for the reader's template; the columns are {}", source.name(), column,
                            fmt::join(names, ", ")),
                match.empty() ? fmt::format("the template takes {}", fmt::join(columns_, ", "))
                              : fmt::format("did you mean '{}'? A column's name is in the table's first line", match));
  }
}

TextRow TextRows::make(InputRow input) const {
  TextRow made;
  made.input = std::move(input);
  try {
    fill(made);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::bad_data) throw;
    made.error = error;
  }
  return made;
}

void TextRows::fill(TextRow& row) const {
  Prompt prompt = prompt_of(row);
  check_labels(prompt);
  PromptSet one;
  one.prompts.push_back(std::move(prompt));
  for (const PromptRecipe& recipe : other_recipes_)
    one.other_sets.push_back({apply_recipe(recipe, one.prompts[0].row)});
  one.bos = bos_;
  loaded_.tokenize_any_length(one);
  row.prompt = std::move(one.prompts[0]);
  for (std::vector<Prompt>& other : one.other_sets) row.other_prompts.push_back(std::move(other[0]));
  fit(row);
}

Prompt TextRows::prompt_of(TextRow& row) const {
  const Line& line = row.input.line;
  if (form_ == RowForm::json) {
    const Json json = parse_json_object(line.text, line.place);
    if (json.contains("id")) row.id = json["id"];
    return prompt_of_json(json, line);
  }
  if (form_ == RowForm::table) {
    const auto id = row.input.columns.fields.find("id");
    if (id != row.input.columns.fields.end()) row.id = id->second;
    return prompt_of_columns(row.input.columns);
  }
  check_utf8(line.text, line.place);
  return apply_recipe(*recipe_, DataRow{{{columns_.empty() ? "text" : columns_[0], line.text}}, line.place});
}

/// Errors name all columns of the template: whoever has the rows did not write it.
Prompt TextRows::prompt_of_columns(const DataRow& row) const {
  for (const std::string& column : columns_)
    if (!recipe_field(*recipe_, row, column))
      throw missing_column(row, column, fmt::format("each row needs the columns {}", fmt::join(columns_, ", ")));
  return apply_recipe(*recipe_, row);
}

Prompt TextRows::finished_prompt(Json row, const Line& line) const {
  if (!other_recipes_.empty())
    throw Error(ErrorCode::bad_data, fmt::format("{}: a finished prompt is of one prompt set", line.place),
                fmt::format("the reader puts a row into the prompts of {} sets: give the columns of its task",
                            other_recipes_.size() + 1));
  row.erase("label");  // the label is what is asked for
  if (recipe_ && !has_options(row)) row["options"] = recipe_->options;
  Prompt prompt = parse_prompt_row(row, line.place);
  prompt.literal_options = literal_options_;
  if (recipe_ && recipe_->chat) prompt.label_end = recipe_->chat->label_end;
  if (prompt.text.empty() || row.contains("literal_spans")) return prompt;
  if (!parse_finished_) check_means_text(prompt);
  if (!parse_finished_.value_or(true)) prompt.literal = {{0, prompt.text.size()}};
  return prompt;
}

/// Errors: bad_data if the prompt spells a special token. The row alone does not say whether that is somebody's text,
/// or was written by whoever made the prompt.
void TextRows::check_means_text(const Prompt& prompt) const {
  const Tokenizer* tokenizer = loaded_.needed_tokenizer();
  if (!tokenizer) return;
  const std::vector<TokenId> parsed = tokenizer->encode(prompt.text, {.bos = bos_});
  const std::vector<TokenId> text = tokenizer->encode(prompt.text, {.bos = bos_, .literal = {{0, prompt.text.size()}}});
  const auto differ = std::ranges::mismatch(parsed, text).in1;
  if (differ == parsed.end()) return;
  throw Error(
      ErrorCode::bad_data,
      fmt::format("{}: the prompt spells the special token '{}', and the reader was fitted on rows of text",
                  prompt.place, tokenizer->token_text(*differ)),
      {"say whether such spellings become that token or stay text; or a row's own \"literal_spans\" say what is text",
       {{Setting::special_in_rows, "parse"}, {Setting::special_in_rows, "text"}}});
}

Prompt TextRows::prompt_of_json(const Json& row, const Line& line) const {
  if (is_finished(row, recipe_)) return finished_prompt(row, line);
  if (recipe_) return prompt_of_columns(parse_json_row(line.text, line.place));
  throw Error(ErrorCode::bad_data, fmt::format("{}: a row has neither \"prompt\" nor \"ids\"", line.place),
              "this reader was fitted on finished prompts, not on a task");
}

void TextRows::fit(TextRow& row) const {
  const ModelConfig& config = loaded_.config();
  std::vector<Prompt*> prompts = {&row.prompt};
  for (Prompt& other : row.other_prompts) prompts.push_back(&other);
  const std::int64_t needed = tokens_needed(
      **std::ranges::max_element(prompts, {}, [](const Prompt* prompt) { return tokens_needed(*prompt); }));
  if (needed <= config.n_ctx) return;
  row.is_too_long = true;
  if (too_long_ == TooLong::cut && recipe_ && !recipe_->program && !row.prompt.row.fields.empty()) {
    std::vector<PromptRecipe> recipes = {*recipe_};
    recipes.insert(recipes.end(), other_recipes_.begin(), other_recipes_.end());
    cut_to_context(prompts, recipes, loaded_.tokenizer(), bos_, config.n_ctx, config.d_vocab);
    row.is_cut = true;
    return;
  }
  throw Error(
      ErrorCode::bad_data,
      fmt::format("{}: the prompt has {} tokens, the model's context {}", row.prompt.place, needed, config.n_ctx),
      advice_on(too_long_, why_context_ends(config)));
}

void TextRows::check_labels(const Prompt& prompt) const {
  if (n_labels(prompt) != label_words_.size()) {
    throw Error(ErrorCode::bad_data, fmt::format("{}: the reader knows {} labels: {}", prompt.place,
                                                 label_words_.size(), fmt::join(label_words_, ", ")));
  }
  const std::vector<std::string> known = label_words_of(recipe_ ? recipe_->options : label_words_);
  const std::vector<std::string> words = label_words_of(prompt.options);
  for (std::size_t y = 0; y < words.size(); ++y) {
    const bool has_words = recipe_ ? !recipe_->options.empty()
                                   : known[y] != std::to_string(y);  // a run whose rows had different words has none
    if (!has_words || words[y] == known[y]) continue;
    throw Error(
        ErrorCode::bad_data,
        fmt::format("{}: option {} is '{}', which the reader knows as '{}'", prompt.place, y, words[y], known[y]),
        fmt::format("options are in the order of the rows that the reader was fitted on: {}", fmt::join(known, ", ")));
  }
}

}  // namespace partwise::internal

#include "apps/text_rows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.h"
#include "experiment/lines.h"
#include "experiment/task.h"

namespace partwise {

namespace {

std::optional<PromptRecipe> recipe_of(const ReaderFile& reader) {
  const auto entry = reader.metadata.find("recipe");
  return entry == reader.metadata.end() ? std::nullopt : std::optional(recipe_from_json(entry->second));
}

EncodeOptions::Bos bos_of(const ReaderFile& reader) {
  const auto entry = reader.metadata.find("bos");
  if (entry == reader.metadata.end()) return EncodeOptions::Bos::automatic;
  if (const auto bos = parse_bos(entry->second)) return *bos;
  throw Error(ErrorCode::bad_data, fmt::format("the reader's bos is '{}', not auto, yes or no", entry->second));
}

/// What the reader's run did in prompts of a file: whether special tokens were found; nothing where its prompts were
/// those of a task, whose rows are text.
std::optional<bool> parses_finished(const ReaderFile& reader) {
  const auto entry = reader.metadata.find("special_in_rows");
  if (entry != reader.metadata.end()) return entry->second == "parse";
  return reader.metadata.contains("recipe") ? std::nullopt : std::optional(true);
}

bool has_options(const Json& row) { return row.contains("options") || row.contains("option_ids"); }

/// "prompt" and "ids", and the columns that nested values under these names become.
bool is_finished_name(const std::string& column) {
  const std::string name = column.substr(0, column.find('.'));
  return name == "prompt" || name == "ids";
}

/// A prompt as it is; not where the task has a column of that name, unless options say so.
bool is_finished(const Json& row, const std::optional<PromptRecipe>& recipe) {
  if (!row.contains("prompt") && !row.contains("ids")) return false;
  return !recipe || has_options(row) || std::ranges::none_of(template_columns(recipe->doc_to_text), is_finished_name);
}

}  // namespace

TextRows::TextRows(const ReaderFile& reader, bool jsonl, const LoadedModel& loaded, std::optional<bool> parse_special)
    : recipe_(recipe_of(reader)),
      label_words_(reader.label_words),
      bos_(bos_of(reader)),
      parse_finished_(parse_special ? parse_special : parses_finished(reader)),
      literal_options_(recipe_ ? recipe_->literal_options : !parses_finished(reader).value_or(true)),
      jsonl_(jsonl),
      loaded_(loaded) {
  if (recipe_ && parse_special) recipe_->parse_special = *parse_special;
  if (jsonl_ || recipe_) return;
  throw Error(ErrorCode::usage, "this reader was fitted on finished prompts, so plain text cannot be put into one",
              "give rows {\"prompt\", \"options\"} with --jsonl, or fit a reader on a run of a --task");
}

TextRow TextRows::make(const Line& line) const {
  TextRow made;
  if (jsonl_) {
    const Json row = parse_json_object(line.text, line.place);
    if (row.contains("id")) made.id = row["id"];
    made.prompt = prompt_of(row, line);
  } else {
    check_utf8(line.text, line.place);
    made.text = line.text;
    made.prompt = apply_recipe(*recipe_, DataRow{{{"text", line.text}}, line.place});
  }
  check_labels(made.prompt);
  made.prompt = std::move(tokenized(std::move(made.prompt)).prompts[0]);
  return made;
}

PromptSet TextRows::tokenized(Prompt prompt) const {
  PromptSet one;
  one.prompts.push_back(std::move(prompt));
  one.bos = bos_;
  loaded_.tokenize(one);
  return one;
}

Prompt TextRows::finished_prompt(Json row, const Line& line) const {
  row.erase("label");  // what is asked for
  if (recipe_ && !has_options(row)) row["options"] = recipe_->options;
  Prompt prompt = parse_prompt_row(row, line.place);
  prompt.literal_options = literal_options_;
  if (prompt.text.empty() || row.contains("literal_spans")) return prompt;
  if (!parse_finished_) check_means_text(prompt);
  if (!parse_finished_.value_or(true)) prompt.literal = {{0, prompt.text.size()}};
  return prompt;
}

/// The row alone does not say whether somebody's text spells a special token, or whoever made a prompt of it.
void TextRows::check_means_text(const Prompt& prompt) const {
  const Tokenizer* tokenizer = loaded_.needed_tokenizer();
  if (!tokenizer) return;
  const std::vector<TokenId> parsed = tokenizer->encode(prompt.text, {.bos = bos_});
  const std::vector<TokenId> text = tokenizer->encode(prompt.text, {.bos = bos_, .literal = {{0, prompt.text.size()}}});
  const auto differ = std::ranges::mismatch(parsed, text).in1;
  if (differ == parsed.end()) return;
  throw Error(ErrorCode::bad_data,
              fmt::format("{}: the prompt spells the special token '{}', and the reader was fitted on rows of text",
                          prompt.place, tokenizer->token_text(*differ)),
              "--special-in-rows parse makes it that token, text leaves it text; or a row's own \"literal_spans\" say "
              "what is text");
}

Prompt TextRows::prompt_of(const Json& row, const Line& line) const {
  if (is_finished(row, recipe_)) return finished_prompt(row, line);
  if (recipe_) return apply_recipe(*recipe_, parse_json_row(line.text, line.place));
  throw Error(ErrorCode::bad_data, fmt::format("{}: a row has neither \"prompt\" nor \"ids\"", line.place),
              "this reader was fitted on finished prompts, not on a task");
}

void TextRows::check_labels(const Prompt& prompt) const {
  if (std::max(prompt.options.size(), prompt.option_ids.size()) != label_words_.size()) {
    throw Error(ErrorCode::bad_data, fmt::format("{}: the reader knows {} labels: {}", prompt.place,
                                                 label_words_.size(), fmt::join(label_words_, ", ")));
  }
  const std::vector<std::string> known = label_words_of(recipe_ ? recipe_->options : label_words_);
  const std::vector<std::string> words = label_words_of(prompt.options);
  for (std::size_t y = 0; y < words.size(); ++y) {
    const bool has_words = recipe_ || known[y] != std::to_string(y);  // a run whose rows had different ones has none
    if (!has_words || words[y] == known[y]) continue;
    throw Error(
        ErrorCode::bad_data,
        fmt::format("{}: option {} is '{}', which the reader knows as '{}'", prompt.place, y, words[y], known[y]),
        fmt::format("options are in the order of the rows that the reader was fitted on: {}", fmt::join(known, ", ")));
  }
}

}  // namespace partwise

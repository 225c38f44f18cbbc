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

TextRows::TextRows(const ReaderFile& reader, bool jsonl, const LoadedModel& loaded)
    : recipe_(recipe_of(reader)), label_words_(reader.label_words), jsonl_(jsonl), loaded_(loaded) {
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
  PromptSet one;
  one.prompts.push_back(std::move(made.prompt));
  loaded_.tokenize(one);
  made.prompt = std::move(one.prompts[0]);
  return made;
}

Prompt TextRows::prompt_of(const Json& row, const Line& line) const {
  if (is_finished(row, recipe_)) {
    Json whole = row;
    whole.erase("label");  // what is asked for
    if (recipe_ && !has_options(row)) whole["options"] = recipe_->options;
    return parse_prompt_row(whole, line.place);
  }
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

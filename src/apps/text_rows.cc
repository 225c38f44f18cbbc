#include "apps/text_rows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.h"
#include "experiment/lines.h"

namespace partwise {

namespace {

std::optional<PromptRecipe> recipe_of(const ReaderFile& reader) {
  const auto entry = reader.metadata.find("recipe");
  return entry == reader.metadata.end() ? std::nullopt : std::optional(recipe_from_json(entry->second));
}

bool has_options(const Json& row) { return row.contains("options") || row.contains("option_ids"); }

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
    const Json row = parse_json(line.text, line.place);
    if (!row.is_object()) throw Error(ErrorCode::bad_data, fmt::format("{}: a row is a JSON object", line.place));
    if (row.contains("id")) made.id = row["id"];
    made.prompt = prompt_of(row, line);
  } else {
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
  if (row.contains("prompt") || row.contains("ids")) {
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
}

}  // namespace partwise

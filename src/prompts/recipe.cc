#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "base/error.h"
#include "base/json.h"
#include "base/json_reason.h"
#include "data/missing_column.h"
#include "prompts/prompts.h"
#include "tokenizer/literal_spans.h"

namespace partwise::internal {

namespace {

/// The row with its columns under the names that the recipe uses.
DataRow with_recipe_columns(const PromptRecipe& recipe, DataRow row) {
  for (const std::string& column : template_columns(recipe.doc_to_text))
    if (const std::string* value = recipe_field(recipe, row, column)) row.fields.try_emplace(column, *value);
  return row;
}

/// Whether the row's "text" may stand for `column`, so that no typo is hidden: the row has nothing else, or the
/// template's only placeholder is a plain name and the row has no column with a similar name.
bool may_be_called_text(const PromptRecipe& recipe, const DataRow& row, const std::string& column) {
  if (template_columns(recipe.doc_to_text).size() != 1 || !row.fields.contains("text")) return false;
  if (row.fields.size() == 1) return true;
  return plain_column(recipe.doc_to_text) == column && column_hint(row, column).empty();
}

[[noreturn]] void fail(const std::string& what) {
  throw Error(ErrorCode::bad_data, fmt::format("prompt recipe: {}", what),
              {"decomposing the prompts of a task writes it", {{Setting::task, "", Step::decompose}}});
}

Json spans_to_json(const std::vector<TextSpan>& spans) {
  Json list = Json::array();
  for (const TextSpan& span : spans) list.push_back({span.begin, span.end});
  return list;
}

std::vector<TextSpan> spans_from_json(const Json& list, std::size_t size) {
  std::vector<TextSpan> spans;
  for (const auto& [begin, end] : list.get<std::vector<std::pair<std::size_t, std::size_t>>>())
    spans.push_back({begin, end});
  if (!are_spans_of(size, spans)) fail("'prefix_literal' is not of the prefix, in order and apart");
  return spans;
}

Json shown_to_json(const std::vector<ShownRow>& rows) {
  Json list = Json::array();
  for (const ShownRow& row : rows) list.push_back({row.bytes.begin, row.bytes.end, row.label});
  return list;
}

std::vector<ShownRow> shown_from_json(const Json& list, std::size_t size) {
  std::vector<ShownRow> rows;
  std::vector<TextSpan> spans;
  for (const auto& [begin, end, label] : list.get<std::vector<std::tuple<std::size_t, std::size_t, std::int64_t>>>()) {
    rows.push_back({{begin, end}, label});
    spans.push_back({begin, end});
    if (label < 0) fail("'demonstrations' have a label below 0");
  }
  if (!are_spans_of(size, spans)) fail("'demonstrations' are not of the prefix, in order and apart");
  return rows;
}

/// Reads how special tokens are treated. Older recipes do not say so: their prefix and label words were made with
/// special tokens parsed, and stay so. New rows are text.
void read_special(PromptRecipe& recipe, const Json& fields) {
  recipe.literal_options = false;
  if (!fields.contains("special_in_rows")) return;
  const std::string word = fields["special_in_rows"];
  if (word != "text" && word != "parse") fail(fmt::format("'special_in_rows' is '{}', not text or parse", word));
  recipe.parse_special = word == "parse";
  recipe.literal_options = !recipe.parse_special;
  recipe.prefix_literal = spans_from_json(fields.at("prefix_literal"), recipe.prefix.size());
}

using TrimWord = std::pair<std::optional<jinja::Side>, const char*>;
constexpr TrimWord kTrims[] = {
    {std::nullopt, "none"}, {jinja::Side::both, "both"}, {jinja::Side::left, "left"}, {jinja::Side::right, "right"}};

Json chat_to_json(const ChatTail& chat) {
  const auto* trim = std::ranges::find(kTrims, chat.trim, &TrimWord::first);
  return {{"message_at", chat.message_at},
          {"trim", trim->second},
          {"suffix", chat.suffix},
          {"label_end", chat.label_end},
          {"answer_space", chat.answer_space}};
}

ChatTail chat_from_json(const Json& json, const std::string& prefix) {
  ChatTail chat{json.at("message_at"), {}, json.at("suffix"), json.at("label_end"), json.value("answer_space", "")};
  const bool is_within = chat.message_at <= prefix.size();
  if (!is_within || (chat.message_at < prefix.size() && (prefix[chat.message_at] & 0xC0) == 0x80))
    fail("'message_at' is no character of the prefix");
  const std::string word = json.at("trim");
  const auto* trim = std::ranges::find(kTrims, word, [](const TrimWord& known) { return std::string(known.second); });
  if (trim == std::end(kTrims)) fail(fmt::format("'trim' is '{}', not none, both, left or right", word));
  chat.trim = trim->first;
  return chat;
}

/// The row's text, with the columns that it is made of.
void fill(Prompt& prompt, const PromptRecipe& recipe, const DataRow& row) {
  const DataRow named = with_recipe_columns(recipe, row);
  prompt.text = fill_template(recipe.doc_to_text, named, &prompt.row_text);
  prompt.row.place = row.place;
  for (const std::string& column : template_columns(recipe.doc_to_text))
    prompt.row.fields[column] = named.fields.at(column);
}

/// The row's text, and its own label words if it has any. All of the text counts as the row's: nobody knows which of it
/// the template spells.
void compute(Prompt& prompt, const RowProgram& program, const DataRow& row) {
  prompt.text = program.text_of(row);
  prompt.row_text = {{0, prompt.text.size()}};
  prompt.row = row;
  if (program.doc_to_choice.empty()) return;
  for (const std::string& word : program.choices_of(row)) prompt.options.push_back(program.delimiter + word);
}

/// Ends the prompt as the chat template does. What is behind the row's text is a source of its own.
void end_message(Prompt& prompt, const ChatTail& chat) {
  if (chat.trim) take_space_off(prompt, chat.message_at, *chat.trim);
  prompt.spans = {{"generation_prompt", prompt.text.size(), prompt.text.size() + chat.suffix.size()}};
  prompt.text += chat.suffix;
  prompt.label_end = chat.label_end;
}

/// A row's own label words, as they stand where the assistant begins.
void begin_answers(Prompt& prompt, const ChatTail& chat) {
  for (std::string& option : prompt.options)
    option = fmt::format("{}{}", chat.answer_space, jinja::strip(option, jinja::Side::left));
}

}  // namespace

void take_space_off(Prompt& prompt, std::size_t from, jinja::Side side) {
  const std::string message = prompt.text.substr(from);
  const auto space_at = [&](jinja::Side end) { return message.size() - jinja::strip(message, end).size(); };
  const std::size_t right = space_at(jinja::Side::right), end = prompt.text.size();
  const std::size_t left = std::min(space_at(jinja::Side::left), message.size() - right);
  if (side != jinja::Side::left) erase_text(prompt, {end - right, end});
  if (side != jinja::Side::right) erase_text(prompt, {from, from + left});
}

const std::string* recipe_field(const PromptRecipe& recipe, const DataRow& row, const std::string& column) {
  auto field = row.fields.find(column);
  if (field == row.fields.end() && may_be_called_text(recipe, row, column)) field = row.fields.find("text");
  return field == row.fields.end() ? nullptr : &field->second;
}

Prompt apply_recipe(const PromptRecipe& recipe, const DataRow& row) {
  Prompt prompt;
  prompt.options = recipe.options;
  prompt.place = row.place;
  recipe.program ? compute(prompt, *recipe.program, row) : fill(prompt, recipe, row);
  prompt.text.insert(0, recipe.prefix);
  for (TextSpan& value : prompt.row_text)
    value = {value.begin + recipe.prefix.size(), value.end + recipe.prefix.size()};
  prompt.literal = recipe.prefix_literal;
  if (!recipe.parse_special)
    prompt.literal.insert(prompt.literal.end(), prompt.row_text.begin(), prompt.row_text.end());
  prompt.literal_options = recipe.literal_options;
  if (recipe.chat) end_message(prompt, *recipe.chat);
  if (recipe.chat && recipe.program && !recipe.program->doc_to_choice.empty()) begin_answers(prompt, *recipe.chat);
  return prompt;
}

namespace {

Json json_of(const PromptRecipe& recipe) {
  Json json = {{"task", recipe.task},
               {"template", recipe.template_name},
               {"prefix", recipe.prefix},
               {"doc_to_text", recipe.doc_to_text},
               {"options", recipe.options},
               {"special_in_rows", recipe.parse_special ? "parse" : "text"},
               {"prefix_literal", spans_to_json(recipe.prefix_literal)}};
  if (!recipe.demonstrations.empty()) json["demonstrations"] = shown_to_json(recipe.demonstrations);
  if (recipe.chat) json["chat"] = chat_to_json(*recipe.chat);
  if (recipe.program)
    json["program"] = {{"doc_to_text", recipe.program->doc_to_text},
                       {"doc_to_choice", recipe.program->doc_to_choice},
                       {"delimiter", recipe.program->delimiter}};
  return json;
}

PromptRecipe read_recipe(const Json& fields) {
  try {
    PromptRecipe recipe{fields.at("task"), fields.at("template"), fields.at("prefix"), fields.at("doc_to_text"),
                        fields.at("options").get<std::vector<std::string>>()};
    read_special(recipe, fields);
    if (fields.contains("demonstrations"))
      recipe.demonstrations = shown_from_json(fields["demonstrations"], recipe.prefix.size());
    if (fields.contains("program")) {
      const Json& program = fields["program"];
      recipe.program = RowProgram{program.at("doc_to_text"), program.at("doc_to_choice"), program.at("delimiter")};
      recipe.program->check();
    }
    if (fields.contains("chat")) recipe.chat = chat_from_json(fields["chat"], recipe.prefix);
    return recipe;
  } catch (const Json::exception& error) {
    fail(json_reason(error.what()));
  }
}

}  // namespace

std::string recipe_to_json(const PromptRecipe& recipe) { return json_of(recipe).dump(); }

PromptRecipe recipe_from_json(const std::string& json) { return read_recipe(parse_json(json, "prompt recipe")); }

std::string FactText<std::vector<PromptRecipe>>::write(const std::vector<PromptRecipe>& recipes) {
  Json list = Json::array();
  for (const PromptRecipe& recipe : recipes) list.push_back(json_of(recipe));
  return list.dump();
}

std::vector<PromptRecipe> FactText<std::vector<PromptRecipe>>::read(const std::string& text, std::string_view key) {
  const Json list = parse_json(text, key);
  if (!list.is_array()) fail(fmt::format("'{}' is no list", key));
  std::vector<PromptRecipe> recipes;
  for (const Json& recipe : list) recipes.push_back(read_recipe(recipe));
  return recipes;
}

}  // namespace partwise::internal

#include <fmt/format.h>

#include "base/error.h"
#include "base/json.h"
#include "experiment/prompts.h"

namespace partwise {

namespace {

/// The row with its columns under the names that the recipe uses.
DataRow with_recipe_columns(const PromptRecipe& recipe, DataRow row) {
  for (const std::string& column : template_columns(recipe.doc_to_text))
    if (const std::string* value = recipe_field(recipe, row, column)) row.fields.try_emplace(column, *value);
  return row;
}

}  // namespace

const std::string* recipe_field(const PromptRecipe& recipe, const DataRow& row, const std::string& column) {
  auto field = row.fields.find(column);
  if (field == row.fields.end() && template_columns(recipe.doc_to_text).size() == 1) field = row.fields.find("text");
  return field == row.fields.end() ? nullptr : &field->second;
}

Prompt apply_recipe(const PromptRecipe& recipe, const DataRow& row) {
  Prompt prompt;
  const DataRow named = with_recipe_columns(recipe, row);
  prompt.text = recipe.prefix + fill_template(recipe.doc_to_text, named);
  prompt.options = recipe.options;
  prompt.place = row.place;
  prompt.row.place = row.place;
  for (const std::string& column : template_columns(recipe.doc_to_text))
    prompt.row.fields[column] = named.fields.at(column);
  return prompt;
}

std::string recipe_to_json(const PromptRecipe& recipe) {
  return Json{{"task", recipe.task},
              {"template", recipe.template_name},
              {"prefix", recipe.prefix},
              {"doc_to_text", recipe.doc_to_text},
              {"options", recipe.options}}
      .dump();
}

PromptRecipe recipe_from_json(const std::string& json) {
  const Json fields = parse_json(json, "prompt recipe");
  try {
    return {fields.at("task"), fields.at("template"), fields.at("prefix"), fields.at("doc_to_text"),
            fields.at("options").get<std::vector<std::string>>()};
  } catch (const Json::exception& error) {
    throw Error(ErrorCode::bad_data, fmt::format("prompt recipe: {}", error.what()),
                "it is written by `partwise decompose --task`");
  }
}

}  // namespace partwise

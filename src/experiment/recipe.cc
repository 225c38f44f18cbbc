#include <fmt/format.h>

#include "base/error.h"
#include "base/json.h"
#include "experiment/prompts.h"

namespace partwise {

namespace {

/// The row with its column "text" under the name that the recipe uses, where that is the only column it uses.
DataRow with_recipe_column(const PromptRecipe& recipe, DataRow row) {
  const std::vector<std::string> columns = template_columns(recipe.doc_to_text);
  const auto text = row.fields.find("text");
  if (columns.size() == 1 && text != row.fields.end()) row.fields.try_emplace(columns[0], text->second);
  return row;
}

}  // namespace

Prompt apply_recipe(const PromptRecipe& recipe, const DataRow& row) {
  Prompt prompt;
  prompt.text = recipe.prefix + fill_template(recipe.doc_to_text, with_recipe_column(recipe, row));
  prompt.options = recipe.options;
  prompt.place = row.place;
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

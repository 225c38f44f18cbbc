#include "prompts/prefix.h"

#include <fmt/format.h>

#include <algorithm>

namespace partwise::internal {

PromptRecipe bare_recipe(const Task& task, const PromptTemplate& wording, bool parse_special) {
  PromptRecipe recipe{task.name,     wording.name,   "", wording.doc_to_text, wording.options(),
                      parse_special, !parse_special, {}};
  recipe.program = task.program;
  if (!task.program) return recipe;
  recipe.program->doc_to_target.clear();  // a recipe asks for labels
  recipe.program->delimiter = wording.target_delimiter;
  if (!task.program->doc_to_choice.empty()) recipe.options.clear();
  return recipe;
}

void append(PromptRecipe& recipe, const std::string& text, const std::vector<TextSpan>& literal) {
  for (const TextSpan& span : literal)
    recipe.prefix_literal.push_back({recipe.prefix.size() + span.begin, recipe.prefix.size() + span.end});
  recipe.prefix += text;
}

std::vector<SourceStart> add_prefix(PromptRecipe& recipe, const PromptTemplate& wording,
                                    const std::vector<Demonstration>& demonstrations) {
  std::vector<SourceStart> sources;
  if (!wording.description.empty()) {
    recipe.prefix = wording.description + "\n\n";
    sources.push_back({"instruction", 0});
  }
  for (std::size_t i = 0; i < demonstrations.size(); ++i) {
    const auto& [input, label] = demonstrations[i];
    sources.push_back({fmt::format("demo{}", i), recipe.prefix.size()});
    if (i > 0) recipe.prefix += wording.fewshot_delimiter;
    append(recipe, input.text, input.literal);
    sources.push_back({fmt::format("demo{}_label", i), recipe.prefix.size()});
    const std::string& option = input.options[static_cast<std::size_t>(label)];
    const TextSpan word{wording.target_delimiter.size(), option.size()};
    append(recipe, option, recipe.literal_options ? std::vector{word} : std::vector<TextSpan>());
  }
  sources.push_back({"input", recipe.prefix.size()});
  if (!demonstrations.empty()) recipe.prefix += wording.fewshot_delimiter;
  return sources;
}

std::vector<ShownRow> shown_rows(const std::vector<SourceStart>& sources, const std::vector<std::int64_t>& labels) {
  const auto start_of = [&](const std::string& name) { return std::ranges::find(sources, name, &SourceStart::name); };
  std::vector<ShownRow> rows;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto behind = start_of(fmt::format("demo{}_label", i)) + 1;
    rows.push_back({{start_of(fmt::format("demo{}", i))->at, behind->at}, labels[i]});
  }
  return rows;
}

}  // namespace partwise::internal

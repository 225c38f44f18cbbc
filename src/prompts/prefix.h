// What all prompts of a task begin with: instruction and demonstrations.
#pragma once

#include <cstdint>
#include <vector>

#include "prompts/prompts.h"

namespace partwise::internal {

struct Demonstration {
  Prompt input;  // the row's text alone
  std::int64_t label = 0;
};

/// The recipe without instruction and demonstrations.
PromptRecipe bare_recipe(const Task& task, const PromptTemplate& wording, bool parse_special);

/// Appends text to the recipe's prefix; `literal` are bytes of this text.
void append(PromptRecipe& recipe, const std::string& text, const std::vector<TextSpan>& literal);

/// Puts instruction and demonstrations in front, as plain text. Returns where their sources begin. A delimiter belongs
/// to what follows it.
std::vector<SourceStart> add_prefix(PromptRecipe& recipe, const PromptTemplate& wording,
                                    const std::vector<Demonstration>& demonstrations);

/// The demonstrations of these labels, between the sources "demo0", "demo1", ... of a prefix and those behind them.
std::vector<ShownRow> shown_rows(const std::vector<SourceStart>& sources, const std::vector<std::int64_t>& labels);

}  // namespace partwise::internal

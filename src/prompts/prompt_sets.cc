#include "prompts/prompt_sets.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "prompts/splits.h"

namespace partwise::internal {

namespace {

/// The prompts of each set, set after set.
template <class Set>
auto lists_of(Set& set) {
  std::vector lists = {&set.prompts};
  for (auto& prompts : set.other_sets) lists.push_back(&prompts);
  return lists;
}

template <class T>
std::vector<T> picked(std::vector<T>& from, const std::vector<std::size_t>& rows) {
  std::vector<T> picked;
  if (from.empty()) return picked;
  for (std::size_t row : rows) picked.push_back(std::move(from[row]));
  return picked;
}

}  // namespace

std::int64_t n_sets(const PromptSet& set) { return 1 + std::ssize(set.other_sets); }

std::vector<Prompt*> prompts_of_all_sets(PromptSet& set) {
  std::vector<Prompt*> all;
  for (auto* prompts : lists_of(set))
    for (Prompt& prompt : *prompts) all.push_back(&prompt);
  return all;
}

std::vector<const Prompt*> prompts_of_all_sets(const PromptSet& set) {
  std::vector<const Prompt*> all;
  for (const auto* prompts : lists_of(set))
    for (const Prompt& prompt : *prompts) all.push_back(&prompt);
  return all;
}

std::vector<Prompt*> prompts_of_row(PromptSet& set, std::size_t row) {
  std::vector<Prompt*> prompts;
  for (auto* list : lists_of(set)) prompts.push_back(&(*list)[row]);
  return prompts;
}

const Prompt& longest_prompt(const PromptSet& set, std::size_t row) {
  const auto lists = lists_of(set);
  const auto needed = [row](const auto* list) { return tokens_needed((*list)[row]); };
  return (**std::ranges::max_element(lists, {}, needed))[row];
}

PromptSet with_rows(PromptSet set, const std::vector<std::size_t>& rows) {
  for (auto* prompts : lists_of(set)) *prompts = picked(*prompts, rows);
  set.demonstration_of = picked(set.demonstration_of, rows);
  set.split = picked(set.split, rows);
  return set;
}

std::vector<std::int32_t> pool_labels(const PromptSet& set, std::int32_t number) {
  std::vector<std::int32_t> labels;
  for (std::size_t i = 0; i < set.prompts.size(); ++i) {
    const bool is_shown = number > 0 && !set.demonstration_of.empty() && set.demonstration_of[i] == number;
    const bool is_labelled = is_split(set, i, Split::pool) || is_split(set, i, Split::demonstration);
    if (is_labelled && !is_shown) labels.push_back(set.prompts[i].label);
  }
  return labels;
}

std::vector<PromptRecipe> recipes_of_sets(const RunInfo& info) {
  std::vector<PromptRecipe> recipes;
  if (auto own = info.find(facts::kRecipe)) recipes.push_back(*std::move(own));
  if (auto others = info.find(facts::kSetRecipes)) std::ranges::move(*others, std::back_inserter(recipes));
  return recipes;
}

}  // namespace partwise::internal

#include "session/other_prompts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>
#include <vector>

#include "prompts/prompts.h"

namespace partwise::internal {

namespace {

struct NamedFact {
  std::string_view key, name;
  bool shows_value = true;  // hashes and long lists are not shown
};

constexpr NamedFact kHowPromptsAreMade[] = {{facts::kTask.key, "task"},
                                            {facts::kTemplate.key, "template"},
                                            {facts::kChatTemplateHash.key, "chat template", false},
                                            {facts::kShots.key, "number of demonstrations"}};
constexpr NamedFact kSeed{facts::kSeed.key, "seed of demonstrations"};
constexpr NamedFact kDemonstrations{facts::kDemonstrations.key, "demonstrations", false};
constexpr NamedFact kWording{facts::kRecipe.key, "wording", false};

std::string shown(const std::string& value) { return value.empty() ? "none" : fmt::format("'{}'", value); }

void add_difference(std::vector<std::string>& differences, const NamedFact& fact, const RunInfo& one,
                    const RunInfo& other) {
  const std::string a = one.text(fact.key), b = other.text(fact.key);
  if (a == b) return;
  differences.push_back(fact.shows_value ? fmt::format("{} {}, here {}", fact.name, shown(a), shown(b))
                                         : fmt::format("other {}", fact.name));
}

bool knows_prompts(const RunInfo& info) { return info.has(facts::kTask.key) || info.has(facts::kPrompts.key); }

/// Without demonstrations the seed says only which rows are labelled.
bool has_demonstrations(const RunInfo& info) { return info.find(facts::kShots).value_or(0) > 0; }

}  // namespace

std::string other_prompts(const RunInfo& fitted_on, const RunInfo& here) {
  if (!knows_prompts(fitted_on) || !knows_prompts(here)) return "";
  std::vector<std::string> differences;
  for (const NamedFact& fact : kHowPromptsAreMade) add_difference(differences, fact, fitted_on, here);
  if (has_demonstrations(fitted_on) && has_demonstrations(here)) add_difference(differences, kSeed, fitted_on, here);
  if (differences.empty()) add_difference(differences, kDemonstrations, fitted_on, here);
  if (differences.empty()) add_difference(differences, kWording, fitted_on, here);
  return fmt::format("{}", fmt::join(differences, "; "));
}

}  // namespace partwise::internal

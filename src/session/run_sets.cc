#include "session/run_sets.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "base/error.h"
#include "prompts/prompts.h"

namespace partwise::internal {

namespace {

/// Set 1 shows some rows, so that they are not among those of a run of set 1 alone.
Run set_one(const Run& run) {
  std::vector<std::int64_t> rows;
  for (std::int64_t i = 0; i < run.parts.n_examples(); ++i)
    if (run.split[static_cast<std::size_t>(i)] != Split::demonstration) rows.push_back(i);
  Run one = select_rows(run, rows);
  one.parts.other_sets.clear();
  one.parts.demonstration_of.clear();
  one.info.erase(facts::kSets.key);
  one.info.erase(facts::kSetRecipes.key);
  one.info.erase(facts::kBlocks.key);
  return one;
}

/// Cuts the list of a fact to its first `n` items, which are of the sets that stay.
template <class T>
void cut(RunInfo& info, const Fact<std::vector<T>>& fact, std::size_t n) {
  auto list = info.find(fact);
  if (!list || list->size() <= n) return;
  list->resize(n);
  n == 0 ? info.erase(fact.key) : info.set(fact, *list);
}

/// Sets 0 to n - 1, n >= 2.
Run first_sets(Run run, std::int64_t n) {
  run.parts.other_sets.resize(static_cast<std::size_t>(n - 1));
  for (std::int32_t& set : run.parts.demonstration_of)
    if (set >= n) set = 0;
  run.info.set(facts::kSets, n);
  cut(run.info, facts::kSetRecipes, static_cast<std::size_t>(n - 1));
  cut(run.info, facts::kBlocks, static_cast<std::size_t>(n - 2));
  return run;
}

}  // namespace

std::int64_t n_sets(const Run& run) { return 1 + std::ssize(run.parts.other_sets); }

Run with_sets(Run run, std::int64_t n) {
  if (n == n_sets(run)) return run;
  if (n > n_sets(run))
    throw Error(ErrorCode::usage, fmt::format("{} prompt sets are asked for, and the run has {}", n, n_sets(run)),
                {"make the run with as many", {{Setting::sets, std::to_string(n), Step::decompose}}});
  return n == 1 ? set_one(run) : first_sets(std::move(run), n);
}

}  // namespace partwise::internal

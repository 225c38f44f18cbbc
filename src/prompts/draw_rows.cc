#include "prompts/draw_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>

#include "base/error.h"
#include "base/sampling.h"
#include "prompts/prompt_sets.h"

namespace partwise::internal {

namespace {

/// Errors: bad_data if none of `rows` has some label of the task.
void check_labels(const Task& task, const std::vector<std::int32_t>& labels, const std::vector<std::size_t>& rows,
                  const char* where, const Advice& advice) {
  std::vector<bool> seen(task.labels.size());
  for (std::size_t row : rows) seen[static_cast<std::size_t>(labels[row])] = true;
  const auto missing = static_cast<std::size_t>(std::find(seen.begin(), seen.end(), false) - seen.begin());
  if (missing == seen.size()) return;
  throw Error(ErrorCode::bad_data, fmt::format("no row with the label '{}' {}", task.labels[missing], where), advice);
}

const Advice kMoreOfThatLabel = {"draw more labelled rows, take fewer demonstrations, or give more rows of that label",
                                 {Setting::labelled, Setting::shots}};

/// Errors: bad_data if the labelled rows that some other set does not show lack a label.
void check_other_pools(const Task& task, const std::vector<std::int32_t>& labels, const DrawnRows& rows) {
  for (std::size_t b = 0; b < rows.blocks.size(); ++b) {
    std::vector<std::size_t> left = rows.demonstrations;
    std::ranges::copy_if(rows.pool, std::back_inserter(left),
                         [&](std::size_t row) { return !std::ranges::count(rows.blocks[b], row); });
    const std::string where = fmt::format("is left for the pool of prompt set {}", b + 2);
    check_labels(task, labels, left, where.c_str(), kMoreOfThatLabel);
  }
}

/// Takes the demonstrations of sets 2 to `sets` - 1.
void take_blocks(BalancedDraw& draw, const std::vector<std::int32_t>& labels, std::int64_t shots, std::int64_t sets,
                 Random random, DrawnRows& rows) {
  for (std::int64_t set = 2; set < sets; ++set) {
    rows.blocks.push_back(draw.take(shots));
    std::ranges::copy(rows.blocks.back(), std::back_inserter(rows.pool));
    shuffle_demonstrations(rows.blocks.back(), labels, random);
  }
}

}  // namespace

void check_sets(const PromptOptions& options, std::int64_t shots) {
  const std::int64_t sets = options.sets, needed = (sets - 1) * shots + 1;
  if (sets < 1 || sets > kMostSets)
    throw Error(ErrorCode::usage, fmt::format("there are 1 to {} prompt sets, not {}", kMostSets, sets));
  if (sets == 1) return;
  if (shots == 0)
    throw Error(ErrorCode::usage, fmt::format("{} prompt sets without demonstrations would all be the same", sets),
                {"ask for demonstrations, or for one set", {Setting::shots, {Setting::sets, "1"}}});
  if (options.labelled >= needed) return;
  throw Error(ErrorCode::usage,
              fmt::format("{} prompt sets with {} demonstration{} each, but {} labelled rows", sets, shots,
                          shots == 1 ? "" : "s", options.labelled),
              {fmt::format("{} or more are needed, so that rows are left to fit readers on; or ask for fewer "
                           "demonstrations, or for fewer sets",
                           needed),
               {{Setting::labelled, std::to_string(needed)}, Setting::shots, Setting::sets}});
}

DrawnRows draw_rows(const Task& task, const std::vector<std::int32_t>& labels, std::int64_t shots,
                    const PromptOptions& options) {
  std::vector<std::size_t> all(labels.size());
  for (std::size_t row = 0; row < all.size(); ++row) all[row] = row;
  check_labels(task, labels, all, "to draw labelled rows from", "give rows of every label of the task");
  Random random(options.seed);
  BalancedDraw draw(labels, task.n_labels(), random);
  DrawnRows rows;
  rows.demonstrations = draw.take(shots);
  shuffle_demonstrations(rows.demonstrations, labels, random);
  // with a copy of `random`, so that the pool is drawn as without blocks, which do not depend on the pool's size
  take_blocks(draw, labels, shots, options.sets, random, rows);
  for (std::size_t row : draw.take(options.labelled - shots - std::ssize(rows.pool))) rows.pool.push_back(row);
  if (rows.pool.empty()) return rows;
  check_labels(task, labels, rows.pool, "is left for the pool after the demonstrations", kMoreOfThatLabel);
  check_other_pools(task, labels, rows);
  return rows;
}

}  // namespace partwise::internal

#include "pass/experts.h"

#include <algorithm>

#include "pass/active_rows.h"
#include "pass/routing.h"

namespace partwise::internal {

Experts::Experts(const Engine& engine, std::int64_t n_rows) : engine_(engine), backend_(engine.backend()) {
  const std::int64_t most = std::max(backend_.preferred_rows(), backend_.few_rows() * backend_.n_threads());
  const std::int64_t width = engine.model().config().d_model;
  for (int i = 0; i < backend_.n_threads(); ++i)
    scratch_.push_back(
        {backend_.allocate(std::min(n_rows, most), width), backend_.allocate(std::min(n_rows, most), width)});
}

void Experts::run(const Block& block, ConstRows x, Rows out, const OnExpert& seen) {
  const Routes routes = find_routes(block.route(x), *engine_.model().config().experts);
  std::vector<std::int64_t> chosen;
  for (std::int64_t e = 0; e < std::ssize(routes); ++e)
    if (!routes[e].empty()) chosen.push_back(e);
  backend_.fill(out, std::vector<float>(static_cast<std::size_t>(out.cols)));
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    if (i + 1 < chosen.size()) engine_.read_ahead(block.layer().index, chosen[i + 1]);
    run_expert(block, chosen[i], routes[chosen[i]], x, out, seen);
  }
}

void Experts::run_expert(const Block& block, std::int64_t expert, std::span<const WeightedRow> rows, ConstRows x,
                         Rows out, const OnExpert& seen) {
  const std::shared_ptr<const PackedMlp> weights = engine_.expert(block.layer().index, expert);
  const std::vector<RowRange> chunks = cut_into_chunks(std::ssize(rows), backend_);
  const auto run_chunk = [&](std::int64_t i, int thread) {
    const auto own = rows.subspan(static_cast<std::size_t>(chunks[i].first), static_cast<std::size_t>(chunks[i].n));
    Scratch& scratch = scratch_[thread];
    run_rows(block, *weights, own, x, scratch);
    const Rows added = scratch.out.view(std::ssize(own));
    backend_.add_weighted(out, added, own);
    if (seen) seen(expert, own, added);
  };
  if (chunks.size() == 1) return run_chunk(0, 0);  // all threads work together on each operation
  backend_.for_each(std::ssize(chunks), run_chunk);
}

/// Gathers the rows, and runs them through the expert.
void Experts::run_rows(const Block& block, const PackedMlp& weights, std::span<const WeightedRow> rows, ConstRows x,
                       Scratch& scratch) const {
  const std::int64_t n = std::ssize(rows);
  std::vector<RowCopy> copies;
  for (std::int64_t i = 0; i < n; ++i) copies.push_back({rows[i].row, i});
  backend_.copy_rows(x, scratch.x.view(n), copies);
  block.mlp(weights, scratch.x.view(n), scratch.out.view(n));
}

}  // namespace partwise::internal

// A layer's feed-forward of experts, for all its rows together: an expert's weights are packed once, and experts that
// no row chooses are not read.
//
//   out[t, :] = sum over the chosen experts e of weight(t, e) W_out,e f(W_gate,e h, W_in,e h), h = norm(x[t, :])
//
// Biases are left out. The sum goes over experts in ascending order, so a row's bits depend on the row alone.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "pass/block.h"
#include "pass/engine.h"

namespace partwise::internal {

/// Sees some rows that chose an expert, by which weight, and what it returns for them before it is weighted. Several
/// threads call it at once.  out [rows.size(), d_model]
using OnExpert = std::function<void(std::int64_t expert, std::span<const WeightedRow> rows, ConstRows out)>;

class Experts {
 public:
  /// For at most `n_rows` rows. The engine must outlive the object.
  Experts(const Engine& engine, std::int64_t n_rows);

  /// x, out [n, d_model]
  void run(const Block& block, ConstRows x, Rows out, const OnExpert& seen = {});

 private:
  /// One thread's rows.
  struct Scratch {
    OwnedRows x, out;  // [rows, d_model]
  };
  void run_expert(const Block& block, std::int64_t expert, std::span<const WeightedRow> rows, ConstRows x, Rows out,
                  const OnExpert& seen);
  void run_rows(const Block& block, const PackedMlp& weights, std::span<const WeightedRow> rows, ConstRows x,
                Scratch& scratch) const;

  const Engine& engine_;
  const Backend& backend_;
  std::vector<Scratch> scratch_;  // of each thread
};

}  // namespace partwise::internal

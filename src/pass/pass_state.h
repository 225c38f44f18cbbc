// What a pass holds while it works. Only for pass.cc.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "model/config.h"
#include "ops/backend.h"

namespace partwise::internal {

/// One thread's activations for the rows that it works on.
struct Scratch {
  Scratch(const Backend& backend, const ModelConfig& c, std::int64_t rows)
      : q(backend.allocate(rows, c.n_heads * c.d_head)),
        z(backend.allocate(rows, c.n_heads * c.d_head)),
        attn_out(backend.allocate(rows, c.d_model)),
        mlp_out(backend.allocate(rows, c.d_model)) {}
  OwnedRows q, z, attn_out, mlp_out;  // [rows, ...]
};

/// What the observer sees of a layer.
struct AtPoints {
  AtPoints(const Backend& backend, const ModelConfig& c, std::int64_t n_points, bool with_queries)
      : z(backend.allocate(n_points, c.n_heads * c.d_head)),
        out(backend.allocate(n_points, c.d_model)),
        written(backend.allocate(c.post_norms ? n_points : 0, c.d_model)),
        q(backend.allocate(with_queries ? n_points : 0, c.n_heads * c.d_head)) {}
  OwnedRows z, out;   // [n_points, ...]
  OwnedRows written;  // attention's output before the norm after it, if there is one  [n_points, d_model], or no rows
  OwnedRows q;        // [n_points, n_heads * d_head], or no rows
};

/// Which chunks of a sweep are done. A chunk may wait for all chunks before it, since these have been begun by then.
class Done {
 public:
  explicit Done(std::size_t n) : flags_(n) {}
  void set(std::int64_t i) {
    flags_[i] = true;
    flags_[i].notify_all();
  }
  void wait_for_all_before(std::int64_t i) const {
    for (std::int64_t j = 0; j < i; ++j) flags_[j].wait(false);
  }

 private:
  std::vector<std::atomic<bool>> flags_;
};

}  // namespace partwise::internal

// What the tests of the fitted readers share.
#pragma once

#include "decompose/contributions.h"
#include "readers/reader.h"

namespace partwise::test {

/// g[i, c, y] = ((7 i + 5 c + 3 y + i c y) mod 11 - 5) / 8 * scale, exact in float; logits are the sums over c, labels
/// i modulo n_labels. An independent NumPy program of the formulas was given the same numbers.
inline Run formula_run(std::int64_t n, std::int64_t n_layers, std::int64_t n_heads, std::int64_t n_labels,
                       float scale) {
  Run run;
  run.parts.heads = Array<float>({n, n_layers, n_heads, n_labels});
  run.parts.mlps = Array<float>({n, n_layers, n_labels});
  run.parts.logits = Array<float>({n, n_labels});
  for (std::int64_t i = 0; i < n; ++i) {
    run.labels.push_back(static_cast<std::int32_t>(i % n_labels));
    for (std::int64_t c = 0; c < run.parts.n_components(); ++c) {
      for (std::int64_t y = 0; y < n_labels; ++y) {
        const float g = static_cast<float>((7 * i + 5 * c + 3 * y + i * c * y) % 11 - 5) / 8 * scale;
        const_cast<float*>(component_logits(run.parts, i, c))[y] = g;
        run.parts.logits(i, y) += g;
      }
    }
  }
  return run;
}

/// Two layers of one head, all contributions zero: no gradient but the penalty's.
inline Run silent_run(std::int64_t n, std::int64_t n_labels) { return formula_run(n, 2, 1, n_labels, 0); }

}  // namespace partwise::test

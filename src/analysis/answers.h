// What every part answers on every row. It is made once, and several numbers are computed from it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "decompose/contributions.h"

namespace partwise::internal {

/// Each part read as a classifier of its own: it answers with the label whose logit it raises most, the first on ties.
struct PartAnswers {
  std::int64_t n_labels = 0;
  std::vector<std::int64_t> rows;    // of the run  [n_rows]
  std::vector<std::int32_t> labels;  // of those rows  [n_rows]
  Array<std::int32_t> given;         // [n_components, n_rows]

  std::int64_t n_components() const { return given.dim(0); }
  std::int64_t n_rows() const { return std::ssize(rows); }
  /// The answers of one part.  [n_rows]
  std::span<const std::int32_t> of(std::int64_t component) const;
};

/// The answers on those of `rows` that have a label.
PartAnswers part_answers(const Run& run, const std::vector<std::int64_t>& rows);

}  // namespace partwise::internal

// What all back ends have in common whose rows lie in the host's memory.
#pragma once

#include "ops/backend.h"

namespace partwise::internal {

class HostBackend : public Backend {
 public:
  OwnedRows allocate(std::int64_t rows, std::int64_t cols) const override;
  void upload(ConstMatrix from, Rows to) const override;
  void download(ConstRows from, Matrix to) const override;
  void copy_rows(ConstRows from, Rows to, std::span<const RowCopy> copies) const override;
  void copy(ConstRows from, Rows to) const override;
  void fill(Rows x, std::span<const float> row) const override;
  void round(Rows x) const override;
  void add_weighted(Rows x, ConstRows y, std::span<const WeightedRow> to) const override;
  void row_scales(NormKind kind, ConstRows x, float eps, std::span<double> scales) const override;
};

}  // namespace partwise::internal

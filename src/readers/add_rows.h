// The inner loop of products with few weights and long rows.
#pragma once

#include <span>

namespace partwise {

/// out += x[0] row[0] + x[1] row[1] + ..., each output summed in the order of the rows: the same bits with vectors of
/// any width, since no multiplication is fused with an addition.  row [x.size()], each [out.size()]
void add_rows(std::span<const double> x, std::span<const float* const> row, std::span<double> out);
void add_rows(std::span<const double> x, std::span<const double* const> row, std::span<double> out);

}  // namespace partwise

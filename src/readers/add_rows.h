// The inner loop of products with few weights and long rows.
#pragma once

#include <span>

namespace partwise::internal {

/// out += x[0] row[0] + x[1] row[1] + ... Each output is summed in the order of the rows, and no multiplication is
/// fused with an addition. So vectors of any width give the same bits.  row [x.size()], each [out.size()]
void add_rows(std::span<const double> x, std::span<const float* const> row, std::span<double> out);
void add_rows(std::span<const double> x, std::span<const double* const> row, std::span<double> out);

}  // namespace partwise::internal

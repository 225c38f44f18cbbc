// A reader's state as JSON, and back with every number checked.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "readers/reader.h"

namespace partwise::internal {

/// The `n` numbers that the field of `state` holds, in a list or in a list of lists. If `n` is 0: any number of them,
/// but at least one. Errors: bad_data, naming the field; also if a number is larger than 1e100.
std::vector<double> numbers(const Json& state, const std::string& field, std::size_t n);

/// {"L0H0": value, ...}: for each component a number, or a list of values.size() / n_components numbers.
Json by_component(std::span<const double> values, const ReaderShape& shape);
/// Reads such an object back: `n` numbers per component. Errors: bad_data, naming field and component.
std::vector<double> by_component(const Json& state, const std::string& field, const ReaderShape& shape, std::size_t n);

/// [rows, cols] as a list of lists.
Json matrix(std::span<const double> values, std::size_t n_rows);

}  // namespace partwise::internal

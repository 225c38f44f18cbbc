// A reader's state as JSON, and back with every number checked.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "readers/reader.h"

namespace partwise {

/// The `n` numbers that the field of the state holds in a list, or in lists of lists; where n is 0 any number of them,
/// but at least one. None is larger than 1e100. Errors: bad_data, naming the field.
std::vector<double> numbers(const Json& state, const std::string& field, std::size_t n);

/// {"L0H0": value, ...}: a number for each component, or a list of values.size() / n_components.
Json by_component(std::span<const double> values, const ReaderShape& shape);
/// Back, `n` numbers a component. Errors: bad_data, naming field and component.
std::vector<double> by_component(const Json& state, const std::string& field, const ReaderShape& shape, std::size_t n);

/// [rows, cols] as a list of lists.
Json matrix(std::span<const double> values, std::size_t n_rows);

}  // namespace partwise

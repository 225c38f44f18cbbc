// A reader's state as JSON, and back with every number checked.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "readers/reader.h"

namespace partwise {

/// The field of the state that holds `n` numbers, or a list of lists of lists ... that holds `n` in all. Any number of
/// them, but at least one, where n is 0. Errors: bad_data, naming the field.
std::vector<double> numbers(const Json& state, const std::string& field, std::size_t n);

/// {"L0H0": value, ...}: a number for each component, or a list of values.size() / n_components.
Json by_component(std::span<const double> values, const ReaderShape& shape);
/// Back, `n` numbers a component. Errors: bad_data, naming field and component.
std::vector<double> by_component(const Json& state, const std::string& field, const ReaderShape& shape, std::size_t n);

/// [rows, cols] as a list of lists.
Json matrix(std::span<const double> values, std::size_t n_rows);

}  // namespace partwise

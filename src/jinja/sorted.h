// Sorting by keys, as Python's sorted() does.
#pragma once

#include <vector>

#include "jinja/value.h"

namespace partwise::internal::jinja {

struct Keyed {
  Value key, item;
};

/// The items in ascending order of their keys, or descending; equal ones stay in order. Errors: bad_data if keys have
/// no order.
Items sorted(std::vector<Keyed> keyed, bool descending);
/// The first item whose key is least, or greatest. `keyed` is not empty.
Value first_extreme(const std::vector<Keyed>& keyed, bool wants_least);

/// A text in lower case; everything else as it is.
Value without_case(const Value& value);
void ignore_case(std::vector<Keyed>& keyed);

}  // namespace partwise::internal::jinja

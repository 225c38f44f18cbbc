#include "jinja/sorted.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "jinja/budget.h"
#include "jinja/code_points.h"
#include "jinja/compare.h"
#include "jinja/failure.h"

namespace partwise::internal::jinja {

Items sorted(std::vector<Keyed> keyed, bool descending) {
  for (const Keyed& entry : keyed) {
    const double* number = entry.key.get<double>();
    if (number != nullptr && std::isnan(*number)) refuse("to sort NaN");
  }
  Budget::count_steps(std::ssize(keyed) * std::bit_width(keyed.size()));
  std::ranges::stable_sort(
      keyed, [&](const Keyed& a, const Keyed& b) { return descending ? less(b.key, a.key) : less(a.key, b.key); });
  Items items;
  for (Keyed& entry : keyed) items.push_back(std::move(entry.item));
  return items;
}

Value first_extreme(const std::vector<Keyed>& keyed, bool wants_least) {
  const Keyed* best = &keyed[0];
  for (const Keyed& entry : keyed)
    if (&entry != best && (wants_least ? less(entry.key, best->key) : less(best->key, entry.key, ">"))) best = &entry;
  return best->item;
}

Value without_case(const Value& value) { return value.text() ? text(lower(*value.text())) : value; }

void ignore_case(std::vector<Keyed>& keyed) {
  for (Keyed& entry : keyed) entry.key = without_case(entry.key);
}

}  // namespace partwise::internal::jinja

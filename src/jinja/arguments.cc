#include "jinja/arguments.h"

#include <fmt/format.h>

#include <algorithm>

#include "jinja/arithmetic.h"
#include "jinja/failure.h"

namespace partwise::internal::jinja {

Bound::Bound(std::string_view callee, const Arguments& arguments, std::initializer_list<std::string_view> names,
             std::size_t n_required)
    : callee_(callee), values_(names.size()) {
  if (arguments.positional.size() > names.size())
    fail(fmt::format("{} takes at most {} arguments ({} given)", callee, names.size(), arguments.positional.size()));
  for (std::size_t i = 0; i < arguments.positional.size(); ++i) values_[i] = arguments.positional[i];
  for (const auto& [name, value] : arguments.named) {
    const auto place = static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
    if (place == names.size()) fail(fmt::format("{} got an unexpected keyword argument '{}'", callee, name));
    if (values_[place]) fail(fmt::format("{} got multiple values for argument '{}'", callee, name));
    values_[place] = value;
  }
  for (std::size_t i = 0; i < n_required; ++i)
    if (!values_[i]) fail(fmt::format("{} is missing its argument '{}'", callee, names.begin()[i]));
}

const Value* Bound::some(std::size_t i) const { return values_[i] && !values_[i]->is<None>() ? &*values_[i] : nullptr; }

bool Bound::flag(std::size_t i, bool otherwise) const { return values_[i] ? is_true(*values_[i]) : otherwise; }

std::int64_t Bound::whole(std::size_t i, std::int64_t otherwise) const {
  return values_[i] ? to_integer(*values_[i], callee_) : otherwise;
}

const std::string& Bound::text(std::size_t i) const {
  if (values_[i] && values_[i]->text()) return *values_[i]->text();
  fail(fmt::format("{}: a str is required, not {}", callee_, values_[i] ? type_name(*values_[i]) : "nothing"));
}

const std::string* Bound::some_text(std::size_t i) const { return some(i) ? &text(i) : nullptr; }

}  // namespace partwise::internal::jinja

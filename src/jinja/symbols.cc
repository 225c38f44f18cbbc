#include "jinja/symbols.h"

#include <algorithm>

#include "base/error.h"

namespace partwise::internal::jinja {

bool Symbols::knows(const std::string& name) const {
  return loads_.contains(name) || (parent_ != nullptr && parent_->knows(name));
}

void Symbols::declare_parameter(const std::string& name) {
  stores_.insert(name);
  loads_[name] = Load::Kind::parameter;
}

void Symbols::store(const std::string& name) {
  stores_.insert(name);
  const bool is_outer = parent_ != nullptr && parent_->knows(name);
  loads_.emplace(name, is_outer ? Load::Kind::outer : Load::Kind::nothing);
}

void Symbols::load(const std::string& name) {
  if (!knows(name)) loads_[name] = Load::Kind::variable;
}

void Symbols::join(const std::vector<Symbols>& branches) {
  std::set<std::string> stored;
  for (const Symbols& branch : branches)
    for (const std::string& name : branch.stores_)
      if (!stores_.contains(name)) stored.insert(name);
  for (const Symbols& branch : branches) {
    for (const auto& [name, load] : branch.loads_) loads_[name] = load;
    stores_.insert(branch.stores_.begin(), branch.stores_.end());
  }
  for (const std::string& name : stored) {
    const bool is_outer = parent_ != nullptr && parent_->knows(name);
    loads_[name] = is_outer ? Load::Kind::outer : Load::Kind::variable;
  }
}

void Symbols::finish() {
  entries_.clear();
  for (const auto& [name, kind] : loads_) {
    const Place place = kind == Load::Kind::outer ? parent_->place_of(name) : Place();
    entries_.push_back({name, {kind, place}});
  }
}

Place Symbols::place_of(const std::string& name) const {
  Place place;
  const Symbols* scope = this;
  for (; scope != nullptr && !scope->loads_.contains(name); scope = scope->parent_) ++place.up;
  check_internal(scope != nullptr, "every name of a template has a place");
  place.slot =
      static_cast<int>(std::ranges::lower_bound(scope->entries_, name, {}, &Entry::name) - scope->entries_.begin());
  return place;
}

}  // namespace partwise::internal::jinja

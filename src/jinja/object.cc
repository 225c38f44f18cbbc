#include "jinja/object.h"

#include <fmt/format.h>

#include <algorithm>

#include "jinja/failure.h"
#include "jinja/show.h"

namespace partwise::internal::jinja {

void Object::show(Shower&) const {
  refuse(fmt::format("to print a {}, which Python prints as an address,", type_name()));
}

std::optional<Value> Object::attribute(std::string_view) { return std::nullopt; }

Value Object::call(Run&, const Arguments&) { fail(fmt::format("'{}' object is not callable", type_name())); }

void Namespace::show(Shower& shower) const {
  std::vector<std::pair<Value, Value>> entries;
  for (const auto& [name, value] : attributes_) entries.emplace_back(jinja::text(name), value);
  shower.write("<Namespace ");
  shower.write_entries(entries);
  shower.write(">");
}

std::optional<Value> Namespace::attribute(std::string_view name) {
  const auto found =
      std::ranges::find(attributes_, name, [](const auto& entry) { return std::string_view(entry.first); });
  return found == attributes_.end() ? std::nullopt : std::optional(found->second);
}

void Namespace::set(const std::string& name, Value value) {
  if (name.starts_with('_')) fail(fmt::format("a namespace cannot have the attribute '{}', with an underscore", name));
  for (auto& [known, old] : attributes_)
    if (known == name) return void(old = std::move(value));
  attributes_.emplace_back(name, std::move(value));
}

}  // namespace partwise::internal::jinja

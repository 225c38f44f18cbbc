#include "jinja/variables.h"

#include <limits>

#include "base/json.h"
#include "jinja/failure.h"

namespace partwise::internal::jinja {

namespace {

Value number_of_json(const OrderedJson& json) {
  if (json.is_number_float()) return real(json.get<double>());
  if (json.is_number_unsigned() && json.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max())
    refuse("an integer that does not fit into 64 bits");
  return integer(json.get<std::int64_t>());
}

}  // namespace

Value value_of_json(const OrderedJson& json) {
  if (json.is_null()) return none();
  if (json.is_boolean()) return boolean(json.get<bool>());
  if (json.is_number()) return number_of_json(json);
  if (json.is_string()) return text(json.get<std::string>());
  if (json.is_array()) {
    Items items;
    for (const OrderedJson& item : json) items.push_back(value_of_json(item));
    return list(std::move(items));
  }
  std::vector<std::pair<Value, Value>> entries;
  for (const auto& [key, value] : json.items()) entries.emplace_back(text(key), value_of_json(value));
  return dict(std::move(entries));
}

const Value* find(const Variables& variables, std::string_view name) {
  for (const auto& [known, value] : variables)
    if (known == name) return &value;
  return nullptr;
}

void set(Variables& variables, std::string_view name, Value value) {
  for (auto& [known, old] : variables)
    if (known == name) return void(old = std::move(value));
  variables.emplace_back(std::string(name), std::move(value));
}

}  // namespace partwise::internal::jinja

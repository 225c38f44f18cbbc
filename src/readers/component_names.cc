#include "readers/component_names.h"

#include "base/error.h"
#include "base/json.h"

namespace partwise::internal {

namespace {

/// The index of the component with this name; -1 if the model has none. The name is parsed, not searched for: a small
/// file may claim so many components that a search would take hours.
std::int64_t index_of(const std::string& name, const ReaderShape& shape) {
  try {
    const Component component = parse_component(name);
    if (component.layer >= shape.n_layers || component.head >= shape.n_heads) return -1;
    return component_index(component, shape.n_layers, shape.n_heads);
  } catch (const Error&) {
    return -1;
  }
}

}  // namespace

std::int64_t component_named(const Json& name, const std::string& field, const ReaderShape& shape) {
  const std::int64_t c = name.is_string() ? index_of(name.get_ref<const std::string&>(), shape) : -1;
  if (c >= 0) return c;
  throw Error(ErrorCode::bad_data, "'" + field + "' does not name a component of the model: " + name.dump());
}

}  // namespace partwise::internal

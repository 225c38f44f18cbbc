#include "readers/component_names.h"

#include <charconv>
#include <string_view>

#include "base/error.h"

namespace partwise {

namespace {

/// Or -1. The name is taken apart: a small file may speak of so many components that a search would take hours.
std::int64_t component_index(std::string_view name, const ReaderShape& shape) {
  const char* const end = name.data() + name.size();
  Component component{-1};
  const char* at = std::from_chars(name.data() + name.starts_with('L'), end, component.layer).ptr;
  if (at != end && *at == 'H') std::from_chars(at + 1, end, component.head);
  const bool is_there = component.layer >= 0 && component.layer < shape.n_layers && component.head < shape.n_heads;
  if (!is_there || component_name(component) != name) return -1;
  return component.is_mlp() ? shape.n_layers * shape.n_heads + component.layer
                            : component.layer * shape.n_heads + component.head;
}

}  // namespace

std::int64_t component_named(const Json& name, const std::string& field, const ReaderShape& shape) {
  const std::int64_t c = name.is_string() ? component_index(name.get_ref<const std::string&>(), shape) : -1;
  if (c >= 0) return c;
  throw Error(ErrorCode::bad_data, "'" + field + "' does not name a component of the model: " + name.dump());
}

}  // namespace partwise

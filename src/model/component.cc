#include "model/component.h"

#include <fmt/format.h>

#include <charconv>

#include "base/error.h"

namespace partwise::internal {

std::string component_name(const Component& component) {
  if (component.is_mlp()) return fmt::format("L{}MLP", component.layer);
  return fmt::format("L{}H{}", component.layer, component.head);
}

Component parse_component(std::string_view name) {
  const char* const end = name.data() + name.size();
  Component component{-1};
  const char* at = std::from_chars(name.data() + name.starts_with('L'), end, component.layer).ptr;
  if (at != end && *at == 'H') std::from_chars(at + 1, end, component.head);
  if (component.layer >= 0 && component_name(component) == name) return component;
  throw Error(ErrorCode::usage, fmt::format("'{}' is no name of a part", name),
              "write L5H3 for head 3 of layer 5, L5MLP for its MLP, both counted from 0");
}

Component component_at(std::int64_t c, std::int64_t n_layers, std::int64_t n_heads) {
  std::int64_t first_mlp = n_layers * n_heads;
  check_internal(c >= 0 && c < first_mlp + n_layers, "a component index is inside the model");
  return c < first_mlp ? Component{c / n_heads, c % n_heads} : Component{c - first_mlp, -1};
}

std::int64_t component_index(const Component& component, std::int64_t n_layers, std::int64_t n_heads) {
  return component.is_mlp() ? n_layers * n_heads + component.layer : component.layer * n_heads + component.head;
}

}  // namespace partwise::internal

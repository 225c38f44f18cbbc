// The components of a model: heads and MLPs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace partwise::internal {

/// One head or one MLP.
struct Component {
  std::int64_t layer = 0;
  std::int64_t head = -1;  // -1 for the layer's MLP

  bool is_mlp() const { return head < 0; }
  bool operator==(const Component&) const = default;
};

/// "L5H3", "L5MLP".
std::string component_name(const Component& component);
/// The component of this name, in a model of any size. Errors: usage.
Component parse_component(std::string_view name);
/// The component with index c: heads layer by layer, then the MLPs.
Component component_at(std::int64_t c, std::int64_t n_layers, std::int64_t n_heads);
/// The index of a component in that order.
std::int64_t component_index(const Component& component, std::int64_t n_layers, std::int64_t n_heads);
}  // namespace partwise::internal

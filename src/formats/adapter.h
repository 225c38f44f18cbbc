// Adapters (LoRA and its kin): weights that change those of another model. They are recognised, not applied.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "formats/foreign.h"

namespace partwise {

/// The file that says what an adapter is; also what --allow-unknown calls an adapter beside a model.
inline constexpr const char* kAdapterConfig = "adapter_config.json";

struct Adapter {
  std::string kind;   // "LoRA adapter", "prompt-tuning adapter", ...
  std::string base;   // the model that it changes, as it names it; empty where it does not
  std::string merge;  // the command that makes a model of both; empty where there is none

  /// "a LoRA adapter of 'org/name'"
  std::string text() const;
};

/// The adapter that lies in a folder, by adapter_config.json, or by its weights where that is missing.
std::optional<Adapter> find_adapter(const std::filesystem::path& folder);

/// A folder whose only weights are adapters, in itself or in its folders.
std::optional<Foreign> recognise_adapter(const std::filesystem::path& folder);

}  // namespace partwise

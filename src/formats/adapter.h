// Adapters (LoRA and similar): weights that change those of another model. They are recognised, not applied.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "formats/foreign.h"

namespace partwise::internal {

/// The file that describes an adapter. --allow-unknown with this name lets an adapter beside a model pass.
inline constexpr const char* kAdapterConfig = "adapter_config.json";

struct Adapter {
  std::string kind;   // "LoRA adapter", "prompt-tuning adapter", ...
  std::string base;   // the model that it changes, as its file names it; empty if it names none
  std::string merge;  // the command that merges the two; empty if there is none

  /// "a LoRA adapter of 'org/name'"
  std::string text() const;
};

/// The adapter in a folder, recognised by adapter_config.json, or by its weights if that file is missing.
std::optional<Adapter> find_adapter(const std::filesystem::path& folder);

/// Recognises a folder whose only weights are adapters, in the folder itself or in folders below it.
std::optional<Foreign> recognise_adapter(const std::filesystem::path& folder);

}  // namespace partwise::internal

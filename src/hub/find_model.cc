#include "hub/find_model.h"

#include <fmt/format.h>

#include "base/error.h"

namespace partwise::internal {

namespace fs = std::filesystem;

namespace {

/// The name of a path is its last component after links are followed, so that "." and "model/" have a name as well.
/// Links of a hub cache lead to hashes; there the name is the repository's.
ModelPlace place_of_path(const fs::path& path) {
  if (const auto hub = hub_name_of_path(path)) return {path, hub->text(), hub->revision};
  std::error_code ignored;
  const fs::path followed = fs::canonical(path, ignored);
  return {path, followed.filename().string(), ""};
}

}  // namespace

ModelPlace find_model(const std::string& given, HubFiles wanted) {
  std::error_code ignored;  // if the name is too long or a folder may not be read, it counts as not there
  if (fs::exists(given, ignored)) return place_of_path(given);
  const std::optional<HubName> name = parse_hub_name(given);
  if (!name) {
    throw Error(ErrorCode::missing_input, fmt::format("there is no model at {}", given),
                "give a GGUF file, a folder with config.json and model.safetensors, or ORG/NAME of the hub cache");
  }
  const HubSnapshot snapshot = find_hub_snapshot(*name);
  return {find_hub_files(*name, snapshot, wanted), name->text(), snapshot.commit};
}

}  // namespace partwise::internal

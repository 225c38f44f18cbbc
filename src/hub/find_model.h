// From what a user types to the files of a model.
#pragma once

#include <filesystem>
#include <string>

#include "hub/hub_cache.h"

namespace partwise::internal {

/// Where a model is, and what results call it.
struct ModelPlace {
  std::filesystem::path path;  // for open_checkpoint and load_tokenizer
  std::string name;            // the name of the file or folder, or "org/name@revision"
  std::string commit;          // only for a model of the hub, otherwise empty
};

/// A path that exists goes before a name in the hub cache (hub/hub_cache.h). Errors: missing_input if there is neither;
/// those of find_hub_files.
ModelPlace find_model(const std::string& given, HubFiles wanted = HubFiles::model);

}  // namespace partwise::internal

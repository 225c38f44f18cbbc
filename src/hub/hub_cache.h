// Models that huggingface_hub has downloaded, found by name in its cache; never over the network.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "formats/hub_name.h"

namespace partwise::internal {

/// The cache that huggingface_hub would use: $HF_HUB_CACHE, $HUGGINGFACE_HUB_CACHE, $HF_HOME/hub,
/// $XDG_CACHE_HOME/huggingface/hub, ~/.cache/huggingface/hub. "~" and variables in them are expanded. An empty variable
/// counts as not set. The result is empty if no home folder is known either.
std::filesystem::path hub_cache_folder();

/// One download of a repository.
struct HubSnapshot {
  std::filesystem::path folder;
  std::string commit;  // 40 hexadecimal digits
};

/// The repository's folder in the cache, or nullopt.
std::optional<std::filesystem::path> find_hub_repo(const std::string& repo);
/// Errors: missing_input if the cache lacks the repository (the error lists similar names), the revision (the error
/// lists the revisions that it has) or its files; bad_data if a reference holds no commit; usage if several commits
/// begin with the given digits.
HubSnapshot find_hub_snapshot(const HubName& name);
/// Branches and tags of a repository in the cache, ordered by the numbers in them. Errors: missing_input if the
/// repository is not there.
std::vector<std::string> hub_revisions(const std::string& repo);

enum class HubFiles { model, tokenizer };

/// The files that a name stands for. If it names a file, that file. Otherwise the folder that it names, or the
/// snapshot's folder, if that holds safetensors; else the folder's only GGUF file (the first part, if it is split). If
/// only a tokenizer is `wanted`, a folder that holds one is enough. Errors: those of find_hub_snapshot; missing_input
/// if weights, or the targets of links, are not there; usage if there are several GGUF files and none was named.
std::filesystem::path find_hub_files(const HubName& name, const HubSnapshot& snapshot, HubFiles wanted);

}  // namespace partwise::internal

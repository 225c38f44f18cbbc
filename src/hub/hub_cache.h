// Models that huggingface_hub has downloaded, found by name in its cache; never over the network.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "formats/hub_name.h"

namespace partwise {

/// What huggingface_hub would use: $HF_HUB_CACHE, $HUGGINGFACE_HUB_CACHE, $HF_HOME/hub,
/// $XDG_CACHE_HOME/huggingface/hub,
/// ~/.cache/huggingface/hub; "~" and variables in them expanded. Empty ones count as not set. Empty where there is not
/// even a home.
std::filesystem::path hub_cache_folder();

/// One download of a repository.
struct HubSnapshot {
  std::filesystem::path folder;
  std::string commit;  // 40 hexadecimal digits
};

/// The repository's folder in the cache, or nothing.
std::optional<std::filesystem::path> find_hub_repo(const std::string& repo);
/// Errors: missing_input where the cache holds no such repository (with those of similar name), no such revision (with
/// those that there are) or not its files; bad_data where a reference holds no commit; usage where the first digits are
/// those of several commits.
HubSnapshot find_hub_snapshot(const HubName& name);
/// Branches and tags of a repository in the cache, ordered by the numbers in them. Errors: missing_input without the
/// repository.
std::vector<std::string> hub_revisions(const std::string& repo);

enum class HubFiles { model, tokenizer };

/// The files that a name stands for: the snapshot's folder where it holds safetensors; its one GGUF file (the first
/// part of a split one) where it holds only that; what the name itself says. Where only a tokenizer is `wanted`, a
/// folder that holds one is enough. Errors: those of find_hub_snapshot; missing_input where weights or what links point
/// to are not there; usage where there are several GGUF files and none was named.
std::filesystem::path find_hub_files(const HubName& name, const HubSnapshot& snapshot, HubFiles wanted);

}  // namespace partwise

// Models that huggingface_hub has downloaded, found by name in its cache; never over the network.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace partwise {

/// "org/name", "org/name@revision", "org/name/FILE@revision"; old models have no "org/".
struct HubName {
  std::string repo;
  std::string file;      // a file or folder in the repository; empty for the model as a whole
  std::string revision;  // a branch, a tag, "refs/pr/1", or a commit, also its first digits; "main" where none is named

  /// The long form: "org/name@main".
  std::string text() const;
};

/// Nothing where `text` cannot be such a name: by the hub's own rules for names, no empty part, "." or ".." in files
/// and revisions, no control characters.
std::optional<HubName> parse_hub_name(std::string_view text);

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

/// `hf download` with what it needs to get this.
std::string hub_download_command(const HubName& name);
/// "a, b, c", the first dozen, for messages.
std::string list_shortly(const std::vector<std::string>& names);

/// The name of the repository and commit that a path inside of a cache belongs to, by the names of its folders.
std::optional<HubName> hub_name_of_path(const std::filesystem::path& path);

}  // namespace partwise

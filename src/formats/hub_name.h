// Names of models of the Hugging Face hub, on command lines and in folders.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace partwise::internal {

/// "org/name", "org/name@revision", "org/name/FILE@revision"; old models have no "org/".
struct HubName {
  std::string repo;
  std::string file;      // a file or folder in the repository; empty for the model as a whole
  std::string revision;  // a branch, a tag, "refs/pr/1", or a commit, also its first digits; "main" where none is named

  /// The long form: "org/name@main".
  std::string text() const;
};

/// nullopt if `text` cannot be such a name: it must follow the hub's own rules for names, files and revisions must have
/// no part that is empty, "." or "..", and there must be no control characters.
std::optional<HubName> parse_hub_name(std::string_view text);

/// The `hf download` command that gets this.
std::string hub_download_command(const HubName& name);
/// The repository and commit to which a path inside of a cache belongs, recognised by the names of its folders.
std::optional<HubName> hub_name_of_path(const std::filesystem::path& path);

}  // namespace partwise::internal

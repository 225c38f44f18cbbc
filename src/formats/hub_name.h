// What models of the Hugging Face hub are called, on command lines and in folders.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

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

/// `hf download` with what it needs to get this.
std::string hub_download_command(const HubName& name);
/// The name of the repository and commit that a path inside of a cache belongs to, by the names of its folders.
std::optional<HubName> hub_name_of_path(const std::filesystem::path& path);

}  // namespace partwise

// The layout of the cache: models--ORG--NAME/refs/REVISION holds a commit. snapshots/COMMIT holds the files of that
// commit, as links to blobs/.
#include "hub/hub_cache.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.h"
#include "base/file.h"
#include "base/suggest.h"
#include "base/text.h"

namespace partwise::internal {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kCommitDigits = 40, kFewestDigits = 7;  // of a commit, and of its shortest abbreviation
constexpr std::uintmax_t kLongestReference = 200;             // bytes
constexpr const char* kFolderPrefix = "models--";

bool is_hexadecimal(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_commit(std::string_view text) { return text.size() == kCommitDigits && is_hexadecimal(text); }

std::string with_first(std::string text, std::string_view from, std::string_view to) {
  if (const std::size_t at = text.find(from); at != std::string::npos) text.replace(at, from.size(), to);
  return text;
}

/// "org/name" of every model in the cache.
std::vector<std::string> repos_in_cache() {
  std::vector<std::string> repos;
  for (const std::string& folder : folders_in(hub_cache_folder())) {
    if (!folder.starts_with(kFolderPrefix)) continue;
    const std::string repo = with_first(folder.substr(std::string_view(kFolderPrefix).size()), "--", "/");
    if (parse_hub_name(repo)) repos.push_back(repo);
  }
  return repos;
}

/// The model in the cache that was probably meant: one with the same name in another organisation, or one spelled
/// similarly.
std::string similar_repo(const std::string& repo) {
  const std::vector<std::string> repos = repos_in_cache();
  const auto same_name =
      std::find_if(repos.begin(), repos.end(), [&](const std::string& r) { return r.ends_with("/" + repo); });
  return same_name != repos.end() ? *same_name : closest_match(repo, repos);
}

std::string missing_repo_hint(const HubName& name) {
  if (const std::string similar = similar_repo(name.repo); !similar.empty()) {
    return fmt::format("did you mean '{}', which is in that cache?", similar);
  }
  const fs::path last = fs::path(name.text().substr(0, name.text().rfind('@')));
  const bool names_file = name.file.empty() && (last.extension() == ".gguf" || last.extension() == ".safetensors");
  if (names_file || name.repo.find('/') == std::string::npos) {
    return "give a GGUF file, a folder with config.json and model.safetensors, or ORG/NAME of a model in the hub cache";
  }
  return fmt::format("check the path; or get the model of this name into the cache: {}", hub_download_command(name));
}

[[noreturn]] void fail_without_repo(const HubName& name) {
  const fs::path cache = hub_cache_folder();
  const std::string where = cache.empty()      ? "and no home folder to look for the hub cache in"
                            : is_folder(cache) ? fmt::format("nor such a model in the hub cache {}", cache.string())
                                               : fmt::format("and no hub cache at {}", cache.string());
  const std::string given = name.file.empty() ? name.repo : name.repo + "/" + name.file;
  throw Error(ErrorCode::missing_input, fmt::format("there is no file or folder {}, {}", given, where),
              missing_repo_hint(name));
}

fs::path repo_or_error(const HubName& name) {
  const std::optional<fs::path> repo = find_hub_repo(name.repo);
  if (!repo) fail_without_repo(name);
  return *repo;
}

/// The commit that refs/REVISION holds; nullopt if there is no such reference.
std::optional<std::string> read_reference(const fs::path& path) {
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) return std::nullopt;
  std::string text = fs::file_size(path, ignored) <= kLongestReference ? read_text_file(path) : "";
  text.erase(text.find_last_not_of(" \t\r\n") + 1);
  if (is_commit(text)) return text;
  throw Error(ErrorCode::bad_data, fmt::format("{} does not hold a commit (40 hexadecimal digits)", path.string()),
              "the cache is damaged: download the model again");
}

std::vector<std::string> references_in(const fs::path& repo) {
  std::error_code ignored;
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(repo / "refs", ignored)) {
    // Interrupted downloads leave names that end in .tmp.
    if (!entry.is_regular_file(ignored) || entry.path().extension() == ".tmp") continue;
    names.push_back(entry.path().lexically_relative(repo / "refs").generic_string());
  }
  std::sort(names.begin(), names.end(), natural_less);
  return names;
}

[[noreturn]] void fail_without_revision(const HubName& name, const fs::path& repo) {
  std::vector<std::string> there = references_in(repo);
  const std::string similar = closest_match(name.revision, there);
  if (there.empty()) there = folders_in(repo / "snapshots");
  std::string hint = similar.empty() ? "" : fmt::format("did you mean '{}'? ", similar);
  if (there.empty()) hint += "the cache holds none; ";
  if (!there.empty()) hint += fmt::format("the cache holds {}; ", list_shortly(there));
  throw Error(ErrorCode::missing_input,
              fmt::format("revision '{}' of {} is not in the hub cache {}", name.revision, name.repo,
                          repo.parent_path().string()),
              hint + fmt::format("to get it: {}", hub_download_command(name)));
}

/// The only snapshot whose commit begins with these digits.
std::string complete_commit(const HubName& name, const fs::path& repo) {
  const std::vector<std::string> commits = folders_in(repo / "snapshots");
  std::vector<std::string> matches;
  std::copy_if(commits.begin(), commits.end(), std::back_inserter(matches),
               [&](const std::string& c) { return is_commit(c) && c.starts_with(name.revision); });
  if (matches.empty()) fail_without_revision(name, repo);
  if (matches.size() == 1) return matches[0];
  throw Error(ErrorCode::usage, fmt::format("'{}' begins several commits of {}", name.revision, name.repo),
              fmt::format("one of: {}", fmt::join(matches, ", ")));
}

std::string commit_of(const HubName& name, const fs::path& repo) {
  if (is_commit(name.revision)) return name.revision;
  if (const auto commit = read_reference(repo / "refs" / name.revision)) return *commit;
  const bool begins_commit = name.revision.size() >= kFewestDigits && name.revision.size() < kCommitDigits;
  if (begins_commit && is_hexadecimal(name.revision)) return complete_commit(name, repo);
  fail_without_revision(name, repo);
}

}  // namespace

std::optional<fs::path> find_hub_repo(const std::string& repo) {
  const fs::path cache = hub_cache_folder();
  if (cache.empty()) return std::nullopt;
  const fs::path folder = cache / (kFolderPrefix + with_first(repo, "/", "--"));
  return is_folder(folder) ? std::optional(folder) : std::nullopt;
}

HubSnapshot find_hub_snapshot(const HubName& name) {
  const fs::path repo = repo_or_error(name);
  HubSnapshot snapshot;
  snapshot.commit = commit_of(name, repo);
  snapshot.folder = repo / "snapshots" / snapshot.commit;
  if (is_folder(snapshot.folder)) return snapshot;
  if (snapshot.commit == name.revision) fail_without_revision(name, repo);
  throw Error(ErrorCode::missing_input,
              fmt::format("{} stands for commit {} in the hub cache, but {} is not there", name.text(), snapshot.commit,
                          snapshot.folder.string()),
              fmt::format("get its files: {}", hub_download_command(name)));
}

std::vector<std::string> hub_revisions(const std::string& repo) {
  return references_in(repo_or_error({.repo = repo, .file = "", .revision = "main"}));
}

}  // namespace partwise::internal

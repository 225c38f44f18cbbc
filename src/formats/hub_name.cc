#include "formats/hub_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/text.h"

namespace partwise::internal {

namespace fs = std::filesystem;

namespace {

constexpr const char* kDefaultRevision = "main";
constexpr std::size_t kLongestPart = 96, kLongestText = 1000;
constexpr std::size_t kCommitDigits = 40;

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

/// Whether this may be "org" or "name" of a repository, by the hub's rules.
bool is_repo_part(std::string_view part) {
  const auto allowed = [](char c) { return is_word(c) || c == '-' || c == '.'; };
  return !part.empty() && part.size() <= kLongestPart && std::all_of(part.begin(), part.end(), allowed) &&
         is_word(part.front()) && is_word(part.back()) && part.find("--") == std::string_view::npos &&
         part.find("..") == std::string_view::npos && !part.ends_with(".git");
}

/// Whether a path of files or references stays below where it begins.
bool is_inner_path(std::string_view path) {
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (path.empty() || std::any_of(path.begin(), path.end(), control)) return false;
  for (const fs::path& part : fs::path(path)) {
    if (part.empty() || part == "." || part == ".." || part == "/") return false;
  }
  return true;
}

bool is_commit(std::string_view text) {
  return text.size() == kCommitDigits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

std::string HubName::text() const { return fmt::format("{}{}{}@{}", repo, file.empty() ? "" : "/", file, revision); }

std::optional<HubName> parse_hub_name(std::string_view text) {
  if (text.size() > kLongestText) return std::nullopt;
  const std::size_t at = text.find('@');
  const std::string_view path = text.substr(0, at);
  const std::size_t slash = path.find('/');
  const std::size_t file = slash == std::string_view::npos ? slash : path.find('/', slash + 1);
  HubName name;
  name.repo = path.substr(0, file);
  name.revision = at == std::string_view::npos ? kDefaultRevision : text.substr(at + 1);
  if (file != std::string_view::npos) name.file = path.substr(file + 1);
  const bool repo_fits = is_repo_part(path.substr(0, slash)) &&
                         (slash == std::string_view::npos || is_repo_part(name.repo.substr(slash + 1)));
  const bool file_fits = file == std::string_view::npos || is_inner_path(name.file);
  if (!repo_fits || !file_fits || !is_inner_path(name.revision)) return std::nullopt;
  return name;
}

std::string hub_download_command(const HubName& name) {
  const std::string file = name.file.empty() ? "" : fmt::format(" {}", shell_word(name.file));
  const bool is_default = name.revision == kDefaultRevision;
  const std::string revision = is_default ? "" : fmt::format(" --revision {}", shell_word(name.revision));
  return fmt::format("hf download {}{}{}", name.repo, file, revision);
}

std::optional<HubName> hub_name_of_path(const fs::path& path) {
  std::error_code ignored;  // the working folder may no longer exist
  const fs::path whole = fs::absolute(path, ignored).lexically_normal();
  const std::vector<fs::path> parts(whole.begin(), whole.end());
  for (std::size_t i = 0; i + 2 < parts.size(); ++i) {
    std::string folder = parts[i].string();
    if (!folder.starts_with("models--") || parts[i + 1] != "snapshots" || !is_commit(parts[i + 2].string())) continue;
    std::string text = folder.substr(8);
    if (const std::size_t at = text.find("--"); at != std::string::npos) text.replace(at, 2, "/");
    fs::path file;
    for (std::size_t j = i + 3; j < parts.size(); ++j) file /= parts[j];
    if (!file.empty()) text += "/" + file.string();
    return parse_hub_name(fmt::format("{}@{}", text, parts[i + 2].string()));
  }
  return std::nullopt;
}

}  // namespace partwise::internal

// Where huggingface_hub keeps its downloads, by the rules of its constants.py.
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "hub/hub_cache.h"

namespace partwise::internal {

namespace fs = std::filesystem;

namespace {

std::string variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value ? value : "";
}

/// $HOME, or the home that the user database knows (a service may run without variables).
std::string home() {
  if (std::string given = variable("HOME"); !given.empty()) return given;
  const struct passwd* entry = getpwuid(getuid());
  return entry && entry->pw_dir ? entry->pw_dir : "";
}

bool is_name_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

/// Expands "~/x", "$NAME/x" and "${NAME}/x" as a shell would, since the value may come from a setting that no shell
/// read. A variable that is not set stays as it is written.
std::string expand(std::string text) {
  if (text == "~" || text.starts_with("~/")) text.replace(0, 1, home());
  for (std::size_t at = text.find('$'); at != std::string::npos; at = text.find('$', at + 1)) {
    const bool braced = text.compare(at + 1, 1, "{") == 0;
    const auto from = text.begin() + static_cast<std::ptrdiff_t>(at) + 1 + braced;
    const auto to = std::find_if_not(from, text.end(), is_name_character);
    if (braced && (to == text.end() || *to != '}')) continue;
    const std::string value = variable(std::string(from, to));
    if (value.empty()) continue;
    text.replace(from - 1 - braced, to + braced, value);
    at += value.size() - 1;  // a value is not expanded again
  }
  return text;
}

}  // namespace

fs::path hub_cache_folder() {
  for (const char* name : {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"}) {
    if (const std::string folder = variable(name); !folder.empty()) return expand(folder);
  }
  if (const std::string folder = variable("HF_HOME"); !folder.empty()) return fs::path(expand(folder)) / "hub";
  const std::string cache = variable("XDG_CACHE_HOME");
  if (!cache.empty()) return fs::path(expand(cache)) / "huggingface" / "hub";
  return home().empty() ? fs::path() : fs::path(home()) / ".cache" / "huggingface" / "hub";
}

}  // namespace partwise::internal

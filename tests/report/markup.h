// Checks of HTML.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace partwise::internal::test {

inline std::int64_t count(const std::string& text, const std::string& what) {
  std::int64_t n = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += what.size()) ++n;
  return n;
}

/// Describes the first tag that has no partner; "" if all tags pair up. Scripts are passed over.
inline std::string first_mismatch(const std::string& html) {
  const std::set<std::string> no_end = {"!DOCTYPE", "meta"};
  std::vector<std::string> open;
  for (std::size_t at = 0; (at = html.find('<', at)) != std::string::npos;) {
    const std::size_t end = html.find('>', at);
    if (end == std::string::npos) return "a tag without an end";
    const std::string tag = html.substr(at + 1, end - at - 1), name = tag.substr(0, tag.find_first_of(" \n/", 1));
    at = end;
    if (tag.ends_with('/') || no_end.contains(name)) continue;
    if (!tag.starts_with('/')) {
      open.push_back(name);
    } else if (open.empty() || "/" + open.back() != name) {
      return "<" + tag + "> at " + std::to_string(at);
    } else {
      open.pop_back();
    }
    if (name == "script") at = html.find("</script>", at);
  }
  return open.empty() ? "" : "<" + open.back() + "> is not closed";
}

}  // namespace partwise::internal::test

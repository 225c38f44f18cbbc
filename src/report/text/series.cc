#include "report/text/series.h"

#include "base/utf8.h"
#include "report/text/text_table.h"

namespace partwise::internal {

namespace {

std::string verdict(const Findings& found) {
  return found.usable() ? "usable" : replace_invalid_utf8(found.refusals.front().what());
}

}  // namespace

std::string series_text(const SeriesFindings& all) {
  std::vector<std::vector<std::string>> lines = {{"checkpoint", "commit", "state", "path"}};
  for (const auto& [label, found] : all)
    lines.push_back({replace_invalid_utf8(label), found.place.commit.empty() ? "-" : found.place.commit.substr(0, 12),
                     verdict(found), replace_invalid_utf8(found.place.path.string())});
  return text_table(lines, lines[0].size(), "", false);
}

}  // namespace partwise::internal

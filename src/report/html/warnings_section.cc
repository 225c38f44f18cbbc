#include "report/html/warnings_section.h"

#include <fmt/format.h>

#include "report/describe.h"

namespace partwise::internal {

namespace {

std::string item(const std::string& where, const Warning& warning) {
  return fmt::format("<li>{}{} <code>{}</code><small>What to do: {}.</small></li>\n", where,
                     escape_html(warning.message), escape_html(warning.code), escape_html(warning.hint));
}

std::string section(const std::string& items) {
  if (items.empty()) return "";
  return "<section class=\"warnings\"><h2>Warnings</h2>\n<ul>\n" + items + "</ul></section>\n";
}

}  // namespace

std::string warnings_section(const std::vector<Warning>& warnings) {
  std::string items;
  for (const Warning& warning : warnings) items += item("", warning);
  return section(items);
}

std::string warnings_section(const std::vector<StudyWarning>& warnings) {
  std::string items;
  for (const StudyWarning& w : warnings) items += item(escape_html(describe_runs(w)) + ": ", w.warning);
  return section(items);
}

}  // namespace partwise::internal

#include "report/source_tables.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "report/html/page.h"
#include "report/text/text_table.h"

namespace partwise {

namespace {

using Heads = std::vector<HeadSources>;

constexpr std::size_t kPageRows = 8;

std::string name_of(const ReportInput& input, const HeadSources& head) {
  return component_name(input.analysis.components[static_cast<std::size_t>(head.component)].component);
}

Heads most_copying(const ReportInput& input, std::size_t n) {
  Heads heads = input.sources;
  std::stable_sort(heads.begin(), heads.end(),
                   [](const HeadSources& a, const HeadSources& b) { return a.copying > b.copying; });
  heads.resize(std::min(n, heads.size()));
  return heads;
}

Heads best(const ReportInput& input, std::size_t n) {
  Heads heads;
  for (std::int64_t c : input.analysis.best(std::ssize(input.analysis.components)))
    if (c < std::ssize(input.sources) && heads.size() < n) heads.push_back(input.sources[static_cast<std::size_t>(c)]);
  return heads;
}

std::vector<std::string> cells(const ReportInput& input, const HeadSources& head) {
  const auto number = [](double value) { return fmt::format("{:+.3f}", value); };
  return {
      name_of(input, head),
      fmt::format("{:.1f} %", 100 * input.analysis.components[static_cast<std::size_t>(head.component)].accuracy.value),
      number(head.copying),
      number(head.push),
      number(head.same_label),
      number(head.other_label),
      number(head.demonstrations),
      number(head.input),
      number(head.rest)};
}

const std::vector<std::string> kColumns = {"head",        "accuracy",       "copying", "push", "same label",
                                           "other label", "demonstrations", "input",   "rest"};

std::string text_of(const ReportInput& input, const Heads& heads, std::string_view heading, bool colour) {
  std::vector<std::vector<std::string>> lines = {kColumns};
  for (const HeadSources& head : heads) lines.push_back(cells(input, head));
  return styled(heading, "1", colour) + "\n" + text_table(lines, 1, "2", colour);
}

std::string html_rows(const ReportInput& input, const Heads& heads, std::string_view heading) {
  std::string rows = fmt::format("<tr class=\"group\"><th colspan=\"{}\">{}</th></tr>\n", kColumns.size(), heading);
  for (const HeadSources& head : heads) {
    rows += "<tr>";
    for (const std::string& cell : cells(input, head)) rows += "<td>" + cell + "</td>";
    rows += "</tr>\n";
  }
  return rows;
}

}  // namespace

std::string sources_text(const ReportInput& input, const TextOptions& options) {
  if (input.sources.empty()) return "";
  const auto n = static_cast<std::size_t>(options.n_parts);
  return text_of(input, most_copying(input, n), "Heads that repeat the labels they see", options.colour) + "\n" +
         text_of(input, best(input, n), "Where the best heads read", options.colour) +
         "\npush: what a head adds to its own answer beyond the other labels, in logits, mean over rows; then what of "
         "it\n"
         "comes from label words of demonstrations with that label, from those of others, from the demonstrations'\n"
         "inputs, the prompt's own input, the rest. copying: what label words together push to their own labels.\n";
}

std::string sources_section(const ReportInput& input) {
  if (input.sources.empty()) return "";
  std::string head = "<table><thead><tr>";
  for (const std::string& column : kColumns) head += "<th>" + column + "</th>";
  return R"(<section><h2>Whose label a head copies</h2>
<p>The push of a head is what it adds to its own answer beyond the other labels, in logits, mean over rows. It splits
exactly over where the head attends to: label words of demonstrations with that label, those of others, the
demonstrations’ inputs, the prompt’s own input, and the rest (BOS, instruction). Copying is what all label words together
push to their own labels.</p>
)" +
         scrolling(head + "</tr></thead><tbody>\n" +
                   html_rows(input, most_copying(input, kPageRows), "Heads that repeat the labels they see") +
                   html_rows(input, best(input, kPageRows), "The best heads") + "</tbody></table>\n") +
         "</section>\n";
}

OrderedJson sources_json(const ReportInput& input) {
  if (input.sources.empty()) return nullptr;
  OrderedJson heads = OrderedJson::array();
  for (const HeadSources& head : input.sources)
    heads.push_back({{"name", name_of(input, head)},
                     {"copying", head.copying},
                     {"push", head.push},
                     {"same_label", head.same_label},
                     {"other_label", head.other_label},
                     {"demonstrations", head.demonstrations},
                     {"input", head.input},
                     {"rest", head.rest}});
  return heads;
}

}  // namespace partwise

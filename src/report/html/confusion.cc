#include "report/html/confusion.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "base/text.h"
#include "report/describe.h"

namespace partwise::internal {

namespace {

constexpr std::int64_t kMostMatrixLabels = 30;
constexpr std::size_t kMostConfused = 30;

std::string count_cell(std::int64_t n, std::int64_t of, bool wrong) {
  const double share = static_cast<double>(n) / static_cast<double>(std::max<std::int64_t>(of, 1));
  return fmt::format("<td class=\"share{}\" style=\"--share:{:.0f}%\">{}</td>", wrong ? " wrong" : "", 60 * share,
                     n == 0 ? "" : format_count(n));
}

std::string label_row(const Array<std::int64_t>& confusion, std::int64_t label, const std::string& word) {
  const std::int64_t n_labels = confusion.dim(1);
  std::int64_t rows = 0;
  for (std::int64_t p = 0; p < n_labels; ++p) rows += confusion(label, p);
  std::string html = fmt::format("<tr><td><b>{}</b></td>", escape_html(word));
  for (std::int64_t p = 0; p < n_labels; ++p) html += count_cell(confusion(label, p), rows, p != label);
  const double right = static_cast<double>(confusion(label, label)) / static_cast<double>(rows);
  return html + fmt::format("<td>{}</td><td>{}</td></tr>\n", format_count(rows), rows == 0 ? "" : percent(right));
}

std::string confusion_matrix(const Array<std::int64_t>& confusion, const std::vector<std::string>& label_words) {
  std::string html = "<table><thead><tr><th>label ↓ answer →</th>";
  for (const std::string& word : label_words)
    html += fmt::format("<th class=\"word\" title=\"{0}\">{0}</th>", escape_html(word));
  html += "<th>rows</th><th>right</th></tr></thead><tbody>\n";
  for (std::int64_t y = 0; y < confusion.dim(0); ++y)
    html += label_row(confusion, y, label_words[static_cast<std::size_t>(y)]);
  return html + "</tbody></table>\n";
}

struct Confused {
  std::size_t label, answer;
  std::int64_t n;
};

std::vector<Confused> most_confused(const Array<std::int64_t>& confusion) {
  std::vector<Confused> pairs;
  for (std::int64_t y = 0; y < confusion.dim(0); ++y)
    for (std::int64_t p = 0; p < confusion.dim(1); ++p)
      if (y != p && confusion(y, p) > 0)
        pairs.push_back({static_cast<std::size_t>(y), static_cast<std::size_t>(p), confusion(y, p)});
  std::ranges::stable_sort(pairs, std::greater{}, &Confused::n);
  pairs.resize(std::min(pairs.size(), kMostConfused));
  return pairs;
}

std::string confused_list(const Array<std::int64_t>& confusion, const std::vector<std::string>& label_words) {
  std::string html =
      "<table><caption>The most frequent confusions</caption><thead><tr><th>label</th><th class=\"left\">answer</th>"
      "<th>rows</th></tr></thead><tbody>\n";
  for (const Confused& pair : most_confused(confusion))
    html +=
        fmt::format("<tr><td>{}</td><td class=\"left\">{}</td><td>{}</td></tr>\n", escape_html(label_words[pair.label]),
                    escape_html(label_words[pair.answer]), format_count(pair.n));
  return html + "</tbody></table>\n";
}

}  // namespace

std::string confusion_table(const Array<std::int64_t>& confusion, const std::vector<std::string>& label_words) {
  return confusion.dim(0) > kMostMatrixLabels ? confused_list(confusion, label_words)
                                              : confusion_matrix(confusion, label_words);
}

}  // namespace partwise::internal

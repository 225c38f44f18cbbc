#include "report/html/page.h"

#include <fmt/format.h>

#include "report/describe.h"
#include "report/html/style.h"

namespace partwise::internal {

namespace {

// Keeps every percent sign on the same line as its number.
std::string with_fixed_percent_signs(std::string html) {
  for (std::size_t at = 0; (at = html.find(" %", at)) != std::string::npos;) html.replace(at, 1, "\u00a0");
  return html;
}

}  // namespace

std::string figure(int number, std::string_view heading, const std::string& content, std::string_view caption) {
  return fmt::format("<figure>{}<figcaption><b>Figure {}. {}</b> {}</figcaption></figure>\n", content, number, heading,
                     caption);
}

std::string fact_cell(std::string_view name, std::string_view value, std::string_view small) {
  if (value.empty()) return "";
  const std::string more = small.empty() ? "" : "<small>" + escape_html(small) + "</small>";
  return fmt::format("<div><dt>{}</dt><dd>{}{}</dd></div>\n", escape_html(name), escape_html(value), more);
}

std::string lines_html(std::string_view text) {
  std::string html;
  for (std::size_t end; (end = text.find('\n')) != std::string_view::npos; text.remove_prefix(end + 1))
    html += escape_html(text.substr(0, end)) + "<br/>";
  return html + escape_html(text);
}

std::string scrolling(const std::string& content) { return "<div class=\"scroll\">" + content + "</div>\n"; }

std::string html_page(std::string_view title, const std::string& head, const std::string& body,
                      std::string_view script) {
  const std::string name = escape_html(title);
  std::string html = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
)";
  html += fmt::format("<title>{} – partwise</title>\n<style>{}</style>\n</head>\n<body>\n<main>\n", name, kReportStyle);
  html += fmt::format("<header><p class=\"kicker\">partwise report</p>\n<h1>{}</h1>\n", name);
  html += with_fixed_percent_signs(head + "</header>\n" + body) + "</main>\n";
  if (!script.empty()) html += fmt::format("<script>\n{}</script>\n", script);
  return html + "</body>\n</html>\n";
}

std::string standalone_svg(const std::string& svg) {
  constexpr std::string_view kOpen = "<svg ";
  const std::size_t inside = svg.find('>') + 1;
  return fmt::format(
      "{}xmlns=\"http://www.w3.org/2000/svg\" {}<style>{}\nsvg {{ background: var(--paper); font-family: "
      "sans-serif; }}</style>{}",
      kOpen, svg.substr(kOpen.size(), inside - kOpen.size()), kReportStyle, svg.substr(inside));
}

}  // namespace partwise::internal

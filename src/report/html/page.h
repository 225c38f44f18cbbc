// The frame of a self-contained page: it needs no network and no other file.
#pragma once

#include <string>
#include <string_view>

namespace partwise::internal {

/// `title` is plain text, `head` and `body` are HTML. `script` runs after the page is built; it may be empty.
std::string html_page(std::string_view title, const std::string& head, const std::string& body,
                      std::string_view script = {});

/// `content` with a numbered caption. All arguments except the number are HTML.
std::string figure(int number, std::string_view heading, const std::string& content, std::string_view caption);

/// A cell of the facts at a page's head (<dl class="facts">); "" if `value` is. All arguments are plain text.
std::string fact_cell(std::string_view name, std::string_view value, std::string_view small = {});

/// Plain text as HTML that keeps its line breaks.
std::string lines_html(std::string_view text);

/// Lets `content` scroll if it is wider than the page.
std::string scrolling(const std::string& content);

/// Turns a figure of a page into the content of an SVG file, with the page's styles.
std::string standalone_svg(const std::string& svg);

}  // namespace partwise::internal

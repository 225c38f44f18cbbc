// The frame of a page that needs nothing else: no network, no other file.
#pragma once

#include <string>
#include <string_view>

namespace partwise {

/// `title` is plain text, `head` and `body` are HTML. `script` runs at the end, where there is one.
std::string html_page(std::string_view title, const std::string& head, const std::string& body,
                      std::string_view script = {});

/// With a numbered caption; all arguments but the number are HTML.
std::string figure(int number, std::string_view heading, const std::string& content, std::string_view caption);

/// What may be wider than the page.
std::string scrolling(const std::string& content);

/// A figure of a page as a file of its own, with its styles.
std::string standalone_svg(const std::string& svg);

}  // namespace partwise

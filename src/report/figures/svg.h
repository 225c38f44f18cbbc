// A figure made of a few shapes. CSS classes give their colours, so that a figure follows the page's light or dark
// mode.
#pragma once

#include <string>
#include <string_view>

namespace partwise::internal {

class Svg {
 public:
  /// Sizes are CSS pixels; the figure shrinks on a narrow page. `label` describes it to readers who cannot see it.
  Svg(double width, double height, std::string_view label);

  /// Text arguments are plain text, which these functions escape. A tooltip shows when the pointer rests on the shape.
  void rect(double x, double y, double width, double height, std::string_view css_class, double opacity = 1,
            std::string_view tooltip = {});
  void line(double x1, double y1, double x2, double y2, std::string_view css_class);
  void path(std::string_view data, std::string_view css_class, std::string_view tooltip = {});
  /// The words of `css_class` may include an alignment: "start", "middle" or "end".
  void text(double x, double y, std::string_view css_class, std::string_view content);
  /// Text that runs upwards, centred on the point.
  void text_up(double x, double y, std::string_view css_class, std::string_view content);

  /// Shapes drawn between these two calls link to `href`. The Tab key skips the link.
  void open_link(std::string_view href);
  void close_link() { body_ += "</a>"; }

  std::string finish() { return body_ + "</svg>\n"; }

 private:
  void close(std::string_view element, std::string_view tooltip);

  std::string body_;
};

/// A coordinate with at most two decimals.
std::string px(double value);

}  // namespace partwise::internal

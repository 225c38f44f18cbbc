// Figures: a few shapes, looks by CSS class, so that they follow the page from light to dark.
#pragma once

#include <string>
#include <string_view>

namespace partwise {

class Svg {
 public:
  /// Sizes in CSS pixels; the figure shrinks with a narrow page. `label` says what it shows where it cannot be seen.
  Svg(double width, double height, std::string_view label);

  /// Text arguments are plain text and escaped here; a tooltip shows when the pointer rests on the shape.
  void rect(double x, double y, double width, double height, std::string_view css_class, double opacity = 1,
            std::string_view tooltip = {});
  void line(double x1, double y1, double x2, double y2, std::string_view css_class);
  void path(std::string_view data, std::string_view css_class, std::string_view tooltip = {});
  /// `css_class` aligns: "start", "middle" or "end" among its words.
  void text(double x, double y, std::string_view css_class, std::string_view content);
  /// Text that runs upwards, centred on the point.
  void text_up(double x, double y, std::string_view css_class, std::string_view content);

  /// What is drawn between these leads to a place of the page; a pointer finds it, the Tab key passes it over.
  void open_link(std::string_view href);
  void close_link() { body_ += "</a>"; }

  std::string finish() { return body_ + "</svg>\n"; }

 private:
  void close(std::string_view element, std::string_view tooltip);

  std::string body_;
};

/// A coordinate with at most two decimals.
std::string px(double value);

}  // namespace partwise

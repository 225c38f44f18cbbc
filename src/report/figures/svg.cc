#include "report/figures/svg.h"

#include <fmt/format.h>

#include <cmath>

#include "report/describe.h"

namespace partwise::internal {

std::string px(double value) { return fmt::format("{}", std::round(value * 100) / 100); }

Svg::Svg(double width, double height, std::string_view label)
    : body_(fmt::format("<svg viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" role=\"img\" aria-label=\"{2}\">\n",
                        px(width), px(height), escape_html(label))) {}

void Svg::rect(double x, double y, double width, double height, std::string_view css_class, double opacity,
               std::string_view tooltip) {
  body_ += fmt::format("<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"", css_class, px(x), px(y),
                       px(width), px(height));
  if (opacity != 1) body_ += fmt::format(" fill-opacity=\"{}\"", px(opacity));
  close("rect", tooltip);
}

void Svg::line(double x1, double y1, double x2, double y2, std::string_view css_class) {
  body_ += fmt::format("<line class=\"{}\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/>\n", css_class, px(x1), px(y1),
                       px(x2), px(y2));
}

void Svg::path(std::string_view data, std::string_view css_class, std::string_view tooltip) {
  body_ += fmt::format("<path class=\"{}\" d=\"{}\"", css_class, data);
  close("path", tooltip);
}

void Svg::text(double x, double y, std::string_view css_class, std::string_view content) {
  body_ +=
      fmt::format("<text class=\"{}\" x=\"{}\" y=\"{}\">{}</text>\n", css_class, px(x), px(y), escape_html(content));
}

void Svg::text_up(double x, double y, std::string_view css_class, std::string_view content) {
  body_ += fmt::format("<text class=\"{} middle\" transform=\"translate({} {}) rotate(-90)\">{}</text>\n", css_class,
                       px(x), px(y), escape_html(content));
}

void Svg::open_link(std::string_view href) {
  body_ += fmt::format("<a href=\"{}\" tabindex=\"-1\">", escape_html(href));
}

void Svg::close(std::string_view element, std::string_view tooltip) {
  if (tooltip.empty()) {
    body_ += "/>\n";
  } else {
    body_ += fmt::format("><title>{}</title></{}>\n", escape_html(tooltip), element);
  }
}

}  // namespace partwise::internal

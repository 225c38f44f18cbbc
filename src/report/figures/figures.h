// The figures of the report, as SVG.
#pragma once

#include <string>
#include <string_view>

#include "session/report_input.h"

namespace partwise::internal {

/// A dot at the proportion and a bar over its interval, on a scale from 0 to 100 %, with a dashed line at chance.
/// Strips of the same width can be stacked to form a chart. `css_class` colours the dot and the bar.
std::string interval_strip(double width, double height, const Proportion& proportion, double chance,
                           std::string_view css_class);
/// The scale's numbers, to be put above a stack of strips.
std::string interval_axis(double width, double chance);

/// Accuracy of every head, by layer and head, and of the MLPs in a separate column. Colours diverge around chance.
std::string heat_map(const ReportInput& input);
/// Whether the map is so wide that no other figure fits beside it.
bool heat_map_is_wide(const ReportInput& input);
/// Explains the map's colours.
std::string heat_map_legend(const ReportInput& input);

/// Accuracy against label bias. Each part has a mark that shows its kind; the best parts are named.
std::string scatter(const ReportInput& input);

/// Accuracy over the number of labelled rows: each curve is a line with a band of one standard deviation. The full
/// model and chance are horizontal lines. `input` must have a curve, and each curve a point.
std::string learning_curves(const ReportInput& input);

/// SVG path data of the mark that the scatter uses for `kind`, centred on (x, y).
std::string kind_mark(ComponentKind kind, double x, double y, double radius);
std::string circle(double x, double y, double radius);

/// The tooltip of a part: name, accuracy, kind, answers.
std::string part_tooltip(const ReportInput& input, const ComponentStats& part);

/// "layer 5, heads", "embedding and biases".
std::string depth_name(const Depth& depth);
/// Accuracy of the sum of all parts up to each layer, with its interval.
std::string depth_curve(const ReportInput& input);

}  // namespace partwise::internal

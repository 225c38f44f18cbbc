// The figures of the report, as SVG.
#pragma once

#include <string>
#include <string_view>

#include "session/report_input.h"

namespace partwise {

/// A dot at the proportion and a bar over its interval, on a scale from 0 to 100 %; chance is a dashed line. Strips of
/// one width stack up to a chart; `css_class` colours dot and bar.
std::string interval_strip(double width, double height, const Proportion& proportion, double chance,
                           std::string_view css_class);
/// The numbers above a stack of strips.
std::string interval_axis(double width, double chance);

/// Accuracy of every head, layer by head, and of the MLPs in a column of their own; colours diverge around chance.
std::string heat_map(const ReportInput& input);
/// Whether the map takes the width of the page, so that nothing fits beside it.
bool heat_map_is_wide(const ReportInput& input);
/// The map's colours.
std::string heat_map_legend(const ReportInput& input);

/// Accuracy against label bias, a mark for each part by kind; the best are named.
std::string scatter(const ReportInput& input);

/// Accuracy over the number of labelled rows, a line for each curve with a band of one standard deviation; the full
/// model and chance are lines, too. There must be a curve, and each has a point.
std::string learning_curves(const ReportInput& input);

/// The mark of a kind as in the scatter, centred on (x, y): SVG path data.
std::string kind_mark(ComponentKind kind, double x, double y, double radius);
std::string circle(double x, double y, double radius);

/// What the pointer sees on a part: name, accuracy, kind, answers.
std::string part_tooltip(const ReportInput& input, const ComponentStats& part);

/// "layer 5, heads", "embedding and biases".
std::string depth_name(const Depth& depth);
/// Accuracy of what all parts up to a layer sum to, with its interval.
std::string depth_curve(const ReportInput& input);

}  // namespace partwise

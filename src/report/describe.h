// Words and numbers that the page and the terminal have in common, and text made safe for both.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/analysis.h"
#include "session/report_input.h"

namespace partwise {

/// printable, with & < > " ' as entities: safe between tags and inside quoted attributes.
std::string escape_html(std::string_view text);

/// "61.3 %"
std::string percent(double share);
/// "+12.5": a difference of shares, in points.
std::string points(double difference);
/// "55.8 to 66.4", in percent.
std::string interval(const Proportion& proportion);

/// "L5H3": the name of part `c` of a run that knows its n_layers and n_heads.
std::string part_name(const auto& run, std::int64_t c) {
  return component_name(component_at(c, run.n_layers, run.n_heads));
}

/// "World 71 %, Sports 20 %, others 9 %": the `n` labels it answers most, most frequent first.
std::string describe_shares(const ComponentStats& part, const std::vector<std::string>& label_words, std::size_t n);

/// Beyond this many labels, tables write the most frequent answers out instead of a column for each.
inline constexpr std::size_t kMaxLabelColumns = 6;

/// What a reader is called in figures and tables: "full" is "Full model"; what is no kind by its name.
std::string reader_title(std::string_view reader);
/// "Best part [oracle]": a title with what is to be said of results of the kind (caveat), where there is something.
std::string with_caveat(std::string title, std::string_view reader);

/// "with untrained weights (seed 3)", "without L5H3 (zero instead)"; "" where the run is of the model as it is.
std::string describe_variant(const RunInfo& info);

/// How the reader did, or null where it is not there.
const Evaluation* evaluation_of(const ReportInput& input, std::string_view reader);

std::int64_t count_kind(const Analysis& analysis, ComponentKind kind);

}  // namespace partwise

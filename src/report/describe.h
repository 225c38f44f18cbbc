// Words and numbers that both the page and the terminal show, and text made safe for either.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/analysis.h"
#include "session/report_input.h"

namespace partwise::internal {

/// printable(text), with & < > " ' as entities: safe between tags and inside quoted attributes.
std::string escape_html(std::string_view text);

/// "61.3 %"
std::string percent(double share);
/// "+12.5": a difference of two shares, in percentage points.
std::string points(double difference);
/// "0.25", with two decimals. What rounds to zero has no sign.
std::string hundredths(double value);
/// "55.8 to 66.4", in percent.
std::string interval(const Proportion& proportion);

/// "L5H3": the name of part `c` of a run that knows its n_layers and n_heads.
std::string part_name(const auto& run, std::int64_t c) {
  return component_name(component_at(c, run.n_layers, run.n_heads));
}

/// "World 71 %, Sports 20 %, others 9 %": the `n` labels that `part` answers most often, the most frequent first.
std::string describe_shares(const ComponentStats& part, const std::vector<std::string>& label_words, std::size_t n);

/// Tables have one column per label up to this many labels. With more, one column lists the most frequent answers.
inline constexpr std::size_t kMaxLabelColumns = 6;

/// The title of a kind of reader in figures and tables: "full" is "Full model". An unknown name is its own title.
std::string reader_title(std::string_view reader);
/// "Best part [oracle]": `title`, followed by the caveat of the kind `reader` if it has one.
std::string with_caveat(std::string title, std::string_view reader);

/// "with untrained weights (seed 3)", "without L5H3 (zero instead)"; "" where the run is of the model as it is.
std::string describe_variant(const RunInfo& info);

/// The evaluation of the reader with this name; null if the report has none.
const Evaluation* evaluation_of(const ReportInput& input, std::string_view reader);

std::int64_t count_kind(const Analysis& analysis, ComponentKind kind);

}  // namespace partwise::internal

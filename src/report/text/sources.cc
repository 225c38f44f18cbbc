#include "report/text/sources.h"

#include "report/source_table.h"
#include "report/text/text_table.h"

namespace partwise::internal {

namespace {

constexpr std::string_view kSourceNotes =
    "push: what a head adds to its own answer beyond the other labels, in logits, mean over rows; then what of it "
    "comes "
    "from label words of demonstrations with that label, from those of others, from the demonstrations' inputs, the "
    "prompt's own input, the rest. copying: what label words together push to their own labels.\n";

std::string text_of(const std::vector<std::string>& columns, SourceTable::Lines lines, std::string_view heading,
                    const TextOptions& options) {
  lines.insert(lines.begin(), columns);
  return styled(heading, kBold, options.colour) + "\n" + text_table(lines, 1, kDim, options.colour, options.width);
}

}  // namespace

std::string sources_text(const ReportInput& input, const TextOptions& options) {
  if (input.sources.empty()) return "";
  const SourceTable table = source_table(input, static_cast<std::size_t>(options.n_parts));
  return text_of(table.columns, table.copying, "Heads that repeat the labels they see", options) + "\n" +
         text_of(table.columns, table.best, "Where the best heads read", options) + "\n" +
         folded(kSourceNotes, options.width);
}

}  // namespace partwise::internal

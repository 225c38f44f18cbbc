#include "report/text/run.h"

#include <fmt/format.h>

#include "base/text.h"
#include "base/utf8.h"
#include "report/describe.h"
#include "report/figures/figures.h"
#include "report/text/sources.h"
#include "report/text/text_table.h"

namespace partwise::internal {

namespace {

std::string_view style_of(ComponentKind kind) {
  switch (kind) {
    case ComponentKind::good:
      return "34";  // blue
    case ComponentKind::bad:
      return "33";  // yellow
    case ComponentKind::biased:
      return "35";  // magenta
    case ComponentKind::plain:
      return "";
  }
  return "";
}

// One column per label; one for all if there are more than kMaxLabelColumns.
std::vector<TextColumn> answer_columns(const ReportInput& input) {
  const std::vector<std::string>& words = input.label_words;
  if (words.size() > kMaxLabelColumns) return {{true, {{"answers most often", kDim}}}};
  std::vector<TextColumn> columns;
  for (const std::string& word : words) columns.push_back({false, {{shortened(printable(word), kMaxWord), kDim}}});
  return columns;
}

void add_answers(std::span<TextColumn> columns, const ReportInput& input, const ComponentStats& part) {
  if (columns.size() < part.label_shares.size()) {
    columns[0].cells.push_back({printable(describe_shares(part, input.label_words, 3))});
    return;
  }
  for (std::size_t y = 0; y < columns.size(); ++y) {
    columns[y].cells.push_back({fmt::format("{:.0f} %", 100 * part.label_shares[y])});
  }
}

}  // namespace

std::string readers_text(const ReportInput& input, const TextOptions& options) {
  TextColumn name{true, {{"reader", kDim}}}, accuracy{false, {{"accuracy", kDim}}};
  TextColumn range{false, {{"95 % interval", kDim}}};
  TextColumn loss{false, {{input.evaluations.empty() ? "" : "log loss", kDim}}};
  auto add = [&](std::string_view reader, const Proportion& p) {
    name.cells.push_back({printable(with_caveat(std::string(reader), reader))});
    accuracy.cells.push_back({percent(p.value), kBold});
    range.cells.push_back({interval(p)});
    const Evaluation* evaluation = evaluation_of(input, reader);
    loss.cells.push_back({evaluation ? fmt::format("{:.3f}", evaluation->nll) : ""});
  };
  add(kFullModel, input.analysis.full);
  for (const auto& [reader, evaluation] : input.evaluations) {
    if (reader != kFullModel) add(reader, evaluation.accuracy);
  }
  return text_table({name, accuracy, range, loss}, options.colour, options.width);
}

std::string parts_text(const ReportInput& input, std::string_view heading, const std::vector<std::int64_t>& which,
                       const TextOptions& options) {
  std::vector<TextColumn> columns = {{true, {{"part", kDim}}},
                                     {false, {{"accuracy", kDim}}},
                                     {false, {{"95 % interval", kDim}}},
                                     {true, {{"kind", kDim}}},
                                     {false, {{"push", kDim}}}};
  const std::size_t n_own = columns.size();
  for (TextColumn& column : answer_columns(input)) columns.push_back(std::move(column));
  for (std::int64_t c : which) {
    const ComponentStats& part = input.analysis.components[static_cast<std::size_t>(c)];
    columns[0].cells.push_back({component_name(part.component)});
    columns[1].cells.push_back({percent(part.accuracy.value), kBold});
    columns[2].cells.push_back({interval(part.accuracy)});
    columns[3].cells.push_back({to_string(part.kind), style_of(part.kind)});
    columns[4].cells.push_back({hundredths(part.push)});
    add_answers(std::span(columns).subspan(n_own), input, part);
  }
  return styled(heading, kBold, options.colour) + "\n" + text_table(columns, options.colour, options.width);
}

namespace {

std::string luck_text(const ReportInput& input) {
  if (!input.best_by_chance) return "";
  const Analysis& analysis = input.analysis;
  const auto& best = analysis.components[static_cast<std::size_t>(analysis.best(1)[0])];
  return fmt::format(
      "the best of them answers {}; by luck alone the best of {} would reach {} (95th percentile of 200 shuffles)\n",
      percent(best.accuracy.value), format_count(std::ssize(analysis.components)), percent(*input.best_by_chance));
}

/// A table of about ten depths, which include the first and the last.
std::string depths_text(const ReportInput& input, const TextOptions& options) {
  constexpr double kBar = 30;
  const auto n_layers = input.depths.back().layer + 1;
  const std::int64_t step = (n_layers + 9) / 10;
  std::vector<TextColumn> columns = {
      {true, {{"summed up to", kDim}}}, {false, {{"accuracy", kDim}}}, {true, {{"", kDim}}}};
  for (const Depth& depth : input.depths) {
    const bool shown = depth.layer < 0 || (depth.with_mlp && (n_layers - 1 - depth.layer) % step == 0);
    if (!shown) continue;
    columns[0].cells.push_back({depth_name(depth)});
    columns[1].cells.push_back({percent(depth.accuracy.value), kBold});
    std::string bar;
    for (double i = 0; i < kBar * depth.accuracy.value - 0.5; ++i) bar += "▇";
    columns[2].cells.push_back({bar});
  }
  return styled("The parts summed up by depth", kBold, options.colour) + "\n" +
         text_table(columns, options.colour, options.width);
}

std::string counts_text(const ReportInput& input) {
  const Analysis& analysis = input.analysis;
  return fmt::format("{} parts read alone, over {} rows: {} good, {} bad, {} biased, {} plain (chance {})\n",
                     format_count(std::ssize(analysis.components)), format_count(analysis.full.n),
                     count_kind(analysis, ComponentKind::good), count_kind(analysis, ComponentKind::bad),
                     count_kind(analysis, ComponentKind::biased), count_kind(analysis, ComponentKind::plain),
                     percent(analysis.chance));
}

constexpr std::string_view kPartNotes =
    "good, bad: the interval lies above, below what the part's own answers would get by chance; biased: one answer "
    "for 95 % of rows\n"
    "push: how much the part adds, on average, to the label that it answers most, compared with the others\n";

}  // namespace

std::string analysis_text(const ReportInput& input, const TextOptions& options) {
  const Analysis& analysis = input.analysis;
  std::string text = folded(counts_text(input) + luck_text(input) + std::string(kPartNotes), options.width);
  auto add = [&](std::string_view heading, const std::vector<std::int64_t>& which) {
    text += '\n';
    text += parts_text(input, heading, which, options);
  };
  add("Best parts", analysis.best(options.n_parts));
  add("Worst parts", analysis.worst(options.n_parts));
  add("Label-biased parts, the hardest push first", analysis.most_biased(options.n_parts));
  if (!input.depths.empty()) text += '\n' + depths_text(input, options);
  return text;
}

namespace {

/// How labels are scored, what they weigh, and how exact the parts are.
std::string remarks_text(const ReportInput& input) {
  std::string text;
  if (input.info.has(facts::kScore.key))
    text += fmt::format("\nLabels are scored by '{}' (docs/maths.md)\n", printable(input.info.text(facts::kScore)));
  if (input.analysis.label_mass)
    text +=
        fmt::format("\nLabel mass: the model writes one of the labels with a probability of {:.3g} (mean over rows)\n",
                    *input.analysis.label_mass);
  if (input.analysis.has_certificate) {
    text += fmt::format("\nCertificate: parts sum to the logits to within {:.1e} (at most {:g})\n",
                        input.analysis.certificate_max, kCertificateBound);
  }
  return text;
}

}  // namespace

std::string text_report(const ReportInput& input, const TextOptions& options) {
  const std::string variant = describe_variant(input.info);
  std::string text = variant.empty() ? "" : fmt::format("The model {}:\n\n", printable(variant));
  text += readers_text(input, options) + '\n' + analysis_text(input, options);
  if (!input.sources.empty()) text += '\n' + sources_text(input, options);
  return text + folded(remarks_text(input), options.width);
}

}  // namespace partwise::internal

#include "report/html/run.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "report/describe.h"
#include "report/figures/figures.h"
#include "report/html/page.h"
#include "report/html/sources.h"
#include "report/html/tables.h"
#include "report/html/warnings_section.h"

namespace partwise::internal {

namespace {

constexpr std::int64_t kTableRows = 8;

std::string title(const ReportInput& input) {
  const std::string model = input.info.text(facts::kModel), task = input.info.text(facts::kTask);
  const std::string name = model.empty() ? "A language model" : model;
  const std::string variant = describe_variant(input.info);
  return (task.empty() ? name + ", part by part" : name + " on " + task) + (variant.empty() ? "" : ", " + variant);
}

// The main result in one or two sentences.
std::string lead(const ReportInput& input) {
  const Analysis& analysis = input.analysis;
  std::string text = fmt::format("The whole model answers {} of {} rows correctly; chance is {}.",
                                 percent(analysis.full.value), format_count(analysis.full.n), percent(analysis.chance));
  for (std::string_view reader : {kDefaultReader, kDefaultOfParts, std::string_view("comprw")}) {
    const Evaluation* evaluation = evaluation_of(input, reader);
    if (!evaluation) continue;
    const std::string labelled = input.info.text(facts::kLabelled);
    text += fmt::format(" Its {} parts, weighed with {} ({}), answer <b>{}</b> correctly.",
                        format_count(std::ssize(analysis.components)),
                        labelled.empty() ? "a few labels" : escape_html(labelled) + " labels", reader_title(reader),
                        percent(evaluation->accuracy.value));
    break;
  }
  return "<p class=\"lead\">" + text + "</p>\n";
}

std::string pass_facts(const DecomposeStats& stats) {
  const double rate = stats.seconds > 0 ? static_cast<double>(stats.n_computed_tokens) / stats.seconds : 0;
  return fact_cell("Tokens", format_count(stats.n_prompt_tokens),
                   format_count(stats.n_computed_tokens) + " computed, each once") +
         fact_cell("Time", format_duration(stats.seconds), format_count(static_cast<std::int64_t>(rate)) + " tokens/s");
}

std::string facts_html(const ReportInput& input) {
  const Analysis& analysis = input.analysis;
  std::string rows = format_count(analysis.full.n), labelled = input.info.text(facts::kLabelled);
  std::string html = fact_cell("Model", input.info.text(facts::kModel), input.info.text(facts::kPrecision));
  html += fact_cell("Task", input.info.text(facts::kTask), input.info.text(facts::kTemplate));
  html += fact_cell("Rows judged", rows, labelled.empty() ? "" : labelled + " labelled rows to learn from");
  if (input.stats) html += pass_facts(*input.stats);
  if (input.info.has(facts::kScore.key)) html += fact_cell("Score", input.info.text(facts::kScore), "of each label");
  if (analysis.label_mass)
    html += fact_cell("Label mass", fmt::format("{:.3g}", *analysis.label_mass), "that one of the labels is written");
  if (analysis.has_certificate) {
    const bool holds = analysis.certificate_max <= kCertificateBound;
    html += fact_cell("Certificate", fmt::format("{:.1e} {}", analysis.certificate_max, holds ? "✓" : "✗"),
                      fmt::format("parts sum to the logits; at most {:g}", kCertificateBound));
  }
  return "<dl class=\"facts\">\n" + html + "</dl>\n";
}

bool has_caveats(const ReportInput& input) {
  return std::any_of(input.evaluations.begin(), input.evaluations.end(),
                     [](const auto& entry) { return !with_caveat("", entry.first).empty(); });
}

std::string readers_section(const ReportInput& input) {
  std::string html = R"(<section><h2>Readers</h2>
<p>A reader turns what the parts add to the label logits into an answer. The full model adds everything up; the others
learn from a few rows how much each part, or each label, should count.</p>
)";
  std::string caption =
      R"(Dots are accuracies, bars their 95 % Wilson intervals. The hollow dot is the part that happens
to be best on the rows shown: it was picked with their labels, so it flatters itself.)";
  if (!input.evaluations.empty()) {
    caption += R"( Log loss is the mean surprise at the true label, in nats; calibration error is how far stated
confidence lies from accuracy, over ten bins of equal width; the Brier score is the squared distance between
probabilities and truth, summed over labels: smaller is better for all three. Macro F1 is the mean over labels of the
harmonic mean of precision and recall.)";
  }
  if (has_caveats(input)) {
    caption += R"( Transductive readers saw the texts of the rows they are judged on, an oracle their labels, too: their
numbers are no estimate for new rows.)";
  }
  return html + figure(1, "Accuracy.", scrolling(readers_table(input)), caption) + "</section>\n";
}

std::string curves_section(const ReportInput& input) {
  if (input.curves.empty()) return "";
  return R"(<section><h2>What more labels give</h2>
<p>The same readers, fitted on fewer and on more of the labelled rows, and judged on the same test rows as above.</p>
)" +
         figure(
             2, "Accuracy over the number of labelled rows.", scrolling(learning_curves(input)),
             R"(Dots are means over five draws of labelled rows, balanced over labels, the band one standard deviation
to either side; of the whole pool there is one draw. The demonstrations in the prompt are labelled, too, and not counted
here. Rest the pointer on a dot for its numbers.)") +
         "</section>\n";
}

std::string kind_legend() {
  struct Entry {
    ComponentKind kind;
    std::string_view meaning;
  };
  std::string html = "<div class=\"legend\">";
  for (const Entry& e :
       {Entry{ComponentKind::good, "above its chance"}, Entry{ComponentKind::bad, "below its chance"},
        Entry{ComponentKind::biased, "one label for 95 % of rows"}, Entry{ComponentKind::plain, "none of these"}}) {
    html += fmt::format("<span>{}<b>{}</b> <small>{}</small></span>", kind_icon(e.kind), to_string(e.kind), e.meaning);
  }
  return html + "</div>";
}

std::string kinds_sentence(const Analysis& analysis) {
  auto n = [&](ComponentKind kind) { return format_count(count_kind(analysis, kind)); };
  return fmt::format("Of {} parts {} are good, {} bad, {} biased and {} plain.",
                     format_count(std::ssize(analysis.components)), n(ComponentKind::good), n(ComponentKind::bad),
                     n(ComponentKind::biased), n(ComponentKind::plain));
}

std::string luck_sentence(const ReportInput& input) {
  if (!input.best_by_chance) return "";
  return fmt::format(" By luck alone the best of them would reach {} (95th percentile, labels shuffled 200 times).",
                     percent(*input.best_by_chance));
}

std::string maps_section(const ReportInput& input) {
  const int first = input.curves.empty() ? 2 : 3;
  std::string html = R"(<section><h2>Every part as a classifier of its own</h2>
<p>A part is an attention head or an MLP. Read alone, it answers with the label whose logit it raises most.
)" + kinds_sentence(input.analysis) +
                     luck_sentence(input);
  html += heat_map_is_wide(input) ? "</p>\n<div>" : "</p>\n<div class=\"side\">";
  html += figure(first, "Where accuracy sits.", scrolling(heat_map(input)) + heat_map_legend(input),
                 R"(One cell for each part: layers from the input down, heads across, the layer’s MLP in the last
column. Blue is above chance, orange below; chance is always naming the most frequent label. A marked corner is a
label-biased part, the frame the best one. Rest the pointer on a cell for its numbers.)");
  html += figure(first + 1, "Accuracy against label bias.", scrolling(scatter(input)) + kind_legend(),
                 R"(One mark for each part. Towards the right a part gives one answer whatever the text says, and its
accuracy is that label’s share of the rows. Good and bad compare the 95 % interval with what the part’s own mix
of answers would get by luck. The three best are named.)");
  return html + "</div></section>\n";
}

std::string depth_section(const ReportInput& input) {
  if (input.depths.empty()) return "";
  const int number = input.curves.empty() ? 4 : 5;
  return R"(<section><h2>Where the answer comes together</h2>
<p>The logits of all parts up to a layer, embedding and biases included, read as answers.</p>
)" +
         figure(
             number, "Accuracy of the parts summed up by depth.", scrolling(depth_curve(input)),
             R"(Small dots: after a layer’s heads; large ones: after its MLP, too. The band is the 95 % Wilson interval. Sums of
direct effects with the final norm at the full model’s scale; no logit lens, which norms each depth by itself.)") +
         "</section>\n";
}

std::string parts_section(const ReportInput& input) {
  // At most a third of the parts, so that no part of a small model is among both the best and the worst.
  const std::int64_t table_rows = std::clamp<std::int64_t>(std::ssize(input.analysis.components) / 3, 1, kTableRows);
  return R"(<section><h2>Parts by name</h2>
<p>Beside each part: how often it answers with each label. Among hundreds of parts some look good or bad by luck alone;
judge a pick on rows that did not choose it.</p>
)" + scrolling(parts_table(input, table_rows)) +
         "</section>\n";
}

std::string footer(const ReportInput& input) {
  std::string html = R"(<footer><p><b>Direct effect only.</b> A part’s share is what it adds to the label logits
itself, at the last position and with the final norm held at the full model’s scale. What it does through later
layers counts as theirs.</p>
)";
  if (input.analysis.has_certificate) {
    html += R"(<p>The certificate is the largest gap, over all rows, between the sum of all parts and the logit computed
separately, relative to the largest logit of the row (or to 1 where that is smaller).</p>
)";
  }
  html += R"(<p>Method: T.-Y. Chang, J. Thomason and R. Jia, <i>When Parts Are Greater Than Sums: Individual LLM
Components Can Outperform Full Models</i>, EMNLP 2024, arXiv 2406.13131.)";
  if (!input.info.text(facts::kVersion).empty())
    html += " Made by partwise " + escape_html(input.info.text(facts::kVersion)) + ".";
  if (!input.info.text(facts::kFingerprint).empty()) {
    html += " Model fingerprint <code>" + escape_html(input.info.text(facts::kFingerprint).substr(0, 16)) + "</code>.";
  }
  return html + "</p></footer>\n";
}

}  // namespace

std::string html_report(const ReportInput& input) {
  return html_page(title(input), lead(input) + facts_html(input) + warnings_section(input.warnings),
                   readers_section(input) + curves_section(input) + maps_section(input) + depth_section(input) +
                       parts_section(input) + sources_section(input) + footer(input));
}

}  // namespace partwise::internal

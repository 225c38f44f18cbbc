#include "report/html/study.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "report/data/study.h"
#include "report/describe.h"
#include "report/figures/study_figures.h"
#include "report/html/page.h"
#include "report/html/study_sections.h"
#include "report/html/warnings_section.h"
#include "study/parts.h"

// The content of report/html/study_page.js, which CMake embeds.
extern "C" const char partwise_embedded_study_page[];
extern "C" const unsigned long partwise_embedded_study_page_size;

namespace partwise::internal {

namespace {

/// "1 task", "8 tasks"
std::string count(std::size_t n, const char* word) { return fmt::format("{} {}{}", n, word, n == 1 ? "" : "s"); }

/// The sections of a study's page. Figures are numbered in the order of the calls that make them.
class StudyPage {
 public:
  explicit StudyPage(const StudyResults& results) : results_(results), summaries_(summarize_methods(results)) {}

  std::string html() {
    std::string body = methods();  // in statements of their own: the order of calls numbers the figures
    body += maps();
    body += part_page() + transfer() + left_out() + footer();
    return html_page(title(), study_lead(results_, summaries_) + facts() + warnings_section(study_warnings(results_)),
                     body, {partwise_embedded_study_page, partwise_embedded_study_page_size});
  }

  std::string title() const {
    return count(results_.models.size(), "model") + " on " + count(results_.tasks.size(), "task") + ", part by part";
  }

 private:
  std::string facts() const {
    const Study& study = results_.study;
    std::int64_t n_runs = 0;
    double certificate = 0;
    for (const ModelResults& model : results_.models)
      for (const RunResult* run : main_runs(model)) {
        ++n_runs;
        certificate = std::max(certificate, run->certificate);
      }
    const auto cell = [](const char* name, const std::string& value, const std::string& more) {
      return fmt::format("<div><dt>{}</dt><dd>{}<small>{}</small></dd></div>\n", name, value, more);
    };
    return "<dl class=\"facts\">\n" +
           cell("Runs read part by part", format_count(n_runs),
                count(study.seeds.size(), "seed") + ", " + count(study.templates.size(), "template")) +
           cell("Test rows", format_count(study.limit), "at most, of each task") +
           cell("Labelled rows", fmt::format("K = {}", fmt::join(study.labelled, ", ")),
                "the demonstrations among them") +
           cell("Certificate", fmt::format("{:.1e}", certificate), "parts sum to the logits") + "</dl>\n";
  }

  std::string methods() {
    std::string html = R"(<section><h2>Methods</h2>
<p>In-context learning (ICL) is the whole model, with more or fewer demonstrations in its prompt. The other methods read
what the parts add, or what the model says, in prompts with few demonstrations, and learn from K labelled rows, the
demonstrations among them. Means over runs (seeds and templates), ± one standard deviation. Grey: not surely above chance.
[transductive] saw the texts of the test rows, [oracle] their labels: no estimates for new rows.</p>
)";
    for (const ModelResults& model : results_.models) {
      html += fmt::format("<h3>{}</h3>\n", escape_html(model.name));
      html += scrolling(accuracy_table(results_, summaries_, model.name));
      const std::string chart = difference_chart(results_, summaries_, model.name);
      if (chart.empty()) continue;
      html +=
          figure(++n_figures_, "What methods have beyond many demonstrations.", scrolling(chart),
                 R"(Accuracy less that of ICL with the most demonstrations, on the same test rows and seeds; bars are
95 % intervals that count runs and rows as samples, tasks as they are.)");
      html += "<details><summary>Other measures</summary>" +
              scrolling(measures_table(results_, summaries_, model.name)) + "</details>\n";
    }
    return html + "</section>\n";
  }

  std::string maps() {
    std::string html = R"(<section><h2>Every part as a classifier of its own</h2>
<p>A part is an attention head or an MLP (column M). Read alone, it answers with the label whose logit it raises most.
Choose a cell to see the part’s page below.</p>
)";
    for (const ModelResults& model : results_.models) {
      std::string maps;
      const double reach = map_reach(results_, model);
      for (const std::string& task : results_.tasks)
        if (!main_runs(model, task).empty()) maps += study_map(model, task, reach);
      if (maps.empty()) continue;
      html += fmt::format("<h3>{}</h3>\n", escape_html(model.name));
      html += figure(++n_figures_, "Where accuracy sits.", "<div class=\"maps\">" + maps + "</div>",
                     fmt::format(R"(Blue above chance, orange below; full colour is {:.1f} points away from it, on all
these maps. The frame marks the best part. Means over runs.)",
                                 100 * reach));
      html += figure(++n_figures_, "Accuracy against label bias.", scrolling(study_scatter(model)),
                     "One mark for each part, means over all tasks and runs. The best one is named.");
    }
    return html + "</section>\n";
  }

  std::string part_page() const {
    std::string data = part_pages_json(results_).dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
    for (std::size_t at = 0; (at = data.find_first_of("<%", at)) != std::string::npos;)  // html_page would change " %"
      data.replace(at, 1, data[at] == '<' ? "\\u003c" : "\\u0025");
    return R"(<section><h2>The page of a part</h2>
<p><label>Model <select id="part-model"></select></label> <label>Part <select id="part-name"></select></label></p>
<div id="part" aria-live="polite"><p class="note">Choose a part here or in a map above.</p></div>
<script type="application/json" id="part-data">)" +
           data + "</script></section>\n";
  }

  std::string transfer() const {
    std::string html = R"(<section><h2>Is what is good here good there?</h2>
<p>First, for all pairs of runs that differ in their seed, template or task: Pearson’s correlation of the accuracies of
all parts, and how much the best five have in common (intersection over union), with 95 % intervals from 2,000 bootstrap
samples of whole runs. Then the best part of one task, chosen on its test rows, on the test rows of another, in the mean
over all pairs of runs; beside it the best that any part does there. On the diagonal: from one seed or template to
another. Shading: how much of what the best part has beyond chance is kept.</p>
)";
    for (const ModelResults& model : results_.models) {
      html += fmt::format("<h3>{}</h3>\n", escape_html(model.name));
      html += scrolling(agreement_table(model)) + scrolling(transfer_table(results_, model.name));
    }
    return html + "</section>\n";
  }

  std::string left_out() const {
    const std::string list = left_out_list(results_);
    return list.empty() ? "" : "<section><h2>What could not be had</h2>\n" + list + "</section>\n";
  }

  std::string footer() const {
    return R"(<footer><p><b>Direct effect only.</b> A part’s share is what it adds to the label logits itself, at the
last position and with the final norm held at the full model’s scale. What it does through later layers counts as theirs.</p>
<p>Method: T.-Y. Chang, J. Thomason and R. Jia, <i>When Parts Are Greater Than Sums: Individual LLM Components Can
Outperform Full Models</i>, EMNLP 2024, arXiv 2406.13131. The same numbers: methods.csv, components.csv, transfer.csv,
study.json; figures: the folder figures.</p></footer>
)";
  }

  const StudyResults& results_;
  std::vector<MethodSummary> summaries_;
  int n_figures_ = 0;
};

}  // namespace

std::string study_html(const StudyResults& results) { return StudyPage(results).html(); }

}  // namespace partwise::internal

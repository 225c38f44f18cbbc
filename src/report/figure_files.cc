#include "report/figure_files.h"

#include <cctype>

#include "base/file.h"
#include "report/figures/figures.h"
#include "report/figures/study_figures.h"
#include "report/html/page.h"
#include "study/parts.h"

namespace partwise::internal {

namespace {

std::string file_word(std::string name) {
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '.') c = '-';
  return name;
}

}  // namespace

FigureFiles run_figures(const ReportInput& input) {
  return {{"accuracy-by-layer.svg", standalone_svg(heat_map(input))},
          {"accuracy-against-bias.svg", standalone_svg(scatter(input))},
          {"accuracy-by-depth.svg", standalone_svg(depth_curve(input))}};
}

FigureFiles study_figures(const StudyResults& results) {
  const std::vector<MethodSummary> summaries = summarize_methods(results);
  FigureFiles files;
  for (const ModelResults& model : results.models) {
    const auto add = [&](const std::string& what, const std::string& svg) {
      if (!svg.empty()) files.emplace_back(file_word(model.name + "-" + what) + ".svg", standalone_svg(svg));
    };
    add("methods", difference_chart(results, summaries, model.name));
    for (const std::string& task : results.tasks)
      if (!main_runs(model, task).empty()) add("map-" + task, study_map(model, task, map_reach(results, model)));
    if (!main_runs(model).empty()) add("bias", study_scatter(model));
  }
  return files;
}

void write_figures(const FigureFiles& figures, const std::filesystem::path& folder) {
  make_folder(folder);
  for (const auto& [name, svg] : figures)
    write_output((folder / name).string(), [&svg = svg](OutputFile& out) { out.write(svg); });
}

}  // namespace partwise::internal

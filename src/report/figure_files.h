// The figures of a report as files of their own.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "session/report_input.h"
#include "study/methods.h"

namespace partwise {

/// Names of files, each with a standalone SVG.
using FigureFiles = std::vector<std::pair<std::string, std::string>>;

/// Accuracy by layer, against bias and by depth. The input has depths.
FigureFiles run_figures(const ReportInput& input);
/// The figures of the study's page.
FigureFiles study_figures(const StudyResults& results);

/// Makes `folder` if it is not there. Errors: those of files.
void write_figures(const FigureFiles& figures, const std::filesystem::path& folder);

}  // namespace partwise

// The figures of a report, each in a file of its own.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "session/report_input.h"
#include "study/methods.h"

namespace partwise::internal {

/// Pairs of a file name and a standalone SVG.
using FigureFiles = std::vector<std::pair<std::string, std::string>>;

/// The figures of one run: accuracy by layer, against label bias and by depth. `input.depths` must not be empty.
FigureFiles run_figures(const ReportInput& input);
/// The figures of the study's page.
FigureFiles study_figures(const StudyResults& results);

/// Writes the files into `folder`, which it creates if missing. Errors: those of files.
void write_figures(const FigureFiles& figures, const std::filesystem::path& folder);

}  // namespace partwise::internal

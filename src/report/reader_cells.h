// What tables say of a reader beside others, in the terminal and on a page.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "session/judging.h"

namespace partwise::internal {

/// As users type it: "comprw (comprw.json)", "batch-calibration [transductive]". It may hold any character.
std::string reader_name(const Judged& judged);

/// "accuracy", "95 % interval", "macro F1", ...
extern const std::vector<std::string> kReaderHeads;
/// The last of them are about the difference from the first reader.
inline constexpr std::size_t kDifferenceCells = 3;
/// A cell for each head. Those of the difference from the first reader are empty for the first reader itself.
std::vector<std::string> reader_cells(const Judged& first, const Judged& judged);

}  // namespace partwise::internal

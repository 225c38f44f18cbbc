#include "report/reader_cells.h"

#include <fmt/format.h>

#include "analysis/paired.h"
#include "report/describe.h"

namespace partwise::internal {

namespace {

/// Difference, interval and p.
std::vector<std::string> difference_cells(const Judged& first, const Judged& other) {
  if (&first == &other) return {"", "", ""};
  const PairedTable table = paired_table(first.evaluation.right, other.evaluation.right);
  const PairedDifference d = paired_difference(table);
  const double p = mcnemar_p(table);
  return {points(d.value), fmt::format("{} to {}", points(d.low), points(d.high)),
          p < 0.0001 ? "< 0.0001" : fmt::format("{:.4f}", p)};
}

}  // namespace

const std::vector<std::string> kReaderHeads = {"accuracy", "95 % interval", "macro F1",      "log loss", "ECE",
                                               "Brier",    "difference",    "95 % interval", "p"};

std::string reader_name(const Judged& judged) {
  std::string name(judged.kind());
  if (!judged.file.empty()) name += fmt::format(" ({})", judged.file);
  return with_caveat(name, judged.kind());
}

std::vector<std::string> reader_cells(const Judged& first, const Judged& judged) {
  const Evaluation& e = judged.evaluation;
  std::vector<std::string> cells = {percent(e.accuracy.value),         interval(e.accuracy),
                                    fmt::format("{:.3f}", e.macro_f1), fmt::format("{:.3f}", e.nll),
                                    fmt::format("{:.3f}", e.ece),      fmt::format("{:.3f}", e.brier)};
  for (std::string& cell : difference_cells(first, judged)) cells.push_back(std::move(cell));
  return cells;
}

}  // namespace partwise::internal

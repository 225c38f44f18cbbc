#include "report/html/calibration.h"

#include "report/figures/calibration.h"
#include "report/html/page.h"

namespace partwise::internal {

namespace {

constexpr std::string_view kReliabilityCaption =
    R"(Answers are grouped by their probability into ten bins. A dot shows how many of a bin’s answers are right, with the
95 % Wilson interval; on the dashed line probabilities are right. ECE is the mean distance from it over all answers.)";

constexpr std::string_view kCoverageCaption =
    R"(If only the surest answers are given and the other rows are left open: how many of the given answers are right. The
band is the 95 % Wilson interval. Rest the pointer on a dot for the least probability of the answers that are given.)";

}  // namespace

std::string calibration_figures(int number, std::span<const SureAnswer> answers) {
  return "<div class=\"side\">" +
         figure(number, "How far probabilities can be trusted.",
                scrolling(reliability_diagram(calibration_bins(answers))), kReliabilityCaption) +
         figure(number + 1, "Accuracy of the surest answers.",
                scrolling(coverage_figure(coverage_curve({answers.begin(), answers.end()}))), kCoverageCaption) +
         "</div>\n";
}

}  // namespace partwise::internal

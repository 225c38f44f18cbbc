#include "report/text/fit.h"

#include <fmt/format.h>

#include "report/describe.h"

namespace partwise::internal {

namespace {

std::string_view examples_of(LearnsFrom source) {
  switch (source) {
    case LearnsFrom::content_free:
      return "prompts without content";
    case LearnsFrom::random_words:
      return "prompts of random words";
    case LearnsFrom::test_inputs:
      return "test rows without their labels";
    case LearnsFrom::test_labels:
      return "test rows with their labels";
    default:
      return "labelled rows";
  }
}

}  // namespace

std::string describe_fit(std::string_view kind, const FitReport& fit) {
  const LearnsFrom source = reader_kind(kind).learns_from;
  std::string text = source == LearnsFrom::nothing
                         ? "nothing to learn"
                         : fmt::format("{} {}, {} updates", fit.n_examples, examples_of(source), fit.updates);
  text += fmt::format(", {} of the labelled rows right", percent(fit.train_accuracy));
  return fit.objective ? text + fmt::format(", objective {:.4g}", *fit.objective) : text;
}

}  // namespace partwise::internal

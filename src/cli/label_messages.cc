#include "cli/label_messages.h"

#include <fmt/format.h>

#include <optional>

#include "base/text.h"
#include "base/utf8.h"
#include "data/lines.h"

namespace partwise::internal {

namespace {

std::string count_of_rows(std::int64_t n) { return fmt::format("{} row{}", format_count(n), n == 1 ? "" : "s"); }

/// What precision could be had; "" if none.
std::string what_could_be_given(const LabelledTable& done) {
  const std::optional<Coverage> best = highest_precision(done);
  if (!best) return "";
  return fmt::format(" ({} could be given with --precision {:.2f}, more with more labelled rows)", best->n_given,
                     best->precision);
}

}  // namespace

const Prompt& example_prompt(const PromptSet& set) {
  for (std::size_t i = 0; i < set.prompts.size(); ++i)
    if (set.demonstration_of.empty() || set.demonstration_of[i] != 1) return set.prompts[i];
  return set.prompts[0];
}

void announce_teaching(const Console& console, const Teaching& teaching, const PromptSet& prompts) {
  const std::int64_t n_taught = std::ssize(prompts.prompts);  // some may be too long
  const std::int64_t n_asked = std::ssize(teaching.taught) + std::ssize(teaching.asked) - n_taught;
  console.note(fmt::format("{} teach{}, {} {} to be answered", count_of_rows(n_taught), n_taught == 1 ? "es" : "",
                           format_count(n_asked), n_asked == 1 ? "is" : "are"));
  if (teaching.yaml.empty() || prompts.prompts.empty()) return;
  console.note("the prompt, made from the columns (--write-task FILE writes it, to be changed):");
  for (const TextLine& line : split_lines(example_prompt(prompts).text)) console.note("  " + printable(line.text));
}

std::string labelled_summary(const LabelledTable& done, const std::string& output) {
  const std::int64_t n_given = done.n_given(), n_blank = done.n_blank(), n_failed = std::ssize(done.failed());
  std::string text = count_of_rows(n_given) + " answered";
  if (done.giving.precision)
    text +=
        fmt::format(", {} left blank: they cannot hold --precision {}", format_count(n_blank), *done.giving.precision);
  if (n_blank > 0 && n_given == 0) text += what_could_be_given(done);
  if (n_failed > 0) text += fmt::format(", {} could not be: see the column partwise_error", format_count(n_failed));
  return text + fmt::format("; written to {}", output);
}

OrderedJson labelled_json(const Expected& expected, const LabelledTable& done) {
  OrderedJson json = expected_json(expected);
  json.update(answers_json(done));
  return json;
}

}  // namespace partwise::internal

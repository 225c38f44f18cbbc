#include "serve/decide_by_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "serve/request_rows.h"
#include "session/answer.h"
#include "session/decompose_job.h"

namespace partwise::internal {

namespace {

/// Whether a reader's label word is the option. The words of a predicate are ours, so their case does not matter.
bool is_option(const std::string& word, const Option& option, QuestionType type) {
  return word == option.word || (type == QuestionType::predicate && lower(word) == lower(option.word));
}

/// The reader's label of each option. Errors: bad_data if options and label words are not the same words.
std::vector<std::size_t> labels_of_options(const ReaderFile& reader, const Question& question) {
  std::vector<std::size_t> labels;
  for (const Option& option : question.options) {
    const auto word = std::ranges::find_if(
        reader.label_words, [&](const std::string& known) { return is_option(known, option, question.type); });
    if (word != reader.label_words.end()) labels.push_back(static_cast<std::size_t>(word - reader.label_words.begin()));
  }
  const std::set<std::size_t> distinct(labels.begin(), labels.end());
  const std::size_t n = reader.label_words.size();
  if (question.options.size() == n && distinct.size() == n) return labels;
  throw Error(
      ErrorCode::bad_data, fmt::format("{}: its options are not the reader's label words", question.place),
      fmt::format("the reader answers with {}, which may come in any order", fmt::join(reader.label_words, ", ")));
}

TextRow row_of(const Service& service, const Asked& asked) {
  if (asked.state.is_array())
    throw Error(ErrorCode::bad_data, "'state': a reader takes a text, or an object of its task's columns");
  return std::move(request_rows(*asked.reader, {asked.state, "", "state"}, service.loaded())[0]);
}

ShownPrompt shown(const ReaderFile& reader, const Prompt& prompt) {
  const auto recipe = reader.info.find(facts::kRecipe);
  return {prompt.text, prompt.options, recipe && recipe->chat};
}

Decision decision_of(const Asked& asked, const Question& question, const TextRow& row, const Contributions& parts) {
  const ReaderFile& reader = *asked.reader;
  const std::vector<std::size_t> labels = labels_of_options(reader, question);
  const Answer answer = answer_of(reader, parts, 0);
  Decision decision;
  for (std::size_t label : labels) decision.probabilities.push_back(answer.probabilities[label]);
  decision.n_tokens = count_tokens(row);
  const auto chosen = static_cast<std::int64_t>(labels[decision.answer()]);
  if (asked.wanted.n_parts > 0) decision.why = explain(*reader.reader, parts, 0, chosen, asked.wanted.n_parts);
  decision.certificate = largest_certificate(parts);
  if (asked.wanted.prompt) decision.prompt = shown(reader, row.prompt);
  return decision;
}

}  // namespace

std::vector<Decision> decide_by_reader(Service& service, const Asked& asked, std::stop_token gone) {
  for (const Question& question : asked.questions) labels_of_options(*asked.reader, question);
  TextRow row = row_of(service, asked);
  const std::vector<PassResult> results = read_rows(service, *asked.reader, {&row, 1}, std::move(gone));
  if (row.error) throw *row.error;
  std::vector<Decision> decisions;
  for (const Question& question : asked.questions)
    decisions.push_back(decision_of(asked, question, row, results[0].parts));
  return decisions;
}

}  // namespace partwise::internal

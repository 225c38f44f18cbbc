#include <fmt/format.h>
#include <partwise/session.h>

#include <algorithm>
#include <span>

#include "api/impl.h"
#include "readers/explain.h"
#include "session/answer.h"
#include "session/decompose_rows.h"
#include "session/text_rows.h"

namespace partwise {

namespace {

using internal::InputRow;
using internal::TextRow;

Answer refused(const internal::Error& error) {
  Answer answer;
  answer.error = error.what();
  answer.hint = error.hint();
  return answer;
}

/// The answer to example `example` of `parts`.
Answer answer_to(const internal::ReaderFile& reader, const internal::Contributions& parts, std::int64_t example) {
  internal::Answer found = internal::answer_of(reader, parts, example);
  const auto label = static_cast<std::int64_t>(found.label);
  const internal::Explanation why = internal::explain(*reader.reader, parts, example, label, internal::kDrivers);
  Answer answer;
  answer.label = label;
  answer.label_word = reader.label_words[found.label];
  answer.probabilities = std::move(found.probabilities);
  for (const internal::Driver& driver : why.parts) answer.drivers.push_back({driver.name, driver.contribution});
  answer.other_parts = why.other_parts;
  answer.outside = why.outside;
  answer.lead = why.lead;
  answer.is_explained = why.explains != internal::Explains::nothing;
  return answer;
}

/// The reader, after a check that it may be used on the model.
const internal::ReaderFile& checked(const internal::ReaderFile& reader, const internal::LoadedModel& loaded) {
  check_reader_fits(reader, loaded.config().n_layers, loaded.config().n_heads, loaded.fingerprint());
  return reader;
}

/// Answers rows of one reader, some at a time.
class Classifier {
 public:
  Classifier(const internal::Session& session, const internal::ReaderFile& reader, internal::RowForm form,
             const ClassifyOptions& options)
      : session_(session),
        reader_(checked(reader, session.loaded())),
        progress_(internal::progress_of(options.progress)),
        rows_(reader, form, internal::too_long_of(options.too_long), session.loaded(), std::nullopt) {}

  std::vector<Answer> answer(std::vector<InputRow> inputs) const {
    std::vector<Answer> answers;
    for (std::span<InputRow> rest = inputs; !rest.empty();) {
      const std::size_t n = std::min(rest.size(), internal::kLargestBatch);
      add_batch(rest.first(n), std::ssize(inputs), answers);
      rest = rest.subspan(n);
    }
    return answers;
  }

 private:
  void add_batch(std::span<InputRow> inputs, std::int64_t n_all, std::vector<Answer>& answers) const {
    std::vector<TextRow> rows;
    for (InputRow& input : inputs) rows.push_back(rows_.make(std::move(input)));
    const internal::Contributions parts =
        decompose_rows(session_, reader_, rows, progress_of_texts(std::ssize(answers), std::ssize(rows), n_all));
    // Threads of a pass end in any order, so its last report need not be of all rows.
    if (progress_) progress_({"classifying", std::ssize(answers) + std::ssize(rows), n_all});
    for (const TextRow& row : rows) {
      answers.push_back(row.error ? refused(*row.error) : answer_to(reader_, parts, row.example));
      answers.back().is_cut = row.is_cut;
    }
  }

  /// Counts texts: `done` of `n_all` have their answers, and a batch of `n` is at work.
  internal::ProgressFn progress_of_texts(std::int64_t done, std::int64_t n, std::int64_t n_all) const {
    if (!progress_) return {};
    return [=, this](const internal::Progress& p) {
      progress_({"classifying", done + n * p.done / std::max<std::int64_t>(p.total, 1), n_all});
    };
  }

  const internal::Session& session_;
  const internal::ReaderFile& reader_;
  internal::ProgressFn progress_;
  internal::TextRows rows_;
};

}  // namespace

std::vector<Answer> Session::classify(const Reader& reader, const std::vector<std::string>& texts,
                                      const ClassifyOptions& options) const {
  const Classifier classifier(impl_->session, reader.impl()->file, internal::RowForm::text, options);
  std::vector<InputRow> inputs;
  inputs.reserve(texts.size());
  for (const std::string& text : texts) inputs.push_back({{text, fmt::format("text {}", inputs.size())}, {}});
  return classifier.answer(std::move(inputs));
}

std::vector<Answer> Session::classify_rows(const Reader& reader,
                                           const std::vector<std::map<std::string, std::string>>& rows,
                                           const ClassifyOptions& options) const {
  const Classifier classifier(impl_->session, reader.impl()->file, internal::RowForm::table, options);
  std::vector<InputRow> inputs;
  for (const auto& columns : rows) {
    const std::string place = fmt::format("row {}", inputs.size());
    inputs.push_back({{"", place}, {columns, place}});
  }
  return classifier.answer(std::move(inputs));
}

}  // namespace partwise

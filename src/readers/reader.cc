#include "readers/reader.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "base/error.h"
#include "readers/refits.h"
#include "readers/training.h"

namespace partwise::internal {

namespace {

Advice decompose_with(const std::string& what, Setting setting, std::string value = {}) {
  return {"make the run " + what, {{setting, std::move(value), Step::decompose}}};
}

std::vector<std::int64_t> unlabelled_rows(LearnsFrom source, const FitRows& rows) {
  switch (source) {
    case LearnsFrom::content_free:
      return rows.content_free;
    case LearnsFrom::random_words:
      return rows.random_words;
    case LearnsFrom::test_inputs:
      return rows.test;
    default:
      return {};
  }
}

void check_is_there(const ReaderKind& kind, const Contributions& parts, const FitRows& rows) {
  const auto refuse = [&](std::string_view what, const Advice& advice) {
    throw Error(ErrorCode::bad_data, std::string(kind.name) + " needs " + std::string(what) + ", and the run has none",
                advice);
  };
  const Advice calibration =
      decompose_with("from a task, and let prompts for calibrations be added", Setting::content_free);
  if (kind.learns_from == LearnsFrom::content_free && rows.content_free.empty())
    refuse("prompts without content", calibration);
  if (kind.learns_from == LearnsFrom::random_words && rows.random_words.empty())
    refuse("prompts of random words", calibration);
  if (kind.learns_from == LearnsFrom::test_inputs && rows.test.empty())
    refuse("test rows", decompose_with("with test rows", Setting::test_file));
  const std::string words = !kind.reads_z ? "hidden" : !kind.reads_hidden ? "z" : "hidden,z";
  if (kind.reads_hidden && parts.hidden.empty())
    refuse("the final hidden state", decompose_with("with final hidden states stored", Setting::store, words));
  if (kind.reads_z && parts.z.empty())
    refuse("the heads' outputs z", decompose_with("with the heads' z stored", Setting::store, words));
  if (kind.reads_words && parts.words.empty())
    refuse("the words of texts", decompose_with("again, from a task and its rows", Setting::task));
}

std::vector<std::int64_t> with_label(std::span<const std::int32_t> labels, const std::vector<std::int64_t>& rows) {
  std::vector<std::int64_t> known;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(known), [&](std::int64_t i) { return labels[i] >= 0; });
  return known;
}

}  // namespace

ReaderShape reader_shape(const Contributions& parts) { return {parts.n_layers(), parts.n_heads(), parts.n_labels()}; }

std::string_view default_reader(const Contributions& parts) {
  const ReaderKind& kind = reader_kind(kDefaultReader);
  const bool lacks = (kind.reads_hidden && parts.hidden.empty()) || (kind.reads_z && parts.z.empty());
  return lacks ? kDefaultOfParts : kDefaultReader;
}

FitRows fit_rows(const Run& run) {
  FitRows rows{with_label(run.labels, pool_rows(run)), rows_of(run, Split::content_free),
               rows_of(run, Split::random_words), test_rows(run)};
  if (!run.parts.other_sets.empty()) rows.demonstrations = with_label(run.labels, rows_of(run, Split::demonstration));
  return rows;
}

FitReport Reader::fit(const Contributions& parts, std::span<const std::int32_t> labels, const FitRows& rows,
                      const ProgressFn& progress, Calibration calibration) {
  const ReaderKind& own = reader_kind(kind());
  check_is_there(own, parts, rows);
  const bool oracle = own.learns_from == LearnsFrom::test_labels;
  const bool learns_labels = oracle || own.learns_from == LearnsFrom::pool;
  FitInput input{parts,
                 labelled_rows(parts, labels, oracle ? with_label(labels, rows.test) : rows.pool),
                 labelled_rows(parts, labels, rows.demonstrations),
                 in_canonical_order(parts, unlabelled_rows(own.learns_from, rows)),
                 progress,
                 calibration == Calibration::quick};
  if (learns_labels) check_labels(input.pool, parts.n_labels(), own.rows_per_label);
  FitReport report = learn(input);
  temperatures_.reset();
  if (own.is_calibrated && calibration != Calibration::off) {
    report.left_out = left_out(input);
    temperatures_.emplace(report.left_out);
  }
  report.n_examples = learns_labels ? std::ssize(input.pool.rows) : std::ssize(input.unlabelled);
  if (own.reads_sets) report.n_examples += std::ssize(input.demonstrations.rows);
  report.train_accuracy = accuracy_on(*this, parts, input.pool);
  return report;
}

void Reader::scores_of(const Contributions& parts, std::span<const std::int64_t> examples,
                       std::span<double> out) const {
  const auto n_labels = static_cast<std::size_t>(parts.n_labels());
  for (std::size_t i = 0; i < examples.size(); ++i) scores(parts, examples[i], out.subspan(i * n_labels, n_labels));
}

void Reader::probabilities(const Contributions& parts, std::int64_t example, std::span<double> out) const {
  scores(parts, example, out);
  temperatures_ ? temperatures_->to_probabilities(out) : softmax(out);
}

LeftOutRows Reader::left_out(const FitInput& input) const {
  const std::vector<PoolRows> parts_out = rows_to_leave_out(input.pool.labels, input.by_tenths);
  const auto fit_and_score = [&](const FitInput& kept, std::span<const std::int64_t> rows, std::span<double> out) {
    const std::unique_ptr<Reader> other = make_reader(kind());
    other->learn(kept);
    other->scores_of(input.parts, rows, out);
  };
  return in_run(gathered(refit_scores(input, parts_out, fit_and_score), input.pool.labels, parts_out), input.pool);
}

void Reader::split_scores(const Contributions&, std::int64_t, std::span<double>) const {
  check_internal(false, "only readers of a kind that splits are asked to");
}

std::int64_t argmax(std::span<const double> values) {
  return std::max_element(values.begin(), values.end()) - values.begin();
}

void softmax(std::span<double> values) {
  const double shift = *std::max_element(values.begin(), values.end());
  double sum = 0;
  for (double& value : values) {
    value = std::exp(value - shift);
    sum += value;
  }
  for (double& value : values) value /= sum;
}

}  // namespace partwise::internal

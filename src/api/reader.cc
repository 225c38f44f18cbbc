#include <partwise/reader.h>

#include <algorithm>
#include <numeric>
#include <span>

#include "analysis/evaluation.h"
#include "analysis/fit_and_judge.h"
#include "api/impl.h"
#include "session/fitting.h"

namespace partwise {

namespace {

/// An array that owns its elements.
template <class T>
Array<T> own(std::vector<T> values, std::vector<std::int64_t> shape) {
  const auto owner = std::make_shared<const std::vector<T>>(std::move(values));
  return {owner->data(), std::move(shape), owner};
}

/// The run, after a check that the reader may be used on it.
const internal::Run& checked(const Reader& reader, const Run& run) {
  internal::check_reader_fits(reader.impl()->file, run.impl()->run);
  return run.impl()->run;
}

}  // namespace

Reader::Reader(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

std::string Reader::default_kind(const Run& run) {
  return std::string(internal::default_reader(run.impl()->run.parts));
}

std::vector<std::string> Reader::kinds() {
  std::vector<std::string> names;
  for (const internal::ReaderKind& kind : internal::reader_kinds()) names.emplace_back(kind.name);
  return names;
}

Reader Reader::fit(const std::string& kind, const Run& run, const FitOptions& options) {
  const internal::Run& data = run.impl()->run;
  const internal::FitRows rows = internal::rows_to_fit_on(data, options.pool_size);
  return Reader(
      std::make_shared<const Impl>(Impl{internal::fit_kind(kind, data, rows, internal::progress_of(options.progress)),
                                        internal::warnings_of_fit(kind, data, rows)}));
}

Reader Reader::open(const std::string& path) {
  return Reader(std::make_shared<const Impl>(Impl{internal::read_reader(path)}));
}

void Reader::save(const std::string& path) const { internal::write_reader(path, impl_->file); }

std::string Reader::kind() const { return std::string(impl_->file.reader->kind()); }
const std::vector<std::string>& Reader::warnings() const { return impl_->warnings; }
const std::vector<std::string>& Reader::label_words() const { return impl_->file.label_words; }

Array<double> Reader::scores(const Run& run) const {
  const internal::Contributions& parts = checked(*this, run).parts;
  std::vector<std::int64_t> examples(static_cast<std::size_t>(run.n_examples()));
  std::iota(examples.begin(), examples.end(), std::int64_t{0});
  std::vector<double> scores(examples.size() * label_words().size());
  impl_->file.reader->scores_of(parts, examples, scores);
  return own(std::move(scores), {run.n_examples(), run.n_labels()});
}

Array<double> Reader::probabilities(const Run& run) const {
  const internal::Contributions& parts = checked(*this, run).parts;
  const std::size_t n_labels = label_words().size();
  std::vector<double> all(static_cast<std::size_t>(run.n_examples()) * n_labels);
  for (std::int64_t i = 0; i < run.n_examples(); ++i)
    impl_->file.reader->probabilities(parts, i,
                                      std::span(all).subspan(static_cast<std::size_t>(i) * n_labels, n_labels));
  return own(std::move(all), {run.n_examples(), run.n_labels()});
}

Array<std::int32_t> Reader::predict(const Run& run) const {
  const Array<double> all = scores(run);
  std::vector<std::int32_t> answers;
  for (std::int64_t i = 0; i < all.dim(0); ++i)
    answers.push_back(static_cast<std::int32_t>(internal::argmax({&all(i, 0), label_words().size()})));
  return own(std::move(answers), {run.n_examples()});
}

double Reader::accuracy(const Run& run) const {
  const internal::Run& data = checked(*this, run);
  return internal::evaluate(*impl_->file.reader, data, internal::test_rows(data)).accuracy.value;
}

std::vector<Leaning> Reader::leanings() const {
  std::vector<Leaning> all;
  for (const auto& [part, label, weight] : internal::first_leanings(impl_->file, internal::kMostLeanings))
    all.push_back({part, label, weight});
  return all;
}

}  // namespace partwise

#include <fmt/format.h>
#include <partwise/run.h>

#include <algorithm>
#include <limits>

#include "api/impl.h"
#include "base/suggest.h"

namespace partwise {

namespace {

/// Example `i` of an array of all examples.
Array<float> example_of(const Array<float>& all, std::int64_t i, const std::shared_ptr<const Run::Impl>& owner) {
  if (all.empty()) return {};
  const std::vector<std::int64_t> shape(all.shape().begin() + 1, all.shape().end());
  return {all.data() + i * (all.size() / all.dim(0)), shape, owner};
}

const internal::Contributions& contributions_of(const Run& run) { return run.impl()->run.parts; }

/// Errors: usage for a name that is none of `names`.
std::int64_t index_of(const std::string& name, const std::vector<std::string>& names, const char* what) {
  const auto found = std::ranges::find(names, name);
  if (found != names.end()) return found - names.begin();
  const std::string match = internal::closest_match(name, names);
  throw internal::Error(ErrorCode::usage, fmt::format("there is no {} '{}'", what, name),
                        match.empty() ? "" : fmt::format("did you mean '{}'?", match));
}

void check_label(std::int64_t label, std::int64_t n_labels) {
  if (label >= 0 && label < n_labels) return;
  throw internal::Error(ErrorCode::usage, fmt::format("there is no label {} among {}", label, n_labels));
}

}  // namespace

Parts::Parts(Run run, std::int64_t example) : run_(std::move(run)), example_(example) {
  if (example >= 0 && example < run_.n_examples()) return;
  throw internal::Error(ErrorCode::usage, fmt::format("there is no example {} among {}", example, run_.n_examples()));
}

Array<float> Parts::logits() const { return example_of(run_.logits(), example_, run_.impl()); }
Array<float> Parts::heads() const { return example_of(run_.heads(), example_, run_.impl()); }
Array<float> Parts::mlps() const { return example_of(run_.mlps(), example_, run_.impl()); }
Array<float> Parts::embed() const { return example_of(run_.embed(), example_, run_.impl()); }
Array<float> Parts::pos_embed() const { return example_of(run_.pos_embed(), example_, run_.impl()); }
Array<float> Parts::bias() const { return example_of(run_.bias(), example_, run_.impl()); }

double Parts::certificate() const {
  const Array<float> all = run_.certificate();
  return all.empty() ? std::numeric_limits<double>::quiet_NaN() : double{all(example_)};
}

std::vector<std::string> Parts::label_words() const { return run_.label_words(); }
std::int64_t Parts::label_index(const std::string& word) const { return index_of(word, label_words(), "label word"); }
std::int64_t Parts::answer() const { return internal::answer_of(logits().data(), run_.n_labels()); }

double Parts::push(std::int64_t label) const {
  check_label(label, run_.n_labels());
  return internal::push_to(label, logits().data(), run_.n_labels());
}

double Parts::push(std::int64_t label, const std::string& part) const {
  check_label(label, run_.n_labels());
  const Array<float> outside = part == "embed" ? embed() : part == "bias" ? bias() : Array<float>();
  if (!outside.empty()) return internal::push_to(label, outside.data(), run_.n_labels());
  const std::int64_t c = index_of(part, run_.part_names(), "part");
  return internal::push_to(label, internal::component_logits(contributions_of(run_), example_, c), run_.n_labels());
}

std::vector<Push> Parts::top(std::int64_t label, std::int64_t n) const {
  check_label(label, run_.n_labels());
  std::vector<Push> pushes;
  for (const std::string& name : run_.part_names()) {
    const auto c = std::ssize(pushes);
    const float* logits = internal::component_logits(contributions_of(run_), example_, c);
    pushes.push_back({name, internal::push_to(label, logits, run_.n_labels())});
  }
  std::ranges::stable_sort(pushes, std::ranges::greater(), &Push::push);
  pushes.resize(static_cast<std::size_t>(std::clamp<std::int64_t>(n, 0, std::ssize(pushes))));
  return pushes;
}

}  // namespace partwise

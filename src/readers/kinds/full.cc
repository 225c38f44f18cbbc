// The model as it is: its own logits of the label words.
#include <algorithm>

#include "base/json.h"
#include "readers/reader.h"
#include "readers/training.h"

namespace partwise::internal {

namespace {

class Full : public Reader {
 public:
  std::string_view kind() const override { return "full"; }

  void scores(const Contributions& parts, std::int64_t example, std::span<double> out) const override {
    std::transform(&parts.logits(example, 0), &parts.logits(example, 0) + out.size(), out.begin(),
                   [&](float logit) { return capped(logit, parts.logit_cap); });
  }

  void split_scores(const Contributions& parts, std::int64_t example, std::span<double> out) const override {
    const std::int64_t n_labels = parts.n_labels(), n_components = parts.n_components();
    for (std::int64_t c = 0; c < n_components; ++c) {
      std::copy_n(component_logits(parts, example, c), n_labels, out.begin() + c * n_labels);
    }
    outside_components(parts, example, out.last(static_cast<std::size_t>(n_labels)));
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] *= held_cap(parts.logits(example, static_cast<std::int64_t>(i) % n_labels), parts.logit_cap);
  }

  Json save() const override { return Json::object(); }
  void load(const Json&, const ReaderShape&) override {}

 protected:
  FitReport learn(const FitInput&) override { return {}; }
};

}  // namespace

void register_full(std::vector<ReaderKind>& kinds) {
  kinds.push_back({.name = "full",
                   .title = "Full model",
                   .summary = "the whole model's own answer; nothing is learnt",
                   .make = [] { return std::unique_ptr<Reader>(new Full); },
                   .learns_from = LearnsFrom::nothing,
                   .splits = true});
}

}  // namespace partwise::internal

// The model as it is: its own logits of the label words.
#include <algorithm>

#include "readers/reader.h"
#include "readers/training.h"

namespace partwise {

namespace {

class Full : public Reader {
 public:
  std::string_view kind() const override { return "full"; }

  FitReport fit(const Contributions& parts, std::span<const std::int32_t> labels,
                std::span<const std::int64_t> rows) override {
    const auto pool = pool_labels(parts, labels, rows);
    std::vector<double> f;  // [n_rows, n_labels]
    for (std::int64_t row : rows) f.insert(f.end(), &parts.logits(row, 0), &parts.logits(row, 0) + parts.n_labels());
    return {std::ssize(rows), 0, training_accuracy(f, pool)};
  }

  void scores(const Contributions& parts, std::int64_t example, std::span<double> out) const override {
    std::copy_n(&parts.logits(example, 0), out.size(), out.begin());
  }

  bool component_scores(const Contributions& parts, std::int64_t example, std::span<double> out) const override {
    const std::int64_t n_labels = parts.n_labels();
    for (std::int64_t c = 0; c < parts.n_components(); ++c) {
      std::copy_n(component_logits(parts, example, c), n_labels, out.begin() + c * n_labels);
    }
    return true;
  }

  Json save() const override { return Json::object(); }
  void load(const Json&, const ReaderShape&) override {}
};

const ReaderRegistration registration({"full", "the whole model's own answer; nothing is learnt",
                                       [] { return std::unique_ptr<Reader>(new Full); }});

}  // namespace

}  // namespace partwise

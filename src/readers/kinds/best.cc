// The single component that does best, read as a classifier of its own. `best` chooses it on the pool. `oracle` chooses
// it on the rows that it is judged on, with their labels: this shows how good the best choice would be. Chang, Thomason
// and Jia, arXiv 2406.13131, show the same bound.
#include <algorithm>

#include "base/error.h"
#include "base/json.h"
#include "readers/component_names.h"
#include "readers/training.h"

namespace partwise::internal {

namespace {

class Best : public Reader {
 public:
  explicit Best(std::string_view kind) : kind_(kind) {}

  std::string_view kind() const override { return kind_; }

  void scores(const Contributions& parts, std::int64_t example, std::span<double> out) const override {
    check_internal(reader_shape(parts) == shape_, "a reader is used on the sizes it was fitted on");
    std::copy_n(component_logits(parts, example, component_), out.size(), out.begin());
  }

  void split_scores(const Contributions& parts, std::int64_t example, std::span<double> out) const override {
    std::fill(out.begin(), out.end(), 0.0);
    scores(parts, example, out.subspan(component_ * shape_.n_labels, shape_.n_labels));  // nothing from outside
  }

  Json save() const override {
    return {{"component", component_name(component_at(component_, shape_.n_layers, shape_.n_heads))}};
  }

  void load(const Json& state, const ReaderShape& shape) override {
    component_ = component_named(state.value("component", Json()), "component", shape);
    shape_ = shape;
  }

 protected:
  FitReport learn(const FitInput& input) override {
    shape_ = reader_shape(input.parts);
    component_ = components_by_accuracy(input.parts, input.pool).front();
    return {};
  }

 private:
  std::string_view kind_;
  ReaderShape shape_;
  std::int64_t component_ = 0;
};

}  // namespace

void register_best(std::vector<ReaderKind>& kinds) {
  kinds.push_back({.name = "best",
                   .title = "Best part",
                   .summary = "the one component that does best on the labelled rows",
                   .make = [] { return std::unique_ptr<Reader>(new Best("best")); },
                   .splits = true,
                   .picks_one_part = true});
  kinds.push_back({.name = "oracle",
                   .title = "Oracle (best part, test labels)",
                   .summary = "the one component that does best on the test rows, chosen with their labels",
                   .make = [] { return std::unique_ptr<Reader>(new Best("oracle")); },
                   .learns_from = LearnsFrom::test_labels,
                   .splits = true,
                   .picks_one_part = true});
}

}  // namespace partwise::internal

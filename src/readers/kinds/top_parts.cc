// A vote of the 20 components that are most accurate on the pool (ties: the lower cross-entropy first). Each has one
// vote, for the label whose logit it raises most. This is a baseline of ours; `best` takes only the first of them.
#include <algorithm>

#include "base/error.h"
#include "base/json.h"
#include "readers/component_names.h"
#include "readers/training.h"

namespace partwise::internal {

namespace {

constexpr std::size_t kVoters = 20;

class TopParts : public Reader {
 public:
  std::string_view kind() const override { return "top-parts"; }

  void scores(const Contributions& parts, std::int64_t example, std::span<double> out) const override {
    check_internal(reader_shape(parts) == shape_, "a reader is used on the sizes it was fitted on");
    std::fill(out.begin(), out.end(), 0.0);
    for (std::int64_t c : components_) {
      const float* g = component_logits(parts, example, c);
      ++out[std::max_element(g, g + out.size()) - g];
    }
    scores_of_votes(out);
  }

  Json save() const override {
    Json names = Json::array();
    for (std::int64_t c : components_)
      names.push_back(component_name(component_at(c, shape_.n_layers, shape_.n_heads)));
    return {{"components", names}};
  }

  void load(const Json& state, const ReaderShape& shape) override {
    shape_ = shape;
    components_.clear();
    const Json names = state.value("components", Json());
    if (!names.is_array() || names.empty())
      throw Error(ErrorCode::bad_data, "'components' is not a list of names of components");
    for (const Json& name : names) components_.push_back(component_named(name, "components", shape));
  }

 protected:
  FitReport learn(const FitInput& input) override {
    shape_ = reader_shape(input.parts);
    components_ = components_by_accuracy(input.parts, input.pool);
    components_.resize(std::min(components_.size(), kVoters));
    return {};
  }

 private:
  ReaderShape shape_;
  std::vector<std::int64_t> components_;  // the best first
};

}  // namespace

void register_top_parts(std::vector<ReaderKind>& kinds) {
  kinds.push_back({.name = "top-parts",
                   .title = "Top parts voting",
                   .summary = "a vote of the 20 components that do best on the labelled rows",
                   .make = [] { return std::unique_ptr<Reader>(new TopParts); }});
}

}  // namespace partwise::internal

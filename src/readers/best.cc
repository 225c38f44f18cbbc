// The single component that does best on the pool, read as a classifier of its own.
#include <algorithm>
#include <charconv>
#include <string_view>

#include "base/error.h"
#include "readers/reader.h"
#include "readers/training.h"

namespace partwise {

namespace {

// Index of the component that a file names, or -1. The name is taken apart: a small file may speak of so many
// components that a search would take hours.
std::int64_t component_index(std::string_view name, const ReaderShape& shape) {
  const char* const end = name.data() + name.size();
  Component component{-1};
  const char* at = std::from_chars(name.data() + name.starts_with('L'), end, component.layer).ptr;
  if (at != end && *at == 'H') std::from_chars(at + 1, end, component.head);
  const bool is_there = component.layer >= 0 && component.layer < shape.n_layers && component.head < shape.n_heads;
  if (!is_there || component_name(component) != name) return -1;
  return component.is_mlp() ? shape.n_layers * shape.n_heads + component.layer
                            : component.layer * shape.n_heads + component.head;
}

// Of the most accurate components on the pool, the one with the lowest cross-entropy there, and of
// those the first. Two dozen labels leave many ties in accuracy, and the surer component does
// better on new rows than the earlier one does.
class Best : public Reader {
 public:
  std::string_view kind() const override { return "best"; }

  void scores(const Contributions& parts, std::int64_t example, std::span<double> out) const override {
    check_internal(reader_shape(parts) == shape_, "a reader is used on the sizes it was fitted on");
    std::copy_n(component_logits(parts, example, component_), out.size(), out.begin());
  }

  bool split_scores(const Contributions& parts, std::int64_t example, std::span<double> out) const override {
    std::fill(out.begin(), out.end(), 0.0);
    scores(parts, example, out.subspan(component_ * shape_.n_labels, shape_.n_labels));  // nothing from outside
    return true;
  }

  Json save() const override {
    return {{"component", component_name(component_at(component_, shape_.n_layers, shape_.n_heads))}};
  }

  void load(const Json& state, const ReaderShape& shape) override {
    const Json name = state.value("component", Json());
    component_ = name.is_string() ? component_index(name.get_ref<const std::string&>(), shape) : -1;
    shape_ = shape;
    if (component_ >= 0) return;
    throw Error(ErrorCode::bad_data, "'component' does not name a component of the model: " + name.dump());
  }

 protected:
  FitReport learn(const FitInput& input) override {
    shape_ = reader_shape(input.parts);
    const LabelledRows& pool = input.pool;
    std::vector<double> g(pool.size() * static_cast<std::size_t>(shape_.n_labels)), unused(g.size());
    double best_accuracy = -1, best_loss = 0;
    for (std::int64_t c = 0; c < shape_.n_components(); ++c) {
      for (std::size_t i = 0; i < pool.size(); ++i) {
        std::copy_n(component_logits(input.parts, pool.rows[i], c), shape_.n_labels, g.begin() + i * shape_.n_labels);
      }
      const double accuracy = training_accuracy(g, pool.labels), loss = cross_entropy(g, pool.labels, unused);
      if (accuracy < best_accuracy || (accuracy == best_accuracy && loss >= best_loss)) continue;
      best_accuracy = accuracy, best_loss = loss, component_ = c;
    }
    return {};
  }

 private:
  ReaderShape shape_;
  std::int64_t component_ = 0;
};

const ReaderRegistration registration({"best", "the one component that does best on the labelled rows",
                                       [] { return std::unique_ptr<Reader>(new Best); }});

}  // namespace

}  // namespace partwise

#include "session/head_weights.h"

#include <utility>

#include "session/text_rows.h"

namespace partwise::internal {

namespace {

/// An example in which no part adds anything.
Contributions silence(const ReaderShape& shape, const ModelConfig& c) {
  Contributions parts;
  parts.heads = Array<float>({1, shape.n_layers, shape.n_heads, shape.n_labels});
  parts.mlps = Array<float>({1, shape.n_layers, shape.n_labels});
  parts.embed = parts.bias = parts.logits = Array<float>({1, shape.n_labels});
  parts.hidden = Array<float>({1, c.d_model});
  parts.z = Array<float>({1, shape.n_layers, shape.n_heads, c.d_head});
  return parts;
}

class Asker {
 public:
  Asker(const ReaderFile& reader, const ModelConfig& config)
      : reader_(*reader.reader), shape_(reader.shape()), config_(config), parts_(silence(shape_, config)) {
    for (std::int64_t k = 1; k < n_sets_read(reader); ++k) parts_.other_sets.push_back(silence(shape_, config));
    silent_ = ask();
  }

  std::vector<double> constant() const {
    std::vector<double> sum(static_cast<std::size_t>(shape_.n_labels));
    for (std::size_t k = 0; k < silent_.size(); ++k) sum[k % sum.size()] += silent_[k];
    return sum;
  }

  HeadWeights weights(std::size_t set, bool reads_z) {
    Contributions& own = set == 0 ? parts_ : parts_.other_sets[set - 1];
    HeadWeights found{logits(own), {}};
    if (reads_z) found.outputs = outputs(own);
    return found;
  }

 private:
  std::int64_t n_heads() const { return shape_.n_layers * shape_.n_heads; }

  /// What the heads add to the scores.  [n_layers * n_heads, n_labels]
  std::vector<double> ask() const {
    std::vector<double> split(static_cast<std::size_t>((shape_.n_components() + 1) * shape_.n_labels));
    reader_.split_scores(parts_, 0, split);
    split.resize(static_cast<std::size_t>(n_heads() * shape_.n_labels));
    return split;
  }

  /// The same if element `i` of every head's block of `array` is 1, less what they add in silence.
  std::vector<double> ask(Array<float>& array, std::int64_t i) const {
    const std::int64_t size = array.size() / n_heads();
    for (std::int64_t h = 0; h < n_heads(); ++h) array.data()[h * size + i] = 1;
    std::vector<double> found = ask();
    for (std::int64_t h = 0; h < n_heads(); ++h) array.data()[h * size + i] = 0;
    for (std::size_t k = 0; k < found.size(); ++k) found[k] -= silent_[k];
    return found;
  }

  Array<double> logits(Contributions& own) const {
    const std::int64_t n = shape_.n_labels;
    Array<double> weights({shape_.n_layers, shape_.n_heads, n, n});
    for (std::int64_t z = 0; z < n; ++z) {
      const std::vector<double> found = ask(own.heads, z);
      for (std::int64_t k = 0; k < std::ssize(found); ++k) weights.data()[k * n + z] = found[k];
    }
    return weights;
  }

  Array<float> outputs(Contributions& own) const {
    Array<float> weights({shape_.n_layers, shape_.n_labels, shape_.n_heads, config_.d_head});
    for (std::int64_t j = 0; j < config_.d_head; ++j) {
      const std::vector<double> found = ask(own.z, j);
      for (std::int64_t k = 0; k < std::ssize(found); ++k) {
        const std::int64_t head = k / shape_.n_labels, layer = head / shape_.n_heads;
        weights(layer, k % shape_.n_labels, head % shape_.n_heads, j) = static_cast<float>(found[k]);
      }
    }
    return weights;
  }

  const Reader& reader_;
  ReaderShape shape_;
  const ModelConfig& config_;
  Contributions parts_;
  std::vector<double> silent_;
};

}  // namespace

HeadsOfReader heads_of_reader(const ReaderFile& reader, const ModelConfig& config) {
  Asker asker(reader, config);
  HeadsOfReader found{{}, asker.constant()};
  const bool reads_z = reader_kind(reader.reader->kind()).reads_z;
  for (std::int64_t k = 0; k < n_sets_read(reader); ++k)
    found.sets.push_back(asker.weights(static_cast<std::size_t>(k), reads_z));
  return found;
}

}  // namespace partwise::internal

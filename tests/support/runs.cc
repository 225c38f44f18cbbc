#include "support/runs.h"

#include <algorithm>

#include "base/random.h"
#include "decompose/label_tree.h"

namespace partwise::internal::test {

namespace {

Array<float> eighths(const Shape& shape, Random& random) {
  Array<float> array(shape);
  for (float& value : array.flat()) value = (static_cast<float>(random.below(17)) - 8) / 8;
  return array;
}

}  // namespace

Run make_run(std::int64_t n_examples, std::int64_t n_layers, std::int64_t n_heads, std::int64_t n_labels,
             std::uint64_t seed) {
  Random random(seed);
  Run run;
  Contributions& parts = run.parts;
  parts.heads = eighths({n_examples, n_layers, n_heads, n_labels}, random);
  parts.mlps = eighths({n_examples, n_layers, n_labels}, random);
  parts.embed = eighths({n_examples, n_labels}, random);
  parts.bias = eighths({n_examples, n_labels}, random);
  parts.logits = Array<float>({n_examples, n_labels});
  parts.certificate = Array<float>({n_examples});
  for (std::int64_t i = 0; i < n_examples; ++i) {
    const std::int64_t label = i % n_labels;
    run.labels.push_back(static_cast<std::int32_t>(label));
    parts.heads(i, n_layers - 1, 0, label) += 1;
    parts.mlps(i, 0, 0) = 2;
    parts.certificate(i) = static_cast<float>(i) * 0x1p-24f;
    for (std::int64_t y = 0; y < n_labels; ++y) {
      parts.logits(i, y) = parts.embed(i, y) + parts.bias(i, y);
      for (std::int64_t c = 0; c < parts.n_components(); ++c) parts.logits(i, y) += component_logits(parts, i, c)[y];
    }
  }
  run.info.entries = {{"model", "a model made of numbers"}, {"fingerprint", "f00d"}};
  return run;
}

Run make_tree_run(std::int64_t n, std::int64_t n_layers, std::int64_t n_heads) {
  const std::vector<std::vector<std::int32_t>> labels = {{1, 3}, {1, 4}, {2, 5}, {2, 6}};
  const std::vector<LabelTree> trees(static_cast<std::size_t>(n), LabelTree(labels));
  const Run root = make_run(2 * n, n_layers, n_heads, 2, 1), left = make_run(n, n_layers, n_heads, 2, 2),
            right = make_run(n, n_layers, n_heads, 2, 3);
  PointParts nodes;
  nodes.n_layers = n_layers;
  nodes.n_heads = n_heads;
  for (std::int64_t point = 0; point <= 3 * n; ++point) nodes.first_label.push_back(2 * point);
  // The root of row i leans to its label's first token, the other nodes to the second.
  const auto joined = [&](auto member) {
    std::vector<float> values;
    const auto add = [&](const Run& run, std::int64_t row) {
      const Array<float>& array = run.parts.*member;
      const std::int64_t size = array.size() / array.dim(0);
      values.insert(values.end(), array.data() + row * size, array.data() + (row + 1) * size);
    };
    for (std::int64_t i = 0; i < n; ++i) add(root, 2 * i + i / 2 % 2), add(left, i), add(right, i);
    Array<float> flat({std::ssize(values)});
    std::ranges::copy(values, flat.data());
    return flat;
  };
  for (auto member : {&Contributions::heads, &Contributions::mlps, &Contributions::embed, &Contributions::bias,
                      &Contributions::logits, &Contributions::certificate})
    nodes.flat.*member = joined(member);
  Run run;
  run.parts = sum_along_trees(nodes, trees);
  run.parts.log_probs = log_probabilities(run.parts.logits);
  for (std::int64_t i = 0; i < n; ++i) run.labels.push_back(static_cast<std::int32_t>(i % 4));
  run.info = root.info;
  run.info.set(facts::kLabelTokens, "several");
  return run;
}

}  // namespace partwise::internal::test

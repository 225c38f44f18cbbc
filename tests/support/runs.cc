#include "support/runs.h"

#include "base/random.h"

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

}  // namespace partwise::internal::test

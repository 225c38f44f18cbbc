// Runs and functions that the tests of fitted readers share.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "decompose/contributions.h"
#include "decompose/run_file.h"
#include "readers/reader.h"
#include "support/paths.h"

namespace partwise::internal::test {

/// g[i, c, y] = ((7 i + 5 c + 3 y + i c y) mod 11 - 5) / 8 * scale, exact in float. Logits are the sums over c, labels
/// are i modulo n_labels. Expected values come from an independent NumPy program of the formulas on the same numbers.
inline Run formula_run(std::int64_t n, std::int64_t n_layers, std::int64_t n_heads, std::int64_t n_labels,
                       float scale) {
  Run run;
  run.parts.heads = Array<float>({n, n_layers, n_heads, n_labels});
  run.parts.mlps = Array<float>({n, n_layers, n_labels});
  run.parts.logits = Array<float>({n, n_labels});
  for (std::int64_t i = 0; i < n; ++i) {
    run.labels.push_back(static_cast<std::int32_t>(i % n_labels));
    for (std::int64_t c = 0; c < run.parts.n_components(); ++c) {
      for (std::int64_t y = 0; y < n_labels; ++y) {
        const float g = static_cast<float>((7 * i + 5 * c + 3 * y + i * c * y) % 11 - 5) / 8 * scale;
        const_cast<float*>(component_logits(run.parts, i, c))[y] = g;
        run.parts.logits(i, y) += g;
      }
    }
  }
  return run;
}

/// Gives a run what readers may read besides contributions: final hidden states of width 6 and head outputs of width 5,
/// in eighths, and up to four words for each row. Some of them lean to the label.
inline void add_hidden_states(Run& run) {
  const std::int64_t n = run.parts.n_examples(), n_layers = run.parts.n_layers(), n_heads = run.parts.n_heads();
  const auto fill = [](Array<float>& array, std::int64_t factor) {
    for (std::int64_t k = 0; k < array.size(); ++k)
      array.data()[k] = static_cast<float>((factor * k + k * k / 7) % 13 - 6) / 8;
  };
  run.parts.hidden = Array<float>({n, 6});
  run.parts.z = Array<float>({n, n_layers, n_heads, 5});
  fill(run.parts.hidden, 5);
  fill(run.parts.z, 3);
  run.parts.words = Array<std::int32_t>({n, 4}, -1);
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t k = 0; k <= i % 3; ++k) run.parts.words(i, k) = static_cast<std::int32_t>((5 * i + k * k) % 11);
    if (run.labels[i] < 0) continue;
    run.parts.words(i, i % 3 + 1) = 100 + run.labels[i];
    run.parts.hidden(i, run.labels[i]) += 1;
    run.parts.z(i, n_layers - 1, 0, run.labels[i]) += 2;
    run.parts.z(i, 0, n_heads - 1, run.labels[i]) += 1;
  }
}

/// Splits the run: the first `n_pool` rows are the pool, the last three have random words, the three before them are
/// content-free, and the rest are test rows.
inline void add_split(Run& run, std::int64_t n_pool) {
  const std::int64_t n = run.parts.n_examples();
  for (std::int64_t i = 0; i < n; ++i) {
    const Split split = i < n_pool  ? Split::pool
                        : i < n - 6 ? Split::test
                        : i < n - 3 ? Split::content_free
                                    : Split::random_words;
    run.split.push_back(split);
    if (i >= n - 6) run.labels[i] = -1;
  }
}

/// A task of the shared fixtures, with the results of an independent implementation.
struct SharedTask {
  std::string name;
  std::filesystem::path folder;
  Run pool, test;
  Json expected;
};
/// Empty if the fixtures are not here.
inline std::vector<SharedTask> shared_tasks() {
  std::vector<SharedTask> tasks;
  if (!shared_dir()) return tasks;
  const auto folder = *shared_dir() / "fixtures/runs";
  const Json expected = read_json_file(folder / "expected.json");
  for (const std::string name : {"sst2", "agnews"})
    tasks.push_back({name, folder, read_run(folder / (name + ".train.safetensors")),
                     read_run(folder / (name + ".test.safetensors")), expected.at(name)});
  return tasks;
}

/// The accuracy of the reader on all rows of the run.
inline double accuracy(const Reader& reader, const Run& run) {
  int hits = 0;
  for (std::int64_t i = 0; i < run.parts.n_examples(); ++i) {
    std::vector<double> f(static_cast<std::size_t>(run.parts.n_labels()));
    reader.scores(run.parts, i, f);
    hits += argmax(f) == run.labels[i];
  }
  return hits / static_cast<double>(run.parts.n_examples());
}

/// Two layers with one head. All contributions are zero, so only the penalty has a gradient.
inline Run silent_run(std::int64_t n, std::int64_t n_labels) { return formula_run(n, 2, 1, n_labels, 0); }

}  // namespace partwise::internal::test

// A report on a small run.
#pragma once

#include "readers/reader.h"
#include "session/report_input.h"
#include "support/runs.h"

namespace partwise::internal::test {

inline ReportInput report_input(std::int64_t n_layers = 3, std::int64_t n_heads = 2, std::int64_t n_labels = 3) {
  const Run run = make_run(30, n_layers, n_heads, n_labels);
  ReportInput input;
  input.analysis = analyze(run, pool_rows(run));
  for (std::int64_t y = 0; y < n_labels; ++y) input.label_words.push_back("word" + std::to_string(y));
  input.info.entries = {{"model", "tiny"}, {"task", "numbers"}, {"labelled", "12"}, {"version", "1.2.3"}};
  for (const char* name : {"full", "comprw"}) {
    auto reader = make_reader(name);
    reader->fit(run.parts, run.labels, fit_rows(run));
    input.evaluations.emplace_back(name, evaluate(*reader, run, pool_rows(run)));
  }
  for (const char* name : {"full", "comprw"}) input.curves.push_back(learning_curve(name, run, {12, 30}));
  input.stats = DecomposeStats{.n_prompt_tokens = 45000, .n_computed_tokens = 12000, .seconds = 8.0};
  return input;
}

}  // namespace partwise::internal::test

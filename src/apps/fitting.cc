#include "apps/fitting.h"

#include <algorithm>
#include <iterator>

namespace partwise {

std::vector<std::int64_t> labelled_rows(const Run& run, const std::vector<std::int64_t>& rows) {
  std::vector<std::int64_t> known;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(known), [&](std::int64_t i) { return run.labels[i] >= 0; });
  return known;
}

ReaderFile fit_reader(const std::string& kind, const Run& run) {
  ReaderFile file;
  file.reader = make_reader(kind);
  file.n_layers = run.parts.n_layers();
  file.n_heads = run.parts.n_heads();
  file.label_words = run.label_words();
  file.metadata = run.metadata;
  file.report = file.reader->fit(run.parts, run.labels, labelled_rows(run, pool_rows(run)));
  return file;
}

std::string reader_names() {
  std::string names;
  for (const ReaderKind& kind : reader_kinds()) names += (names.empty() ? "" : ", ") + std::string(kind.name);
  return names;
}

}  // namespace partwise

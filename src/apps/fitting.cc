#include "apps/fitting.h"

namespace partwise {

ReaderFile fit_reader(const std::string& kind, const Run& run) {
  ReaderFile file;
  file.reader = make_reader(kind);
  file.n_layers = run.parts.n_layers();
  file.n_heads = run.parts.n_heads();
  file.label_words = run.label_words();
  file.metadata = run.metadata;
  file.report = file.reader->fit(run.parts, run.labels, fit_rows(run));
  return file;
}

std::string reader_names() {
  std::string names;
  for (const ReaderKind& kind : reader_kinds()) names += (names.empty() ? "" : ", ") + std::string(kind.name);
  return names;
}

}  // namespace partwise

// Readers judged on the test rows of a run, alone and side by side.
#pragma once

#include <string>
#include <vector>

#include "analysis/evaluation.h"
#include "base/listener.h"
#include "readers/reader.h"

namespace partwise {

struct Judged {
  std::string file;  // that the reader was read from, "" where it was fitted just now
  ReaderFile fitted;
  Evaluation evaluation;

  std::string_view kind() const { return fitted.reader->kind(); }
};

/// Whether a word names a kind of reader; others are files.
bool is_reader_kind(std::string_view word);

/// `kind_or_file` is the name of a kind, which is fitted on those rows, or a reader file. Errors: usage for what looks
/// like a misspelt kind; those of fits, of reader files, and of runs that the file was not fitted for.
Judged judge(const std::string& kind_or_file, const Run& run, const FitRows& rows, const Listener& listener);

/// Every kind that can be fitted on the rows, the full model first. Kinds that cannot are named in a note.
std::vector<Judged> judge_every_kind(const Run& run, const FitRows& rows, const Listener& listener);

}  // namespace partwise

// Readers judged on the test rows of a run, alone and side by side.
#pragma once

#include <string>
#include <vector>

#include "analysis/evaluation.h"
#include "cli/console.h"
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
Judged judge(const std::string& kind_or_file, const Run& run, const FitRows& rows, const Console& console);

/// Every kind that can be fitted on the rows, the full model first; those that cannot are named in a message.
std::vector<Judged> judge_every_kind(const Run& run, const FitRows& rows, const Console& console);

/// A measure a line, and the confusion matrix.
std::string judgement_text(const Judged& judged);
/// A line for each reader, with the difference from the first one.
std::string comparison_text(const std::vector<Judged>& all, bool colour);

OrderedJson judgement_json(const Judged& judged);
/// A list of the same with what is said of fits and pairs; of the first reader, which has no pair, null.
OrderedJson comparison_json(const std::vector<Judged>& all);

}  // namespace partwise

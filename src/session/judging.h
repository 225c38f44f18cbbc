// Readers judged on the test rows of a run, alone and side by side.
#pragma once

#include <string>
#include <vector>

#include "analysis/evaluation.h"
#include "base/listener.h"
#include "readers/reader.h"

namespace partwise::internal {

struct Judged {
  std::string file;  // the file that the reader was read from; "" if it was fitted just now
  ReaderFile fitted;
  Evaluation evaluation;

  std::string_view kind() const { return fitted.reader->kind(); }
};

/// Whether `word` names a kind of reader. Other words are files.
bool is_reader_kind(std::string_view word);

/// Judges a reader on the test rows. `kind_or_file` is the name of a kind, which is fitted on `rows`, or a reader file,
/// whose own calibration is left out if `calibration` is off. A note says if the file was fitted on other prompts.
/// Errors: usage if it looks like a misspelt kind; bad_data if the file was fitted on another model or other label
/// words; those of fits and of reader files.
Judged judge(const std::string& kind_or_file, const Run& run, const FitRows& rows, const Listener& listener,
             Calibration calibration = Calibration::on);

/// Judges every kind that can be fitted on the rows, the full model first. Notes name the kinds that cannot,
/// and the settings that would bring them in.
std::vector<Judged> judge_every_kind(const Run& run, const FitRows& rows, const Listener& listener,
                                     Calibration calibration = Calibration::on);

}  // namespace partwise::internal

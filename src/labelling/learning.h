// From the labelled rows of a table to a reader, and to how good it is.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "analysis/cross_validation.h"
#include "base/listener.h"
#include "labelling/teaching.h"
#include "prompts/chat.h"
#include "prompts/prompts.h"
#include "prompts/too_long.h"
#include "readers/reader.h"
#include "session/session.h"

namespace partwise::internal {

struct LearningOptions {
  std::string reader;      // a kind; "": one is chosen (reader_choice.h)
  std::int64_t draws = 2;  // blocks of demonstrations, each in a prompt set of its own
  std::int64_t labelled = kAllLabelled;
  std::int64_t shots = -1;  // as in PromptOptions, like seed and template_index
  std::uint64_t seed = 0;
  std::int64_t template_index = 0;
  TooLong too_long =
      TooLong::refuse;  // cut: also rows that teach are cut; refuse: those that are too long do not teach
  ChatChoice chat;
};

/// Prompt sets of the rows that teach: without demonstrations, and after each block. With fewer blocks than
/// `options.draws` if rows do not suffice, which a note says. The prompts have ids. Errors: those of build_prompts and
/// tokenize.
PromptSet teaching_prompts(const Table& table, const Teaching& teaching, const LearningOptions& options,
                           const LoadedModel& loaded, const Listener& listener);

struct Learnt {
  ReaderFile reader;
  CrossValidation cross;
  std::map<std::size_t, HeldOut> held_out;  // by row of the table: what the choice says of a row that it has not seen
  std::vector<std::size_t> used;            // rows of the table that were learnt from, ascending
  std::vector<std::size_t> labelled;        // rows of the table that have a label that teaches, ascending

  /// The rows of a table that were not learnt from.
  std::vector<std::size_t> rows_to_answer(std::size_t n_rows) const;
};

/// Takes the prompts apart, judges the readers on labelled rows that were held out, chooses one, and fits it on all.
/// Errors: those of decompose_prompts and fit_kind.
Learnt learn(const Session& session, const Table& table, const PromptSet& prompts, const LearningOptions& options,
             const Listener& listener);

}  // namespace partwise::internal

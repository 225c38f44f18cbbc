// A study: models, tasks, templates and seeds, and the runs that follow from them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "prompts/chat.h"
#include "prompts/task.h"
#include "prompts/too_long.h"

namespace partwise::internal {

/// What a study file says (docs/studies.md). Paths are kept as in the file: relative to where the program was started.
struct Study {
  std::vector<std::string> models;         // what find_model takes
  std::vector<std::string> allow_unknown;  // names of the models' unknown keys and tensors to let pass
  std::vector<std::string> tasks;          // what load_task takes; a task's data are in data_root / its name
  std::filesystem::path data_root;         // empty if not given
  std::vector<std::int64_t> templates;     // indices
  std::vector<std::uint64_t> seeds;
  std::int64_t shots = -1;             // demonstrations of the runs whose parts are read; -1: automatic
  std::vector<std::int64_t> labelled;  // K: labelled rows, including the demonstrations; ascending
  std::int64_t limit = 2000;           // test rows at most
  std::vector<std::string> readers;    // names of kinds
  std::int64_t sets = 1;               // prompt sets of the runs whose parts are read (PromptOptions::sets)
  EncodeOptions::Bos bos = EncodeOptions::Bos::automatic;  // whether prompts get BOS
  bool drop_repeated = false;                              // as PromptOptions::drop_repeated
  bool parse_special_in_rows = false;  // whether text in rows and label words may become special tokens
  ChatChoice chat;                     // whether prompts go through the models' chat templates
  /// What to do with rows that do not fit into a model's context. If they are refused, only the run is left out: a
  /// study has many runs, and a row that is too long with the most demonstrations should not stop the others.
  TooLong too_long = TooLong::skip;
};

/// Keys: models and tasks (lists, needed), data_root, templates and seeds (a number n for the first n, or a list;
/// 3 and 5 if not given), shots, labelled (a number or a list; 12 and 24), limit, readers (a list, or all), sets (1
/// to 3; 1), allow_unknown (a list), bos (auto, yes or no),
/// special_in_rows (text or parse), chat and drop_repeated (true or false), chat_demonstrations (turns or text),
/// chat_template (a file), too_long (skip, cut or refuse). Errors: bad_data naming line and key; usage for a reader
/// that does not exist.
Study parse_study(std::string_view yaml, std::string_view source);
/// Errors: those of parse_study; missing_input.
Study read_study(const std::filesystem::path& path);

/// Prompts of one task and template that share their demonstrations, and become one run file.
struct StudyRun {
  std::string task, template_name;
  std::int64_t template_index = 0;
  std::uint64_t seed = 0;
  std::int64_t shots = 0;
  std::int64_t labelled = 0;  // the largest K that its pool serves
  bool is_main = false;       // its parts are read and readers are fitted on its pool; else only the whole is judged

  /// "sst2/review-seed0-shots4": the path of its files below runs/MODEL, without extension. A run without
  /// demonstrations that is not a main run has no pool and depends on no seed: "sst2/review-shots0".
  std::string stem() const;
};

/// A task's, template's or model's name as a file name: without separators, and not hidden.
std::string file_name(std::string name);

/// The runs of one template: one without demonstrations, and for every seed the main run and one run with K
/// demonstrations for each K. A run that would equal the main run is left out.
/// Errors: usage if the task has no such template, or if a K is less than the number of demonstrations.
std::vector<StudyRun> runs_of(const Study& study, const Task& task, std::int64_t template_index);

}  // namespace partwise::internal

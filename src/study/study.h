// A study: models, tasks, templates and seeds, and the runs that they come to.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "prompts/task.h"
#include "prompts/too_long.h"

namespace partwise {

/// What a study file says (docs/studies.md). Paths are as in the file, relative to where the program was started.
struct Study {
  std::vector<std::string> models;         // what find_model takes
  std::vector<std::string> allow_unknown;  // keys and tensors of theirs to let pass by name
  std::vector<std::string> tasks;          // what load_task takes; a task's data lie in data_root / its name
  std::filesystem::path data_root;         // empty where not given
  std::vector<std::int64_t> templates;     // indices
  std::vector<std::uint64_t> seeds;
  std::int64_t shots = -1;             // demonstrations of the runs whose parts are read; -1 automatic
  std::vector<std::int64_t> labelled;  // K: labelled rows, the demonstrations among them; ascending
  std::int64_t limit = 2000;           // test rows at most
  std::vector<std::string> readers;    // names of kinds
  EncodeOptions::Bos bos = EncodeOptions::Bos::automatic;  // whether prompts get BOS
  bool drop_repeated = false;                              // as PromptOptions::drop_repeated
  bool parse_special_in_rows = false;  // whether what rows and label words spell may be special tokens
  /// What becomes of rows that do not fit into a model's context; where they are refused, the run is left out. A study
  /// has many runs, and a row that is too long for the most demonstrations is no reason to have none of them.
  TooLong too_long = TooLong::skip;
};

/// Keys: models and tasks (lists, needed), data_root, templates and seeds (a number n for the first n, or a list;
/// 3 and 5 where not given), shots, labelled (a number or a list; 12 and 24), limit, readers (a list, or all),
/// allow_unknown (a list), bos (auto, yes or no), special_in_rows (text or parse), drop_repeated (true or false),
/// too_long (skip, cut or refuse). Errors: bad_data naming line and key; usage for a reader that does not exist.
Study parse_study(std::string_view yaml, std::string_view source);
/// Errors: those of parse_study; missing_input.
Study read_study(const std::filesystem::path& path);

/// Prompts of one task and template that share their demonstrations, and become one run file.
struct StudyRun {
  std::string task, template_name;
  std::int64_t template_index = 0;
  std::uint64_t seed = 0;
  std::int64_t shots = 0;
  std::int64_t labelled = 0;  // K: the largest that its pool serves
  bool is_main = false;       // its parts are read, and readers fitted on its pool; else it is judged as a whole only

  /// "sst2/review-seed0-shots4": where its files are, below runs/MODEL. Without demonstrations the seed makes no
  /// difference but to the pool: "sst2/review-shots0".
  std::string stem() const;
};

/// A task's, template's or model's name as that of a file: no separators, nothing hidden.
std::string file_name(std::string name);

/// Those of one template: for every seed the main run, and one with each K demonstrations; and one without any.
/// Errors: usage where the task has no such template, or fewer labelled rows than demonstrations are asked for.
std::vector<StudyRun> runs_of(const Study& study, const Task& task, std::int64_t template_index);

}  // namespace partwise

#include "labelling/learning.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "analysis/fit_and_judge.h"
#include "analysis/reader_choice.h"
#include "base/error.h"
#include "decompose/contributions.h"
#include "labelling/made_task.h"
#include "session/decompose_job.h"
#include "session/fitting.h"

namespace partwise::internal {

namespace {

/// Each fold is held out once. With fewer folds, fits would have fewer rows than that on all, and look worse.
constexpr std::int64_t kFolds = 10;

/// Readers that a sceptic asks for, beside those that are chosen from.
const std::vector<std::string> kOthers = {std::string(kMostFrequentLabel), "bag-of-words", "full", "comprw"};

/// The rows that teach, with white space taken from around their labels.
std::vector<DataRow> taught_rows(const Table& table, const Teaching& teaching) {
  std::vector<DataRow> rows;
  for (std::size_t i : teaching.taught) {
    DataRow& row = rows.emplace_back(table.rows[i]);
    const auto label = row.fields.find(teaching.task.doc_to_target);
    if (label != row.fields.end()) label->second = label_in(row, label->first);
  }
  return rows;
}

PromptOptions prompt_options(const LearningOptions& options, const LoadedModel& loaded, std::int64_t draws) {
  PromptOptions prompts;
  prompts.template_index = options.template_index;
  prompts.shots = draws > 0 ? options.shots : 0;  // a draw is where demonstrations are
  prompts.labelled = options.labelled;
  prompts.seed = options.seed;
  prompts.sets = draws + 1;
  prompts.chat = options.chat.with_model(loaded.place().path, loaded.tokenizer());
  return prompts;
}

/// Says why there are fewer draws than were asked for.
void say_fewer(const Listener& listener, std::int64_t draws, std::int64_t asked, const std::optional<Error>& why) {
  if (draws == asked) return;
  if (draws > 0)
    listener.say(fmt::format("note: the labelled rows suffice for {} of {} draws of demonstrations", draws, asked));
  else
    listener.say(fmt::format("note: the prompts show no demonstrations: {}", why->what()));
}

Stored what_they_read(const std::vector<std::string>& kinds) {
  Stored stored;
  for (const std::string& name : kinds) {
    const ReaderKind& kind = reader_kind(name);
    stored.hidden = stored.hidden || kind.reads_hidden;
    stored.z = stored.z || kind.reads_z;
  }
  return stored;
}

std::vector<std::string> kinds_to_choose_from(const LearningOptions& options) {
  if (!options.reader.empty()) return {std::string(reader_kind(options.reader).name)};
  return {std::begin(kCandidates), std::end(kCandidates)};
}

/// Those of kCandidates and kOthers that are not among `kinds`.
std::vector<std::string> kinds_to_compare_with(const std::vector<std::string>& kinds) {
  std::vector<std::string> others = kOthers;
  others.insert(others.end(), std::begin(kCandidates), std::end(kCandidates));
  std::erase_if(others, [&](const std::string& kind) { return std::ranges::count(kinds, kind) > 0; });
  return others;
}

/// The table's rows by their places.
std::map<std::string, std::size_t> rows_by_place(const Table& table) {
  std::map<std::string, std::size_t> rows;
  for (std::size_t i = 0; i < table.rows.size(); ++i) rows[table.rows[i].place] = i;
  check_internal(rows.size() == table.rows.size(), "each row of a table has a place of its own");
  return rows;
}

}  // namespace

PromptSet teaching_prompts(const Table& table, const Teaching& teaching, const LearningOptions& options,
                           const LoadedModel& loaded, const Listener& listener) {
  const std::vector<DataRow> rows = taught_rows(table, teaching);
  std::optional<Error> first;  // why the draws that were asked for cannot be had
  for (std::int64_t draws = options.draws;; --draws) {
    if (draws == 0 && first && options.shots > 0) throw *first;
    try {
      PromptSet set = build_prompts(teaching.task, rows, {}, prompt_options(options, loaded, draws));
      loaded.tokenize(set, options.too_long == TooLong::cut ? TooLong::cut : TooLong::skip);
      say_fewer(listener, draws, options.draws, first);
      say_too_long(listener, set);
      return set;
    } catch (const Error& error) {
      const bool is_of_rows = error.code() == ErrorCode::bad_data || error.code() == ErrorCode::usage;
      if (draws == 0 || !is_of_rows) throw;
      if (!first) first = error;
    }
  }
}

std::vector<std::size_t> Learnt::rows_to_answer(std::size_t n_rows) const {
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < n_rows; ++i)
    if (!std::ranges::binary_search(used, i)) rows.push_back(i);
  return rows;
}

Learnt learn(const Session& session, const Table& table, const PromptSet& prompts, const LearningOptions& options,
             const Listener& listener) {
  const std::vector<std::string> kinds = kinds_to_choose_from(options), others = kinds_to_compare_with(kinds);
  std::vector<std::string> all = kinds;
  for (const std::string& other : others)
    if (other != kMostFrequentLabel) all.push_back(other);
  ComputeOptions compute = session.compute();
  compute.stored = what_they_read(all);
  DecomposeStats stats;
  const Run run = decompose_prompts(session, prompts, compute, listener, &stats);
  const FitRows rows = fit_rows(run);
  Learnt learnt;
  learnt.cross =
      cross_validate(run, rows, folds_of(run, rows, kFolds), kinds, others, compute.threads, listener.progress);
  const std::string chosen = chosen_by(learnt.cross, kinds);
  learnt.reader = fit_kind(chosen, run, rows_to_fit(reader_kind(chosen), rows), listener.progress);
  const auto by_place = rows_by_place(table);
  const auto in_table = [&](std::int64_t row) {
    return by_place.at(prompts.prompts[static_cast<std::size_t>(row)].place);
  };
  for (const HeldOut& row : learnt.cross.by_choice) learnt.held_out.emplace(in_table(row.row), row);
  for (const auto* some : {&rows.demonstrations, &rows.pool})
    for (std::int64_t row : *some) learnt.used.push_back(in_table(row));
  std::ranges::sort(learnt.used);
  return learnt;
}

}  // namespace partwise::internal

#include "prompts/prompts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/json.h"
#include "decompose/contributions.h"
#include "prompts/content_free.h"
#include "prompts/conversation.h"
#include "prompts/data_notes.h"
#include "prompts/draw_rows.h"
#include "prompts/prefix.h"
#include "prompts/prompt_sets.h"
#include "prompts/row_traps.h"

namespace partwise::internal {

namespace {

const PromptTemplate& choose_template(const Task& task, std::int64_t index) {
  const auto n = static_cast<std::int64_t>(task.templates.size());
  if (index >= 0 && index < n) return task.templates[static_cast<std::size_t>(index)];
  throw Error(ErrorCode::usage, fmt::format("no template {} in task {}", index, task.name),
              fmt::format("its templates are 0 to {}", n - 1));
}

std::int64_t choose_shots(const Task& task, const PromptOptions& options) {
  const std::int64_t shots = options.shots < 0 ? automatic_shots(task.n_labels()) : options.shots;
  if (shots <= options.labelled) return shots;
  throw Error(ErrorCode::usage, fmt::format("{} demonstrations, but {} labelled rows", shots, options.labelled),
              {fmt::format("demonstrations count among the labelled rows: {} or more are needed", shots),
               {{Setting::labelled, std::to_string(shots)}}});
}

/// The labels of `train`.  [n_train]  Errors: bad_data if there are fewer than `labelled`.
std::vector<std::int32_t> labels_of(const Task& task, const std::vector<DataRow>& train, std::int64_t labelled) {
  std::vector<std::int32_t> labels;
  for (const DataRow& row : train) labels.push_back(label_of(task, row));
  const auto n_rows = static_cast<std::int64_t>(labels.size());
  if (n_rows >= labelled) return labels;
  throw Error(ErrorCode::bad_data,
              fmt::format("{} row{} to draw {} labelled row{} from", n_rows, n_rows == 1 ? "" : "s", labelled,
                          labelled == 1 ? "" : "s"),
              {fmt::format("give more rows that have a label, or draw {} at most", n_rows),
               {{Setting::labelled, std::to_string(n_rows)}}});
}

/// Errors: usage, if the task computes its text.
void check_content_free(const Task& task) {
  if (!task.program) return;
  throw Error(ErrorCode::usage, "this task computes the text of its prompts, so there are none that say nothing",
              {"leave such prompts out; readers that calibrate on them cannot be fitted", {Setting::content_free}});
}

std::vector<Demonstration> demonstrations_of(const PromptRecipe& bare, const Task& task,
                                             const std::vector<DataRow>& train, const std::vector<std::size_t>& rows) {
  std::vector<Demonstration> all;
  for (std::size_t row : rows) all.push_back({apply_recipe(bare, train[row]), label_of(task, train[row])});
  return all;
}

void add_prompt(PromptSet& set, const PromptRecipe& recipe, const Task& task, const DataRow& row, Split split) {
  Prompt prompt = apply_recipe(recipe, row);
  prompt.label = label_of(task, row);
  set.prompts.push_back(std::move(prompt));
  set.split.push_back(split);
}

/// If the input ends in an empty column, the space before the column would meet the space of the label words. Drops it.
void drop_second_space(Prompt& prompt, const PromptRecipe& recipe) {
  if (!recipe.doc_to_text.ends_with("}}") || !prompt.options[0].starts_with(' ')) return;
  const std::size_t end = prompt.text.find_last_not_of(' ') + 1;
  erase_text(prompt, {end, prompt.text.size()});
}

/// Adds the prompts that calibrations learn from.
void add_content_free(PromptSet& set, const PromptRecipe& recipe, const Task& task, const std::vector<DataRow>& train,
                      std::uint64_t seed) {
  const auto empty = content_free_rows(template_columns(recipe.doc_to_text));
  const auto random = random_word_rows(recipe, train, seed);
  for (const DataRow& row : empty) {
    add_prompt(set, recipe, task, row, Split::content_free);
    drop_second_space(set.prompts.back(), recipe);
  }
  for (const DataRow& row : random) add_prompt(set, recipe, task, row, Split::random_words);
  set.info.set(facts::kContentFree, content_free_words(std::ssize(empty), std::ssize(random)));
}

/// How many test prompts have the text of a labelled row.
std::int64_t count_repeats(const PromptSet& set, const PromptRecipe& recipe, const std::vector<DataRow>& train,
                           const std::vector<std::size_t>& demonstrations) {
  std::set<std::string> answered;
  for (std::size_t row : demonstrations) answered.insert(apply_recipe(recipe, train[row]).text);
  std::int64_t n = 0;
  for (std::size_t i = 0; i < set.prompts.size(); ++i) {
    if (set.split[i] == Split::pool) answered.insert(set.prompts[i].text);
    if (set.split[i] == Split::test) n += static_cast<std::int64_t>(answered.count(set.prompts[i].text));
  }
  return n;
}

AskedRow asked_row(const PromptRecipe& bare, const Task& task, const DataRow& row) {
  const Prompt prompt = apply_recipe(bare, row);
  AskedRow asked{&row, prompt.text, "", label_of(task, row)};
  if (bare.program) asked.key = text_key(fmt::format("{}{}", prompt.text, fmt::join(prompt.options, "\n")));
  for (const auto& [column, value] : prompt.row.fields)
    if (!bare.program) asked.key += text_key(value) + "\n";
  return asked;
}

/// Takes the first options.limit test rows. If options say so, rows that are labelled rows are left out before that.
void choose_test_rows(AskedRows& rows, const PromptRecipe& bare, const std::vector<DataRow>& test,
                      const PromptOptions& options) {
  std::set<std::string> answered;
  for (const AskedRow& row : rows.labelled) answered.insert(row.key);
  for (const DataRow& row : test) {
    if (std::ssize(rows.test) == options.limit) return;
    AskedRow asked = asked_row(bare, *rows.task, row);
    const bool is_dropped = options.drop_repeated && answered.contains(asked.key);
    is_dropped ? void(++rows.n_dropped) : rows.test.push_back(std::move(asked));
  }
}

AskedRows choose_rows(const Task& task, const PromptTemplate& wording, const std::vector<DataRow>& train,
                      const std::vector<DataRow>& test, const DrawnRows& drawn, const PromptOptions& options) {
  const PromptRecipe bare = bare_recipe(task, wording, options.parse_special_in_rows);
  AskedRows rows{.task = &task, .wording = &wording, .n_demonstrations = drawn.demonstrations.size()};
  for (const auto* list : {&drawn.demonstrations, &drawn.pool})
    for (std::size_t row : *list) rows.labelled.push_back(asked_row(bare, task, train[row]));
  choose_test_rows(rows, bare, test, options);
  return rows;
}

std::vector<std::string> places(const std::vector<DataRow>& train, const std::vector<std::size_t>& rows) {
  std::vector<std::string> places;
  for (std::size_t row : rows) places.push_back(train[row].place);
  return places;
}

/// A pool is what the labelled rows leave that are no demonstrations.
void note_no_pool(const DrawnRows& rows, const AskedRows& all, std::vector<std::string>& notes) {
  if (!rows.pool.empty() || rows.demonstrations.empty() || all.test.empty()) return;
  notes.push_back("note: all labelled rows are demonstrations: none is left to fit readers on");
}

void note_dropped(const AskedRows& rows, std::vector<std::string>& notes) {
  const std::int64_t n = std::ssize(rows.test) + rows.n_dropped;
  if (rows.n_dropped == 0) return;
  if (rows.test.empty())
    throw Error(ErrorCode::bad_data, fmt::format("all of the {} test rows are labelled rows, too: none is left", n),
                "test rows are others than those that are learnt from");
  notes.push_back(
      fmt::format("note: {} of {} test rows are left out, since they are labelled rows, too", rows.n_dropped, n));
}

/// What was asked for.
RunInfo task_info(const Task& task, const PromptTemplate& wording, const PromptOptions& options, std::int64_t shots) {
  RunInfo info;
  info.set(facts::kTask, task.name);
  info.set(facts::kTemplate, wording.name);
  info.set(facts::kSeed, options.seed);
  info.set(facts::kShots, shots);
  info.set(facts::kLabelled, options.labelled);
  info.set(facts::kLabelWords, task.labels);
  if (!task.ood_of.empty()) info.set(facts::kOodOf, task.ood_of);
  if (!wording.minimal_pair_of.empty()) info.set(facts::kMinimalPairOf, wording.minimal_pair_of);
  if (options.parse_special_in_rows) info.set(facts::kSpecialInRows, "parse");
  if (options.sets > 1) info.set(facts::kSets, options.sets);
  return info;
}

/// A row that becomes a prompt, and what it is for.
struct RowToAsk {
  const DataRow* row = nullptr;
  Split split = Split::test;
};

/// The rows of every prompt set, in their order. Those that set 1 shows are asked if there are other sets.
std::vector<RowToAsk> rows_to_ask(const std::vector<DataRow>& train, const DrawnRows& drawn, const AskedRows& all,
                                  std::int64_t sets) {
  std::vector<RowToAsk> rows;
  if (sets > 1)
    for (std::size_t row : drawn.demonstrations) rows.push_back({&train[row], Split::demonstration});
  for (std::size_t row : drawn.pool) rows.push_back({&train[row], Split::pool});
  for (const AskedRow& row : all.test) rows.push_back({row.row, Split::test});
  if (!rows.empty()) return rows;
  throw Error(ErrorCode::usage, "every labelled row is a demonstration and there are no test rows: nothing to run",
              {"draw more labelled rows, or give test rows", {Setting::labelled, Setting::test_file}});
}

/// Makes the prompts of one set after another.
class SetMaker {
 public:
  SetMaker(const Task& task, const PromptTemplate& wording, const std::vector<DataRow>& train,
           const PromptOptions& options, std::vector<RowToAsk> rows)
      : task_(task), wording_(wording), train_(train), options_(options), rows_(std::move(rows)) {}

  /// The prompts of all rows after these demonstrations, and what they know of themselves.
  PromptSet make(const std::vector<std::size_t>& demonstrations) const {
    PromptRecipe recipe = bare_recipe(task_, wording_, options_.parse_special_in_rows);
    const std::vector<Demonstration> shown = demonstrations_of(recipe, task_, train_, demonstrations);
    std::optional<Conversation> conversation;
    if (options_.chat) conversation.emplace(*options_.chat, wording_, shown, recipe);
    PromptSet set;
    set.sources = conversation ? conversation->add_to(recipe) : add_prefix(recipe, wording_, shown);
    for (const Demonstration& demonstration : shown) set.demonstration_labels.push_back(demonstration.label);
    recipe.demonstrations = shown_rows(set.sources, set.demonstration_labels);
    for (const RowToAsk& asked : rows_) add_prompt(set, recipe, task_, *asked.row, asked.split);
    set.info.set(facts::kDemonstrations, places(train_, demonstrations));
    set.info.set(facts::kRecipe, recipe);
    set.info.set(facts::kRepeatedTestRows, count_repeats(set, recipe, train_, demonstrations));
    set_bos(set, options_.bos);
    if (options_.content_free) add_content_free(set, recipe, task_, train_, options_.seed);
    if (conversation) conversation->finish(set);
    return set;
  }

 private:
  const Task& task_;
  const PromptTemplate& wording_;
  const std::vector<DataRow>& train_;
  const PromptOptions& options_;
  std::vector<RowToAsk> rows_;
};

/// Adds a set of the same rows. Errors: bad_data if a chat template begins its prompts in another way.
void add_set(PromptSet& set, PromptSet other, std::vector<PromptRecipe>& recipes) {
  if (other.bos != set.bos)
    throw Error(ErrorCode::bad_data, "the chat template spells BOS in the prompts of some sets only",
                {"say whether BOS is put in front", {Setting::bos}});
  set.other_sets.push_back(std::move(other.prompts));
  recipes.push_back(*other.info.find(facts::kRecipe));
}

/// Says which rows the sets show. `set` begins with the demonstrations, then with the blocks.
void add_shown_rows(PromptSet& set, const std::vector<DataRow>& train, const DrawnRows& rows) {
  set.demonstration_of.assign(set.prompts.size(), 0);
  auto next = std::ranges::fill_n(set.demonstration_of.begin(), std::ssize(rows.demonstrations), 1);
  std::vector<std::vector<std::string>> shown;
  for (const auto& block : rows.blocks) {
    shown.push_back(places(train, block));
    next = std::ranges::fill_n(next, std::ssize(block), static_cast<std::int32_t>(shown.size()) + 1);
  }
  if (!shown.empty()) set.info.set(facts::kBlocks, shown);
}

/// Adds set 0, and sets 2, 3, ... of the drawn blocks.
void add_other_sets(PromptSet& set, const SetMaker& maker, const std::vector<DataRow>& train, const DrawnRows& rows,
                    std::int64_t sets) {
  if (sets == 1) return;
  std::vector<PromptRecipe> recipes;
  add_set(set, maker.make({}), recipes);
  for (const auto& block : rows.blocks) add_set(set, maker.make(block), recipes);
  set.info.set(facts::kSetRecipes, recipes);
  add_shown_rows(set, train, rows);
}

}  // namespace

std::int64_t automatic_shots(std::int64_t n_labels) { return n_labels == 3 ? 3 : std::max<std::int64_t>(n_labels, 4); }

PromptSet build_prompts(const Task& given, const std::vector<DataRow>& data, const std::vector<DataRow>& test,
                        const PromptOptions& asked) {
  Task task = given;
  count_choices(task, data.empty() ? test : data);
  if (asked.content_free) check_content_free(task);
  const PromptTemplate& wording = choose_template(task, asked.template_index);
  const std::optional<std::vector<DataRow>> labelled = labelled_rows(task, data);
  const std::vector<DataRow>& train = labelled ? *labelled : data;
  PromptOptions options = asked;
  if (options.labelled == kAllLabelled) options.labelled = std::ssize(train);
  const std::int64_t shots = choose_shots(task, options);
  check_test_column(task, test);
  for (const auto* data_rows : {&data, &test}) check_text_is_no_label(task, wording, *data_rows);
  check_sets(options, shots);
  const DrawnRows rows = draw_rows(task, labels_of(task, train, options.labelled), shots, options);
  const AskedRows all = choose_rows(task, wording, train, test, rows, options);
  std::vector<std::string> notes = data_notes(task, wording, data, test);
  note_no_pool(rows, all, notes);
  if (options.drop_repeated) note_dropped(all, notes);
  const SetMaker maker(task, wording, train, options, rows_to_ask(train, rows, all, options.sets));
  PromptSet set = maker.make(rows.demonstrations);
  set.notes.insert(set.notes.begin(), notes.begin(), notes.end());
  set.label_words = task.labels;
  set.n_labelled_rows = std::ssize(train);
  set.warnings = row_warnings(all);
  set.info.entries.merge(task_info(task, wording, options, shots).entries);
  if (options.drop_repeated) set.info.set(facts::kDroppedTestRows, all.n_dropped);
  add_other_sets(set, maker, train, rows, options.sets);
  return set;
}

}  // namespace partwise::internal

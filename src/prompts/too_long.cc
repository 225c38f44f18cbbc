#include "prompts/too_long.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/json.h"
#include "base/json_reason.h"
#include "decompose/contributions.h"
#include "prompts/content_free.h"
#include "prompts/prompt_sets.h"
#include "prompts/splits.h"

namespace partwise::internal {

namespace {

constexpr std::size_t kNamed = 10;  // places that are kept

bool fits(const Prompt& prompt, std::int64_t n_ctx) { return tokens_needed(prompt) <= n_ctx; }

/// Whether the row's prompts fit in all sets.
bool fits(const PromptSet& set, std::size_t row, std::int64_t n_ctx) { return fits(longest_prompt(set, row), n_ctx); }

std::int64_t n_demonstrations(const PromptSet& set) { return std::ssize(set.demonstration_labels); }

/// What to do if even the shortest rows do not fit.
Advice advice_on_room(const PromptSet& set) {
  if (n_demonstrations(set) == 0) return "a model with a longer context is needed, or shorter rows";
  return {
      fmt::format("the {} demonstrations are a part of every prompt: take fewer, or draw others with another seed; a "
                  "prompt without any shows what room the rest needs",
                  n_demonstrations(set)),
      {Setting::shots, Setting::seed, {Setting::shots, "0", Step::prompt}}};
}

TooLongRows find(const PromptSet& set, TooLong how, std::int64_t n_ctx) {
  TooLongRows rows{how, 0, std::ssize(set.prompts), n_ctx, {}, {}};
  std::int64_t n_test = 0;
  for (std::size_t i = 0; i < set.prompts.size(); ++i) {
    const Prompt& prompt = set.prompts[i];
    const bool counts = is_test(set, i) && prompt.label >= 0;
    n_test += counts;
    if (fits(set, i, n_ctx)) continue;
    if (++rows.n <= static_cast<std::int64_t>(kNamed)) rows.places.push_back(prompt.place);
    if (counts && how == TooLong::skip) rows.test_rows.push_back(n_test - 1);
  }
  return rows;
}

void refuse(const PromptSet& set, const TooLongRows& rows) {
  const std::string more = rows.n > 1 ? fmt::format("; {} of {} prompts are too long", rows.n, set.prompts.size()) : "";
  for (std::size_t i = 0; i < set.prompts.size(); ++i) refuse_too_long(longest_prompt(set, i), rows.context, more);
}

/// Errors: bad_data if a prompt without content does not fit. These prompts show how the demonstrations alone move the
/// labels. Without one of them a calibration would differ, and they have no text to cut.
void check_content_free(const PromptSet& set, std::int64_t n_ctx) {
  for (std::size_t i = 0; i < set.prompts.size(); ++i) {
    if (!is_split(set, i, Split::content_free) || fits(set, i, n_ctx)) continue;
    throw Error(ErrorCode::bad_data,
                fmt::format("{}: the prompt has {} tokens, the model's context {}", set.prompts[i].place,
                            tokens_needed(longest_prompt(set, i)), n_ctx),
                advice_on_room(set));
  }
}

std::int64_t count(const PromptSet& set, Split split) { return std::ranges::count(set.split, split); }

/// Lengths of the prompts that a run is judged on: the test rows with a label, or all test rows if none has one.
std::vector<std::int64_t> judged_lengths(const PromptSet& set) {
  std::vector<std::int64_t> all, labelled;
  for (std::size_t i = 0; i < set.prompts.size(); ++i) {
    if (!is_test(set, i)) continue;
    all.push_back(tokens_needed(longest_prompt(set, i)));
    if (set.prompts[i].label >= 0) labelled.push_back(all.back());
  }
  return labelled.empty() ? all : labelled;
}

/// Errors: bad_data if no prompt fits that a run is judged on. If there are no such prompts, one of the others must
/// fit.
void check_rows_left(const PromptSet& set, std::int64_t n_ctx) {
  std::vector<std::int64_t> lengths = judged_lengths(set);
  const char* what = lengths.empty() ? "row" : "test row";
  if (lengths.empty())
    for (std::size_t i = 0; i < set.prompts.size(); ++i) lengths.push_back(tokens_needed(longest_prompt(set, i)));
  const std::int64_t shortest = *std::min_element(lengths.begin(), lengths.end());
  if (shortest <= n_ctx) return;
  throw Error(
      ErrorCode::bad_data,
      fmt::format("a prompt of {} tokens is the shortest of any {}; the model's context is {}", shortest, what, n_ctx),
      advice_on_room(set));
}

/// Errors: bad_data if a label that the pool of prompt set `number` had is not left in it.
void check_pool_left(const PromptSet& before, const PromptSet& after, std::int32_t number) {
  const std::vector<std::int32_t> left = pool_labels(after, number);
  for (std::int32_t label : pool_labels(before, number)) {
    if (std::find(left.begin(), left.end(), label) != left.end()) continue;
    throw Error(ErrorCode::bad_data,
                fmt::format("no row with the label '{}' is left in the pool: those drawn do not fit into the model's "
                            "context",
                            before.label_words.at(static_cast<std::size_t>(label))),
                {"draw more labelled rows, take fewer demonstrations, or cut the text of long rows",
                 {Setting::labelled, Setting::shots, {Setting::too_long, "cut"}}});
  }
}

PromptSet without_long(const PromptSet& set, std::int64_t n_ctx) {
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < set.prompts.size(); ++i)
    if (fits(set, i, n_ctx)) rows.push_back(i);
  return with_rows(set, rows);
}

/// How many left-out test rows repeat a row of the pool, which is then left out as well. Demonstrations are never that
/// long.
std::int64_t count_repeats_left_out(const PromptSet& set, std::int64_t n_ctx) {
  std::set<std::string_view> answered;
  for (std::size_t i = 0; i < set.prompts.size(); ++i)
    if (is_split(set, i, Split::pool) && !fits(set, i, n_ctx)) answered.insert(set.prompts[i].text);
  std::int64_t n = 0;
  for (std::size_t i = 0; i < set.prompts.size(); ++i)
    n += is_split(set, i, Split::test) && answered.contains(set.prompts[i].text);
  return n;
}

void skip(PromptSet& set, std::int64_t n_ctx) {
  PromptSet kept = without_long(set, n_ctx);
  check_rows_left(set, n_ctx);
  for (std::int32_t number : {1, 0, 2}) check_pool_left(set, kept, number);
  if (const auto repeated = kept.info.find(facts::kRepeatedTestRows))
    kept.info.set(facts::kRepeatedTestRows, *repeated - count_repeats_left_out(set, n_ctx));
  if (kept.info.has(facts::kContentFree.key))
    kept.info.set(facts::kContentFree,
                  content_free_words(count(kept, Split::content_free), count(kept, Split::random_words)));
  set = std::move(kept);
}

void cut(PromptSet& set, const Tokenizer* tokenizer, std::int64_t n_ctx, std::int64_t d_vocab) {
  const std::vector<PromptRecipe> recipes = recipes_of_sets(set.info);
  if (recipes.empty() || recipes[0].program) {
    throw Error(ErrorCode::usage,
                fmt::format("only rows of a task can be cut: nobody knows which text of a {} prompt is the row's",
                            recipes.empty() ? "finished" : "computed"),
                {"leave such prompts out", {{Setting::too_long, "skip"}}});
  }
  for (std::size_t i = 0; i < set.prompts.size(); ++i) {
    if (fits(set, i, n_ctx)) continue;
    try {
      cut_to_context(prompts_of_row(set, i), recipes, tokenizer, set.bos, n_ctx, d_vocab);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::bad_data || n_demonstrations(set) == 0) throw;
      throw Error(error.code(), error.what(), advice_on_room(set));
    }
  }
}

}  // namespace

std::string_view to_string(TooLong how) {
  return how == TooLong::refuse ? "refuse" : how == TooLong::skip ? "skip" : "cut";
}

std::string FactText<TooLongRows>::write(const TooLongRows& rows) { return to_json(rows).dump(); }

TooLongRows FactText<TooLongRows>::read(const std::string& text, std::string_view key) {
  const Json json = parse_json(text, key);
  try {
    return too_long_rows_from_json(json);
  } catch (const Json::exception& error) {
    throw Error(ErrorCode::bad_data, fmt::format("the run's metadata: {}: {}", key, json_reason(error.what())));
  }
}

Json to_json(const TooLongRows& rows) {
  Json json = {{"how", to_string(rows.how)}, {"n", rows.n}, {"of", rows.of}, {"context", rows.context}};
  json["places"] = rows.places;
  if (rows.how == TooLong::skip) json["test_rows"] = rows.test_rows;
  return json;
}

TooLongRows too_long_rows_from_json(const Json& json) {
  const bool is_cut = json.at("how") == to_string(TooLong::cut);
  TooLongRows rows{is_cut ? TooLong::cut : TooLong::skip, json.at("n"), json.at("of"), json.at("context"), {}, {}};
  rows.places = json.at("places").get<std::vector<std::string>>();
  if (!is_cut) rows.test_rows = json.at("test_rows").get<std::vector<std::int64_t>>();
  return rows;
}

std::string describe(const TooLongRows& rows) {
  constexpr std::size_t kSaid = 3;
  std::string places;
  for (std::size_t i = 0; i < std::min(kSaid, rows.places.size()); ++i) places += (i > 0 ? ", " : "") + rows.places[i];
  if (rows.n > static_cast<std::int64_t>(kSaid)) places += fmt::format(" and {} more", rows.n - std::int64_t{kSaid});
  const bool one = rows.n == 1;
  return fmt::format("{} of {} rows {} not fit into the model's context of {} tokens and {} {}: {}", rows.n, rows.of,
                     one ? "does" : "do", rows.context, one ? "is" : "are",
                     rows.how == TooLong::cut ? "cut" : "left out", places);
}

void refuse_too_long(const Prompt& prompt, std::int64_t n_ctx, const std::string& more) {
  if (fits(prompt, n_ctx)) return;
  throw Error(ErrorCode::bad_data,
              fmt::format("{}: the prompt has {} tokens, the model's context {}{}", prompt.place, tokens_needed(prompt),
                          n_ctx, more),
              {"use fewer demonstrations or shorter rows; such rows can be left out, or their text cut",
               {Setting::shots, {Setting::too_long, "skip"}, {Setting::too_long, "cut"}}});
}

void fit_to_context(PromptSet& set, TooLong how, const Tokenizer* tokenizer, std::int64_t n_ctx, std::int64_t d_vocab) {
  const TooLongRows rows = find(set, how, n_ctx);
  if (rows.n == 0) return;
  if (how == TooLong::refuse) refuse(set, rows);
  check_content_free(set, n_ctx);
  how == TooLong::skip ? skip(set, n_ctx) : cut(set, tokenizer, n_ctx, d_vocab);
  set.info.set(facts::kTooLong, rows);
}

}  // namespace partwise::internal

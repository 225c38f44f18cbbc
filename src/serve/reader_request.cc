#include "serve/reader_request.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "analysis/fit_and_judge.h"
#include "base/error.h"
#include "base/suggest.h"
#include "prompts/prompt_sets.h"
#include "prompts/warning.h"
#include "serve/limits.h"
#include "serve/request_members.h"
#include "session/decompose_job.h"
#include "session/fitting.h"

namespace partwise::internal {

namespace {

constexpr auto kAnyNumber = std::numeric_limits<std::int64_t>::max();

std::string new_reader_name(const Service& service, const OrderedJsonPart& json) {
  const std::string name = json.text();
  FittedReaders::check_name(name);
  if (service.is_model(name)) json.fail(fmt::format("'{}' is the model's own name here", name));
  return name;
}

/// Errors: bad_data for a kind that learns from rows that a request does not hold.
std::string fittable_kind(const OrderedJsonPart& json) {
  const std::string name(json.is_null() ? std::string(kDefaultReader) : json.text());
  const LearnsFrom source = reader_kind(name).learns_from;
  if (source == LearnsFrom::test_inputs || source == LearnsFrom::test_labels)
    json.fail(fmt::format("'{}' learns from the rows that it is judged on, and a request has none", name));
  return name;
}

bool needs_content_free(const std::string& kind) {
  const LearnsFrom source = reader_kind(kind).learns_from;
  return source == LearnsFrom::content_free || source == LearnsFrom::random_words;
}

Task builtin_task(const OrderedJsonPart& json) {
  const std::string name = json.text();
  const std::vector<std::string> known = builtin_task_names();
  if (std::ranges::find(known, name) == known.end())
    json.fail(fmt::format("there is no built-in task '{}'; there are {}", name, fmt::join(known, ", ")));
  return load_task(name);
}

RequestTask task_to_fit(const OrderedJsonPart& json) {
  if (json.value().is_string()) return {builtin_task(json), {}, {}};
  RequestTask asked = request_task(json);
  if (!asked.demonstrations.empty())
    json["demonstrations"].fail("demonstrations of a reader are drawn from 'rows': 'shots' says how many");
  return asked;
}

/// Errors: bad_data if no row has the column of labels. A program of the task may do without it.
void check_labels(const OrderedJsonPart& json, const std::vector<DataRow>& rows, const Task& task) {
  const auto has_label = [&](const DataRow& row) { return row.fields.contains(task.doc_to_target); };
  if (task.program || std::ranges::any_of(rows, has_label)) return;
  throw Error(ErrorCode::bad_data, fmt::format("'{}': no row has a '{}'", json.path(), task.doc_to_target),
              fmt::format("a row is {{\"text\": \"...\", \"{}\": \"...\"}}", task.doc_to_target));
}

std::vector<DataRow> labelled_rows_of(const OrderedJsonPart& json, const Task& task) {
  if (json.value().is_array() && json.value().size() > kMostLabelledRows)
    json.fail(fmt::format("there are {} rows; a request has {} at most", json.value().size(), kMostLabelledRows));
  std::vector<DataRow> rows;
  for (const OrderedJsonPart& row : json.elements())
    rows.push_back(request_row(row, fmt::format("rows[{}]", rows.size())));
  check_labels(json, rows, task);
  return rows;
}

std::int64_t number_of_labelled(const OrderedJsonPart& json) {
  if (json.is_null() || json.value() == "all") return kAllLabelled;
  return json.integer(1, kAnyNumber);
}

PromptOptions prompt_options(const Service& service, const OrderedJsonPart& body, const std::string& kind,
                             std::optional<bool> is_chat_of_task) {
  PromptOptions options;
  if (body.has("shots")) options.shots = body["shots"].integer(0, kAnyNumber);
  if (body.has("seed")) options.seed = static_cast<std::uint64_t>(body["seed"].integer(0, kAnyNumber));
  options.labelled = number_of_labelled(body["labelled"]);
  if (body.has("sets")) options.sets = body["sets"].integer(1, kMostSets);
  options.content_free = needs_content_free(kind);
  options.chat = request_chat(service, body.has("chat") ? std::optional(body["chat"].flag()) : is_chat_of_task);
  return options;
}

Contributions decompose_set(Service& service, const PromptSet& set, const ComputeOptions& compute,
                            const std::stop_token& gone) {
  std::vector<PassResult> results = service.ask({.stored = compute.stored, .score = compute.score}, ids_of(set), gone);
  std::vector<Contributions> all;
  for (std::size_t i = 0; i < results.size(); ++i) {
    throw_if_failed(results[i], set.prompts[i % set.prompts.size()].place);
    all.push_back(std::move(results[i].parts));
  }
  return join_examples(all);
}

/// What a run with these prompts would be made with.
ComputeOptions compute_for(const Service& service, const std::string& kind) {
  const ComputeOptions& own = service.session().compute();
  ComputeOptions compute{.threads = own.threads, .memory_bytes = own.memory_bytes, .precision = own.precision};
  compute.stored.hidden = reader_kind(kind).reads_hidden;
  compute.stored.z = reader_kind(kind).reads_z;
  return compute;
}

FittedReader fit_run(const std::string& kind, const Run& run, const std::stop_token& gone) {
  const FitRows rows = rows_to_fit_on(run, std::nullopt);
  std::vector<std::string> sentences;
  for (const Warning& warning : warnings_of(run)) sentences.push_back(warning.message);
  std::ranges::move(warnings_of_fit(kind, run, rows), std::back_inserter(sentences));
  return {fit_kind(kind, run, rows, stops_if(gone)), std::move(sentences)};
}

}  // namespace

ReaderRequest reader_request(const Service& service, const OrderedJsonPart& body) {
  check_request_members(body, {"name", "reader", "task", "rows", "shots", "seed", "labelled", "chat", "sets"});
  ReaderRequest asked;
  asked.name = new_reader_name(service, body["name"]);
  asked.kind = fittable_kind(body["reader"]);
  RequestTask task = task_to_fit(body["task"]);
  asked.options = prompt_options(service, body, asked.kind, task.is_chat);
  asked.task = std::move(task.task);
  asked.rows = labelled_rows_of(body["rows"], asked.task);
  return asked;
}

FittedReader fit_requested(Service& service, const ReaderRequest& asked, const std::stop_token& gone) {
  PromptSet set = build_prompts(asked.task, asked.rows, {}, asked.options);
  service.loaded().tokenize(set);
  const ComputeOptions compute = compute_for(service, asked.kind);
  check_results_fit(service.loaded().config(), static_cast<std::size_t>(count_prompts(set)), n_labels(set.prompts[0]),
                    compute.stored);
  Contributions parts = decompose_set(service, set, compute, gone);
  const Turns::Turn turn(service.fitting(), gone);
  return fit_run(asked.kind, as_run(service.loaded(), set, compute, std::move(parts)), gone);
}

}  // namespace partwise::internal

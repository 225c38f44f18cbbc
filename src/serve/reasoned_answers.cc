#include "serve/reasoned_answers.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "base/json.h"
#include "serve/limits.h"
#include "serve/request_rows.h"
#include "session/answer_json.h"
#include "session/reasons.h"

namespace partwise::internal {

namespace {

/// The tokens of the row's prompts. A row with an error has none.
std::int64_t n_tokens_in(std::span<const TextRow> rows) {
  std::int64_t n = 0;
  for (const TextRow& row : rows)
    if (!row.error) n += count_tokens(row);
  return n;
}

/// How many tokens the prompt does not share with the one before.
std::int64_t n_new_tokens(const Prompt& prompt, const Prompt& before) {
  return prompt.ids.end() - std::ranges::mismatch(prompt.ids, before.ids).in1;
}

/// The same for the prompts of all sets.
std::int64_t n_new_tokens(const TextRow& row, const TextRow& before) {
  if (row.error) return 0;
  if (before.error) return count_tokens(row);
  std::int64_t n = n_new_tokens(row.prompt, before.prompt);
  for (std::size_t k = 0; k < row.other_prompts.size(); ++k)
    n += n_new_tokens(row.other_prompts[k], before.other_prompts[k]);
  return n;
}

/// How many of the rows share the next pass: at least one, and behind it no more than the queue's passes have.
std::size_t n_of_pass(std::span<const TextRow> rows, std::size_t n_sets, const PassQueue::Options& most) {
  std::size_t n = 1;
  for (std::int64_t n_tokens = 0; n < rows.size() && (n + 1) * n_sets <= most.most_prompts; ++n) {
    n_tokens += n_new_tokens(rows[n], rows[n - 1]);
    if (n_tokens > most.most_tokens) break;
  }
  return n;
}

/// The largest certificate of the rows, in all sets. A row whose prompt failed has none.
double certificate_of(std::span<const TextRow> rows, const Contributions& parts) {
  float largest = 0;
  for (const TextRow& row : rows) {
    if (row.error) continue;
    largest = std::max(largest, parts.certificate(row.example));
    for (const Contributions& set : parts.other_sets) largest = std::max(largest, set.certificate(row.example));
  }
  return largest;
}

class Reasoning {
 public:
  Reasoning(Service& service, const std::shared_ptr<const ReaderFile>& reader, std::stop_token gone)
      : service_(service), reader_(*reader), finder_(service.finder_of(reader)), check_(stops_if(std::move(gone))) {}

  OrderedJson answers(std::span<TextRow> rows) const {
    OrderedJson all = OrderedJson::array();
    while (!rows.empty()) {
      const std::size_t n = n_of_pass(rows, n_sets(), service_.options().passes);
      const ReasonedRows found = find(rows.first(n));
      for (const TextRow& row : rows.first(n)) all.push_back(answer(row, found));
      rows = rows.subspan(n);
    }
    return all;
  }

 private:
  std::size_t n_sets() const { return static_cast<std::size_t>(n_sets_read(reader_)); }

  ReasonedRows find(std::span<TextRow> rows) const try {
    ReasonedRows found = finder_.find(rows, check_);
    if (!found.reasons.empty())
      service_.metrics().count_pass({std::ssize(found.reasons) * n_sets_read(reader_), found.stats.n_prompt_tokens,
                                     found.stats.n_computed_tokens, found.stats.seconds,
                                     certificate_of(rows, found.parts)});
    return found;
  } catch (const Error& error) {
    throw as_of_prompts(error);
  }

  OrderedJson answer(const TextRow& row, const ReasonedRows& found) const {
    if (row.error) return error_json(row, row.error->hint());
    OrderedJson json = answer_json(reader_, row, found.parts, row.example);
    add_reasons(json, found.reasons[static_cast<std::size_t>(row.example)]);
    return json;
  }

  Service& service_;
  const ReaderFile& reader_;
  const ReasonFinder& finder_;
  ProgressFn check_;
};

}  // namespace

OrderedJson reasoned_answers(Service& service, const std::shared_ptr<const ReaderFile>& reader, std::span<TextRow> rows,
                             std::stop_token gone) {
  check_reasons_fit(service.loaded().config(), n_tokens_in(rows), reader->label_words.size(), n_sets_read(*reader));
  const auto start = std::chrono::steady_clock::now();
  const Turns::Turn turn(service.reasoning(), gone);
  OrderedJson answers = Reasoning(service, reader, std::move(gone)).answers(rows);
  service.metrics().count_wait(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  return answers;
}

}  // namespace partwise::internal

#include "serve/request_rows.h"

#include <fmt/format.h>

#include <utility>

#include "base/json.h"
#include "serve/limits.h"
#include "session/reader_prompts.h"

namespace partwise::internal {

namespace {

InputRow input_row(const OrderedJsonPart& item, RowForm form) {
  const std::string text = form == RowForm::text ? item.text() : item.value().dump();
  return {Line{text, item.path().empty() ? "state" : item.path()}, {}};
}

/// Texts or objects, whichever the first item is.
RowForm form_of_items(const std::vector<OrderedJsonPart>& items) {
  const bool are_texts = items[0].value().is_string();
  for (const OrderedJsonPart& item : items) {
    if (are_texts != item.value().is_string()) item.fail("these are texts or objects, not both");
    if (!are_texts) item.check_object();
  }
  return are_texts ? RowForm::text : RowForm::json;
}

/// The result of each row: that of set 1, with what the other prompt sets say of it. A row fails if one of its prompts
/// does.
std::vector<PassResult> folded(std::vector<PassResult> all, std::size_t n_sets) {
  const std::size_t n_rows = all.size() / n_sets;
  for (std::size_t i = n_rows; i < all.size(); ++i) {
    PassResult& row = all[i % n_rows];
    if (!row.error) row.error = all[i].error;
    row.parts.other_sets.push_back(std::move(all[i].parts));
  }
  all.erase(all.begin() + static_cast<std::ptrdiff_t>(n_rows), all.end());
  return all;
}

}  // namespace

std::vector<TextRow> request_rows(const ReaderFile& reader, const OrderedJsonPart& input, const LoadedModel& loaded) {
  const bool is_one = input.value().is_string() || input.value().is_object();
  if (!is_one && input.value().size() > kMostTexts)
    input.fail(fmt::format("there are {} texts; a request has {} at most", input.value().size(), kMostTexts));
  const std::vector<OrderedJsonPart> items = is_one ? std::vector{input} : input.elements();
  if (items.empty()) input.fail("there is no text in it");
  const std::size_t n_prompts = items.size() * static_cast<std::size_t>(n_sets_read(reader));
  check_results_fit(loaded.config(), n_prompts, reader.label_words.size(), what_it_reads(reader));
  const RowForm form = form_of_items(items);
  const TextRows make(reader, form, TooLong::refuse, loaded, std::nullopt);
  std::vector<TextRow> rows;
  for (const OrderedJsonPart& item : items) rows.push_back(make.make(input_row(item, form)));
  return rows;
}

std::vector<PassResult> read_rows(Service& service, const ReaderFile& reader, std::span<TextRow> rows,
                                  std::stop_token gone) {
  std::vector<PromptIds> prompts = prompts_for(reader, rows);
  const PassKind kind{.stored = what_it_reads(reader), .score = score_of(reader)};
  std::vector<PassResult> results =
      folded(service.ask(kind, std::move(prompts), std::move(gone)), static_cast<std::size_t>(n_sets_read(reader)));
  for (TextRow& row : rows) {
    if (row.example < 0) continue;
    PassResult& result = results[row.example];
    if (result.error) refuse(row, *result.error);
    result.parts.words = words_of({&row, 1});
  }
  return results;
}

std::int64_t count_tokens(const TextRow& row) {
  std::int64_t n = std::ssize(row.prompt.ids);
  for (const Prompt& other : row.other_prompts) n += std::ssize(other.ids);
  return n;
}

std::int64_t count_tokens(std::span<const TextRow> rows) {
  std::int64_t n = 0;
  for (const TextRow& row : rows)
    if (row.example >= 0) n += count_tokens(row);
  return n;
}

}  // namespace partwise::internal

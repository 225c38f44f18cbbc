#include "labelling/answering.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/json.h"
#include "base/sha256.h"
#include "session/answer.h"
#include "session/decompose_rows.h"
#include "session/reasons.h"
#include "session/text_rows.h"

namespace partwise::internal {

namespace {

constexpr std::int64_t kThousandths = 1000;
constexpr std::size_t kMostReasons = 5;
constexpr std::size_t kFirstBatch = 16;  // batches grow from here, so that little is lost if the work is stopped soon

std::vector<std::size_t> unanswered(const std::vector<std::size_t>& rows, const Journal& journal) {
  std::vector<std::size_t> open;
  std::ranges::copy_if(rows, std::back_inserter(open), [&](std::size_t row) { return !journal.find(row); });
  return open;
}

RowAnswer answer_to(const ReaderFile& reader, const TextRow& row, const ReasonedRows& found) {
  if (row.error) return {{}, "", row.error->what()};
  const Reasons& reasons = found.reasons[static_cast<std::size_t>(row.example)];
  return {answer_of(reader, found.parts, row.example).probabilities, reasons_line(reasons, kMostReasons), ""};
}

/// Reports the progress of the rows from `first` on, of `total`.
ProgressFn of_batch(const Listener& listener, std::size_t first, std::size_t n, std::size_t total) {
  return [=, &listener](const Progress& p) {
    if (!listener.progress) return;
    const std::int64_t own = p.done * kThousandths * static_cast<std::int64_t>(n) / std::max<std::int64_t>(p.total, 1);
    listener.progress({kAnswerStage, static_cast<std::int64_t>(first) * kThousandths + own,
                       static_cast<std::int64_t>(total) * kThousandths});
  };
}

}  // namespace

std::string answers_key(const ReaderFile& reader, const Table& table, TooLong too_long) {
  Sha256 hash;
  hash.update_item(reader.reader->save().dump());
  hash.update_item(std::to_string(static_cast<int>(too_long)));
  for (const auto& [key, value] : reader.info.entries) hash.update_item(key), hash.update_item(value);
  for (const DataRow& row : table.rows) hash.update_item(row.place);
  for (const DataRow& row : table.rows)
    for (const auto& [name, value] : row.fields) hash.update_item(name), hash.update_item(value);
  return hash.finish();
}

void answer_rows(const Session& session, const ReaderFile& reader, const Table& table,
                 const std::vector<std::size_t>& rows, TooLong too_long, Journal& journal, const Listener& listener) {
  const TextRows make(reader, RowForm::table, too_long, session.loaded(), std::nullopt);
  const ReasonFinder finder(session, reader);
  const std::vector<std::size_t> open = unanswered(rows, journal);
  std::size_t n = kFirstBatch;
  for (std::size_t at = 0; at < open.size(); at += n, n = std::min(2 * n, kLargestBatch)) {
    n = std::min(n, open.size() - at);
    std::vector<TextRow> batch;
    for (std::size_t k = at; k < at + n; ++k) {
      const DataRow& row = table.rows[open[k]];
      batch.push_back(make.make({Line{"", row.place}, row}));
    }
    const ReasonedRows found = finder.find(batch, of_batch(listener, at, n, open.size()));
    for (std::size_t k = 0; k < n; ++k) journal.add(open[at + k], answer_to(reader, batch[k], found));
    journal.flush();
    listener.stop_if_asked();
  }
}

}  // namespace partwise::internal

#include "labelling/labelled_table.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "analysis/reader_choice.h"
#include "labelling/precision.h"

namespace partwise::internal {

namespace {

double mean_log_loss(std::span<const HeldOut> rows) {
  double sum = 0;
  for (const HeldOut& row : rows) sum += log_loss(row.probabilities, row.label);
  return sum / static_cast<double>(rows.size());
}

double ece_of(std::span<const HeldOut> rows) { return calibration_error(calibration_bins(sure_answers(rows))); }

OrderedJson interval_json(const Proportion& share) { return OrderedJson::array({share.low, share.high}); }

/// Four decimals: more would only look exact.
Json rounded(double probability) { return std::round(probability * 1e4) / 1e4; }

double entropy(std::span<const double> p) {
  double sum = 0;
  for (double q : p) sum -= q > 0 ? q * std::log(q) : 0;
  return sum;
}

/// The rows of LabelledTable without `is_given` and `ask`.
std::vector<LabelledRow> rows_of(const Table& table, const Learnt& learnt, const Journal& journal) {
  std::vector<LabelledRow> rows;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const auto held_out = learnt.held_out.find(i);
    const RowAnswer* answer = journal.find(i);
    if (held_out != learnt.held_out.end())
      rows.push_back({i, held_out->second.label, {held_out->second.probabilities, answer ? answer->reasons : "", ""}});
    else if (answer)
      rows.push_back({i, std::nullopt, *answer});
  }
  return rows;
}

double least_of(const LabelledTable& done, double precision) {
  std::vector<double> probabilities;
  for (const LabelledRow* row : done.answered()) probabilities.push_back(row->probability());
  return least_for_precision(sure_answers(done), probabilities, precision);
}

/// Rows that a person has labelled are not asked for, even if they were not learnt from.
void number_rows_to_ask(LabelledTable& done, const std::vector<std::size_t>& labelled) {
  std::vector<std::pair<double, LabelledRow*>> open;
  for (LabelledRow& row : done.rows)
    if (!row.held_out_label && row.answer.error.empty() && !std::ranges::binary_search(labelled, row.row))
      open.emplace_back(-entropy(row.answer.probabilities), &row);
  std::ranges::stable_sort(open, {}, [](const auto& each) { return each.first; });
  for (std::size_t k = 0; k < open.size() && static_cast<std::int64_t>(k) < done.giving.n_ask; ++k)
    open[k].second->ask = static_cast<std::int64_t>(k) + 1;
}

std::vector<const LabelledRow*> those(const LabelledTable& done, const auto& which) {
  std::vector<const LabelledRow*> rows;
  for (const LabelledRow& row : done.rows)
    if (which(row)) rows.push_back(&row);
  return rows;
}

std::int64_t n_as_sure(const LabelledTable& done, double least) {
  return std::ranges::count_if(done.answered(), [=](const LabelledRow* row) { return row->probability() >= least; });
}

}  // namespace

std::vector<JudgedReader> judged_readers(const CrossValidation& cross) {
  std::vector<JudgedReader> readers;
  for (const auto& [name, rows] : cross.by_kind) {
    if (rows.empty()) continue;
    readers.push_back({name, estimated_accuracy(rows, 0), mean_log_loss(rows), ece_of(rows)});
  }
  std::ranges::stable_sort(readers, {}, [](const JudgedReader& reader) { return reader.accuracy.value; });
  return readers;
}

Expected expected_of(const Learnt& learnt, std::int64_t n_asked) {
  const std::vector<HeldOut>& rows = learnt.cross.by_choice;
  return {std::string(learnt.reader.reader->kind()), estimated_accuracy(rows, n_asked), ece_of(rows),
          judged_readers(learnt.cross)};
}

OrderedJson expected_json(const Expected& expected) {
  const bool is_known = expected.accuracy.n > 0;
  OrderedJson json = {{"accuracy", is_known ? OrderedJson(expected.accuracy.value) : OrderedJson()},
                      {"interval", is_known ? interval_json(expected.accuracy) : OrderedJson()},
                      {"ece", is_known ? OrderedJson(expected.ece) : OrderedJson()},
                      {"reader", expected.reader},
                      {"n", expected.accuracy.n},
                      {"table", OrderedJson::array()}};
  for (const JudgedReader& reader : expected.readers)
    json["table"].push_back({{"reader", reader.name},
                             {"accuracy", reader.accuracy.value},
                             {"interval", interval_json(reader.accuracy)},
                             {"log_loss", reader.log_loss},
                             {"ece", reader.ece},
                             {"n", reader.accuracy.n}});
  return json;
}

std::int32_t LabelledRow::first() const { return static_cast<std::int32_t>(argmax(answer.probabilities)); }

std::int32_t LabelledRow::second() const {
  std::vector<double> others = answer.probabilities;
  others[static_cast<std::size_t>(first())] = -1;
  return static_cast<std::int32_t>(argmax(others));
}

double LabelledRow::probability() const { return answer.probabilities[static_cast<std::size_t>(first())]; }

std::vector<const LabelledRow*> LabelledTable::held_out() const {
  return those(*this, [](const LabelledRow& row) { return row.held_out_label.has_value(); });
}

std::vector<const LabelledRow*> LabelledTable::answered() const {
  return those(*this, [](const LabelledRow& row) { return !row.held_out_label && row.answer.error.empty(); });
}

std::vector<const LabelledRow*> LabelledTable::failed() const {
  return those(*this, [](const LabelledRow& row) { return !row.answer.error.empty(); });
}

std::int64_t LabelledTable::n_given() const { return std::ranges::count_if(answered(), &LabelledRow::is_given); }

std::int64_t LabelledTable::n_blank() const { return std::ssize(answered()) - n_given(); }

std::vector<const LabelledRow*> LabelledTable::asked() const {
  std::vector<const LabelledRow*> found = those(*this, [](const LabelledRow& row) { return row.ask > 0; });
  std::ranges::sort(found, {}, &LabelledRow::ask);
  return found;
}

LabelledTable labelled_table(const Table& table, const Learnt& learnt, const Journal& journal,
                             const GivingOptions& giving) {
  LabelledTable done{learnt.reader.label_words, rows_of(table, learnt, journal), giving};
  if (giving.precision) done.least = least_of(done, *giving.precision);
  for (LabelledRow& row : done.rows) row.is_given = row.answer.error.empty() && row.probability() >= done.least;
  number_rows_to_ask(done, learnt.labelled);
  return done;
}

std::vector<SureAnswer> sure_answers(const LabelledTable& done) {
  std::vector<SureAnswer> answers;
  for (const LabelledRow* row : done.held_out())
    answers.push_back({row->probability(), row->first() == row->held_out_label});
  return answers;
}

Coverage coverage(const LabelledTable& done, double precision) {
  const double least = least_of(done, precision);
  return {precision, least, n_as_sure(done, least)};
}

std::vector<Coverage> coverages(const LabelledTable& done) {
  std::vector<Coverage> all;
  for (double precision : {0.8, 0.9, 0.95, 0.99}) all.push_back(coverage(done, precision));
  return all;
}

std::optional<Coverage> highest_precision(const LabelledTable& done) {
  for (int percent = 99; percent >= 50; --percent) {
    const Coverage one = coverage(done, percent / 100.0);
    if (one.n_given > 0) return one;
  }
  return std::nullopt;
}

OrderedJson answers_json(const LabelledTable& done) {
  OrderedJson precisions = OrderedJson::array();
  for (const Coverage& each : coverages(done))
    precisions.push_back({{"precision", each.precision},
                          {"least", each.least > 1 ? OrderedJson() : OrderedJson(each.least)},
                          {"given", each.n_given}});
  return {{"answers", {{"given", done.n_given()}, {"blank", done.n_blank()}, {"failed", done.failed().size()}}},
          {"precision", precisions}};
}

std::vector<NewColumn> answer_columns(const Table& table, const LabelledTable& done) {
  const auto column = [&](const char* name) { return NewColumn{name, std::vector<Json>(table.rows.size())}; };
  NewColumn label = column("partwise_label"), probability = column("partwise_probability"),
            second = column("partwise_second"), reasons = column("partwise_reasons"), ask = column("partwise_ask"),
            error = column("partwise_error");
  const auto word = [&](std::int32_t of) { return Json(done.labels[static_cast<std::size_t>(of)]); };
  for (const LabelledRow& row : done.rows) {
    if (!row.answer.error.empty()) {
      error.cells[row.row] = row.answer.error;
      continue;
    }
    if (row.is_given) label.cells[row.row] = word(row.first());
    probability.cells[row.row] = rounded(row.probability());
    second.cells[row.row] = word(row.second());
    if (!row.answer.reasons.empty()) reasons.cells[row.row] = row.answer.reasons;
    if (row.ask > 0) ask.cells[row.row] = row.ask;
  }
  std::vector<NewColumn> columns = {std::move(label), std::move(probability), std::move(second), std::move(reasons)};
  if (done.giving.n_ask > 0) columns.push_back(std::move(ask));
  if (!done.failed().empty()) columns.push_back(std::move(error));
  return columns;
}

}  // namespace partwise::internal

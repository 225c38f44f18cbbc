#include "labelling/labelled_table.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace partwise::internal {

namespace {

double mean_log_loss(std::span<const HeldOut> rows) {
  double sum = 0;
  for (const HeldOut& row : rows)
    sum -=
        std::log(std::max(row.probabilities[static_cast<std::size_t>(row.label)], std::numeric_limits<double>::min()));
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

std::size_t second_of(std::vector<double> p, std::size_t first) {
  p[first] = -1;
  return static_cast<std::size_t>(argmax(p));
}

/// The rows without a label that are most open, with their numbers from 1.
std::map<std::size_t, std::int64_t> rows_to_ask(const Journal& journal, std::size_t n_rows, const Learnt& learnt,
                                                std::int64_t n) {
  std::vector<std::pair<double, std::size_t>> open;
  for (std::size_t i = 0; i < n_rows; ++i) {
    const RowAnswer* answer = journal.find(i);
    if (answer && answer->error.empty() && !learnt.held_out.contains(i))
      open.emplace_back(-entropy(answer->probabilities), i);
  }
  std::ranges::sort(open);
  std::map<std::size_t, std::int64_t> asked;
  for (std::size_t k = 0; k < open.size() && static_cast<std::int64_t>(k) < n; ++k)
    asked[open[k].second] = static_cast<std::int64_t>(k) + 1;
  return asked;
}

/// Fills the cells of one row.
class Cells {
 public:
  Cells(const std::vector<std::string>& labels, double least, std::size_t n_rows) : labels_(labels), least_(least) {
    for (NewColumn* column : {&label_, &probability_, &second_, &reasons_, &error_}) column->cells.resize(n_rows);
  }

  void answer(std::size_t row, const std::vector<double>& p, const std::string& reasons) {
    const auto first = static_cast<std::size_t>(argmax(p));
    if (p[first] >= least_) label_.cells[row] = labels_[first];
    probability_.cells[row] = rounded(p[first]);
    second_.cells[row] = labels_[second_of(p, first)];
    if (!reasons.empty()) reasons_.cells[row] = reasons;
  }
  void fail(std::size_t row, const std::string& error) {
    error_.cells[row] = error;
    has_error_ = true;
  }

  std::vector<NewColumn> columns() && {
    std::vector<NewColumn> all = {std::move(label_), std::move(probability_), std::move(second_), std::move(reasons_)};
    if (has_error_) all.push_back(std::move(error_));
    return all;
  }

 private:
  const std::vector<std::string>& labels_;
  double least_;
  bool has_error_ = false;
  NewColumn label_{"partwise_label", {}}, probability_{"partwise_probability", {}}, second_{"partwise_second", {}},
      reasons_{"partwise_reasons", {}}, error_{"partwise_error", {}};
};

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
  OrderedJson json = {{"accuracy", expected.accuracy.value},
                      {"interval", interval_json(expected.accuracy)},
                      {"ece", expected.ece},
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

std::vector<NewColumn> answer_columns(const Table& table, const Learnt& learnt, const Journal& journal,
                                      const GivingOptions& giving) {
  Cells cells(learnt.reader.label_words, giving.least, table.rows.size());
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const auto held_out = learnt.held_out.find(i);
    const RowAnswer* answer = journal.find(i);
    if (held_out != learnt.held_out.end()) {
      cells.answer(i, held_out->second.probabilities, answer ? answer->reasons : "");
    } else if (answer && !answer->error.empty()) {
      cells.fail(i, answer->error);
    } else if (answer) {
      cells.answer(i, answer->probabilities, answer->reasons);
    }
  }
  std::vector<NewColumn> columns = std::move(cells).columns();
  if (giving.n_ask == 0) return columns;
  NewColumn ask{"partwise_ask", std::vector<Json>(table.rows.size())};
  for (const auto& [row, number] : rows_to_ask(journal, table.rows.size(), learnt, giving.n_ask))
    ask.cells[row] = number;
  columns.insert(columns.begin() + 4, std::move(ask));
  return columns;
}

}  // namespace partwise::internal

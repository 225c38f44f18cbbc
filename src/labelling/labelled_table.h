// A table whose rows all have been answered, and how good the answers are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "labelling/accuracy_estimate.h"
#include "labelling/journal.h"
#include "labelling/learning.h"
#include "labelling/table.h"

namespace partwise::internal {

/// What a reader said of labelled rows that were held out.
struct JudgedReader {
  std::string name;  // a kind, or kMostFrequentLabel
  Proportion accuracy;
  double log_loss = 0, ece = 0;
};
/// One for each kind of the cross-validation, the best last; those that judged no row are left out.
std::vector<JudgedReader> judged_readers(const CrossValidation& cross);

/// What accuracy to expect of the answers.
struct Expected {
  std::string reader;  // that is used
  Proportion accuracy;
  double ece = 0;
  std::vector<JudgedReader> readers;
};
Expected expected_of(const Learnt& learnt, std::int64_t n_asked);
/// {"accuracy", "interval", "ece", "reader", "n", "table": [{"reader", "accuracy", "interval", "log_loss", "ece",
/// "n"}]}. The first three are null if no row was held out.
OrderedJson expected_json(const Expected& expected);

/// Which answers are given, and which rows a person should label next.
struct GivingOptions {
  std::optional<double> precision;  // answers that are not sure enough for it are left blank (precision.h)
  std::int64_t n_ask = 0;           // how many rows are asked for
};

/// What was said of one row.
struct LabelledRow {
  std::size_t row = 0;                         // of the table
  std::optional<std::int32_t> held_out_label;  // the row's own label, if fits that had not seen it answered it
  RowAnswer answer;
  bool is_given = false;  // false: there is an error, or the answer is left blank
  std::int64_t ask = 0;   // from 1; 0: not asked for

  std::int32_t first() const;   // the answer's label
  std::int32_t second() const;  // the next best
  double probability() const;   // of the answer
};

/// All that was said of the rows of a table, in their order. Rows that nothing was said of are left out.
struct LabelledTable {
  std::vector<std::string> labels;
  std::vector<LabelledRow> rows;
  GivingOptions giving;
  double least = 0;  // answers of a lower probability are left blank; above 1 if all are

  std::vector<const LabelledRow*> held_out() const;
  std::vector<const LabelledRow*> answered() const;  // the others that have no error
  std::vector<const LabelledRow*> failed() const;
  /// Of `answered`: those whose answers are given, and those that are left blank.
  std::int64_t n_given() const;
  std::int64_t n_blank() const;
  /// Those of `answered` that are asked for, in order of their numbers.
  std::vector<const LabelledRow*> asked() const;
};
/// Asked for are the rows without a label whose label would teach most: those whose answer is most open (the entropy of
/// its probabilities).
LabelledTable labelled_table(const Table& table, const Learnt& learnt, const Journal& journal,
                             const GivingOptions& giving);

/// The answers to held-out rows, and whether they are right.
std::vector<SureAnswer> sure_answers(const LabelledTable& done);

/// What is left if a share of the given answers has to be right.
struct Coverage {
  double precision = 0, least = 0;  // as in least_for_precision
  std::int64_t n_given = 0;         // of LabelledTable::answered
};
/// For 80, 90, 95 and 99 %, whatever was asked for.
std::vector<Coverage> coverages(const LabelledTable& done);
/// The highest precision, in whole percents from 50, for which an answer can be given; nullopt if there is none.
std::optional<Coverage> highest_precision(const LabelledTable& done);
/// {"answers": {"given", "blank", "failed"}, "precision": [{"precision", "least", "given"}]}; "least" is null if no
/// answer can be given.
OrderedJson answers_json(const LabelledTable& done);

/// The columns partwise_label, partwise_probability, partwise_second, partwise_reasons, if rows are asked for
/// partwise_ask, and if a row has an error partwise_error. A row with a label has what was said of it by fits that had
/// not seen it. partwise_ask numbers the rows that are asked for.
std::vector<NewColumn> answer_columns(const Table& table, const LabelledTable& done);

}  // namespace partwise::internal

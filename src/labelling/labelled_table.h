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
/// "n"}]}
OrderedJson expected_json(const Expected& expected);

/// Which answers are given, and which rows a person should label next.
struct GivingOptions {
  double least = 0;        // answers of a lower probability are not given
  std::int64_t n_ask = 0;  // how many rows are asked for
};

/// The columns partwise_label, partwise_probability, partwise_second, partwise_reasons, if rows are asked for
/// partwise_ask, and if a row has an error partwise_error. A row with a label has what was said of it by fits that had
/// not seen it. partwise_ask numbers the rows without a label whose label would teach most, from 1: those whose answer
/// is most open (the entropy of its probabilities).
std::vector<NewColumn> answer_columns(const Table& table, const Learnt& learnt, const Journal& journal,
                                      const GivingOptions& giving);

}  // namespace partwise::internal

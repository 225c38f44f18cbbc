// The committee: the ensemble's four fits in each prompt set, averaged, with heads that are trusted more the more rows
// there are. See docs/readers.md.
#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "base/error.h"
#include "base/json.h"
#include "readers/members.h"
#include "readers/shown_in.h"
#include "readers/training.h"

namespace partwise::internal {

namespace {

constexpr HeadOptions kHeads = {.noise_floor = 2, .offset = 0.5};

std::vector<int> sets_of(const Contributions& parts) {
  std::vector<int> sets = {1};
  if (!parts.other_sets.empty()) sets.insert(sets.begin(), 0);
  for (int set = 2; set <= std::ssize(parts.other_sets); ++set) sets.push_back(set);
  return sets;
}

/// All labelled rows, in one order for all sets: that of set 0, if there is one.
LabelledRows labelled_rows(const FitInput& input) {
  std::vector<std::int32_t> labels(static_cast<std::size_t>(input.parts.n_examples()), -1);
  std::vector<std::int64_t> rows;
  for (const LabelledRows* some : {&input.demonstrations, &input.pool}) {
    for (std::size_t k = 0; k < some->size(); ++k) labels[some->rows[k]] = some->labels[k];
    rows.insert(rows.end(), some->rows.begin(), some->rows.end());
  }
  return labelled_rows(prompt_set(input.parts, sets_of(input.parts)[0]), labels, rows);
}

/// The rows that a set's members are fitted on: the labelled rows that its prompts do not show. Empty if the set cannot
/// be used: a label has no row, or its prompts show a row that is not among the labelled ones, whose label the fit may
/// not know.
LabelledRows pool_of(const FitInput& input, const LabelledRows& all, int set) {
  LabelledRows pool;
  std::int64_t n_shown = 0;
  for (std::size_t k = 0; k < all.size(); ++k) {
    if (set != 0 && shown_in(input.parts, all.rows[k]) == set) {
      ++n_shown;
      continue;
    }
    pool.rows.push_back(all.rows[k]);
    pool.labels.push_back(all.labels[k]);
  }
  if (set != 0 && n_shown != std::ranges::count(input.parts.demonstration_of, set)) return {};
  for (std::int32_t y = 0; y < input.parts.n_labels(); ++y)
    if (!std::ranges::count(pool.labels, y)) return {};
  return pool;
}

/// What the members of one set are fitted on.
struct SetInput {
  int set;
  FitInput input;
};

std::vector<SetInput> set_inputs(const FitInput& input) {
  const LabelledRows all = labelled_rows(input);
  std::vector<SetInput> usable;
  for (int set : sets_of(input.parts)) {
    LabelledRows pool = pool_of(input, all, set);
    if (pool.rows.empty()) continue;
    usable.push_back({set, {prompt_set(input.parts, set), std::move(pool), {}, {}, input.progress}});
  }
  return usable;
}

/// Heads deserve more of a say the more rows there are to tell them apart by.
double head_weight(std::size_t n_rows) { return std::pow(static_cast<double>(n_rows) / 8, 2); }

/// The weights of all members of a set together.
double weight_of_members(std::size_t n_rows) { return 3 + head_weight(n_rows); }

/// What members said of rows that they had not seen, summed over prompt sets.
class LeftOutSums {
 public:
  /// scores [pool.size(), n_labels], as Members::left_out gives them
  void add(const LabelledRows& pool, const std::vector<PoolRows>& parts_out, std::span<const double> scores) {
    const std::size_t n_labels = scores.size() / pool.size();
    for (const PoolRows& rows : parts_out) {
      for (std::ptrdiff_t k : rows) {
        Sum& sum = by_row_[pool.rows[k]];
        sum.label = pool.labels[k];
        sum.weight += weight_of_members(pool.size());
        sum.scores.resize(n_labels);
        for (std::size_t y = 0; y < n_labels; ++y) sum.scores[y] += scores[k * n_labels + y];
      }
    }
  }

  /// The means over the sets in which a row was asked, of those of `rows` that were, in their order.
  LeftOutRows means(const std::vector<std::int64_t>& rows) const {
    LeftOutRows out;
    for (std::int64_t row : rows) {
      const auto sum = by_row_.find(row);
      if (sum == by_row_.end()) continue;
      out.labels.push_back(sum->second.label);
      out.rows.push_back(row);
      for (double score : sum->second.scores) out.scores.push_back(score / sum->second.weight);
    }
    return out;
  }

 private:
  struct Sum {
    std::int32_t label = 0;
    double weight = 0;
    std::vector<double> scores;  // [n_labels]
  };
  std::map<std::int64_t, Sum> by_row_;  // by row of the run
};

class Committee : public Reader {
 public:
  std::string_view kind() const override { return "committee"; }

  void scores(const Contributions& parts, std::int64_t example, std::span<double> out) const override {
    scores_of(parts, {&example, 1}, out);
  }

  void scores_of(const Contributions& parts, std::span<const std::int64_t> examples,
                 std::span<double> out) const override {
    std::ranges::fill(out, 0.0);
    for (const auto& [set, own] : sets_)
      own.members.add_log_probabilities(prompt_set(parts, set), examples, head_weight(own.n_rows), factor(), out);
  }

  /// The sum of the sets' splits.
  void split_scores(const Contributions& parts, std::int64_t example, std::span<double> out) const override {
    std::ranges::fill(out, 0.0);
    for (const auto& [set, own] : sets_)
      own.members.add_split(prompt_set(parts, set), example, head_weight(own.n_rows), factor(), out);
  }

  Json save() const override {
    Json sets = Json::object();
    for (const auto& [set, own] : sets_) {
      sets[std::to_string(set)] = own.members.save();
      sets[std::to_string(set)]["n_rows"] = own.n_rows;
    }
    return {{"sets", std::move(sets)}};
  }

  void load(const Json& state, const ReaderShape& shape) override {
    sets_.clear();
    const auto sets = state.find("sets");
    if (sets == state.end() || !sets->is_object()) throw Error(ErrorCode::bad_data, "'sets' is not an object");
    for (int set = 0; set < kMostSets; ++set) {
      const auto own = sets->find(std::to_string(set));
      if (own != sets->end()) load_set(set, *own, shape);
    }
    if (sets_.empty() || sets_.size() != sets->size())
      throw Error(ErrorCode::bad_data,
                  "'sets' does not hold sets of the numbers 0 to " + std::to_string(kMostSets - 1));
  }

 protected:
  FitReport learn(const FitInput& input) override {
    FitReport report{.objective = 0.0};
    sets_.clear();
    for (const SetInput& set : set_inputs(input)) {
      SetMembers& own = sets_[set.set];
      own.n_rows = set.input.pool.size();
      const FitReport fitted = own.members.fit(set.input);
      report.updates += fitted.updates;
      *report.objective += fitted.objective.value_or(0.0);
    }
    if (sets_.empty())
      throw Error(ErrorCode::bad_data, "no prompt set has a row of every label to fit on",
                  "label more rows, so that every label has one that is not a demonstration");
    return report;
  }

  /// The mean of the scores over the sets in which a row is asked.
  LeftOutRows left_out(const FitInput& input) const override {
    LeftOutSums sums;
    for (const SetInput& set : set_inputs(input)) {
      const LabelledRows& pool = set.input.pool;
      const std::vector<PoolRows> parts_out = rows_to_leave_out(pool.labels, input.by_tenths);
      sums.add(pool, parts_out, Members::left_out(set.input, parts_out, kHeads, head_weight(pool.size())));
    }
    return sums.means(labelled_rows(input).rows);
  }

 private:
  struct SetMembers {
    Members members{kHeads};
    std::size_t n_rows = 0;
  };

  /// One over the weights of all members of all sets.
  double factor() const {
    double sum = 0;
    for (const auto& [set, own] : sets_) sum += weight_of_members(own.n_rows);
    return 1 / sum;
  }

  void load_set(int set, const Json& state, const ReaderShape& shape) {
    const auto n_rows = state.is_object() ? state.find("n_rows") : state.end();
    if (n_rows == state.end() || !n_rows->is_number_unsigned() || *n_rows == 0)
      throw Error(ErrorCode::bad_data, "'n_rows' of set " + std::to_string(set) + " is not a number of rows");
    SetMembers& own = sets_[set];
    own.n_rows = n_rows->get<std::size_t>();
    own.members.load(state, shape);
  }

  std::map<int, SetMembers> sets_;
};

}  // namespace

void register_committee(std::vector<ReaderKind>& kinds) {
  kinds.push_back({.name = "committee",
                   .title = "Committee",
                   .summary = "the ensemble's four fits in each prompt set, averaged",
                   .make = [] { return std::unique_ptr<Reader>(new Committee); },
                   .reads_hidden = true,
                   .reads_z = true,
                   .reads_sets = true,
                   .splits = true,
                   .is_calibrated = true});
}

}  // namespace partwise::internal

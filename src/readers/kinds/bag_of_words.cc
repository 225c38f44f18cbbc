// A bag of words, the sceptic's baseline: logistic regression on the words of the texts. It reads no model at all, so a
// reader that it beats has learnt nothing that the words themselves do not say. Weights of words are those of
// scikit-learn's TfidfVectorizer as it comes. Salton and Buckley, Term-weighting approaches in automatic text
// retrieval, Information Processing & Management 24 (5), 1988.
#include <Eigen/SparseCore>
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/error.h"
#include "base/json.h"
#include "readers/linear_probe.h"
#include "readers/state.h"
#include "readers/training.h"

namespace partwise::internal {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using Sparse = Eigen::SparseMatrix<double, Eigen::RowMajor>;

/// Errors: bad_data if the run has none.
std::span<const std::int32_t> words_of(const Contributions& parts, std::int64_t example) {
  if (parts.words.empty()) {
    throw Error(ErrorCode::bad_data, "the reader reads the words of texts, and the run does not hold them",
                {"make the run again, from a task and its rows", {{Setting::task, "", Step::decompose}}});
  }
  const std::int64_t n = parts.words.dim(1);
  const std::int32_t* first = parts.words.data() + example * n;
  return {first, std::find_if(first, first + n, [](std::int32_t word) { return word < 0; })};
}

/// How often an example has each of the words, which are sorted; others are passed over.  [n_words]
std::map<Index, double> counts_of(const Contributions& parts, std::int64_t example,
                                  const std::vector<std::int32_t>& words) {
  std::map<Index, double> counts;
  for (std::int32_t word : words_of(parts, example)) {
    const auto known = std::ranges::lower_bound(words, word);
    if (known != words.end() && *known == word) ++counts[known - words.begin()];
  }
  return counts;
}

/// log((1 + n) / (1 + the number of these rows with the word)) + 1; 0 if none has it.  counts [n_rows, n_words]
VectorXd inverse_frequencies(const Sparse& counts, const PoolRows& rows) {
  VectorXd idf = VectorXd::Zero(counts.cols());
  for (Index row : rows)
    for (Sparse::InnerIterator at(counts, row); at; ++at) ++idf[at.col()];
  const double n = 1 + static_cast<double>(rows.size());
  for (double& value : idf) value = value > 0 ? std::log(n / (1 + value)) + 1 : 0.0;
  return idf;
}

/// Counts times idf, each row divided by its norm.  [n_rows, n_words]
Sparse weighed(const Sparse& counts, const VectorXd& idf) {
  Sparse x = counts * idf.asDiagonal();
  for (Index i = 0; i < x.rows(); ++i)
    if (const double norm = x.row(i).norm(); norm > 0) x.row(i) /= norm;
  return x;
}

/// `counts` must outlive the result.
RowProducts products_of(const Sparse& counts) {
  return [&counts](const PoolRows& rows, const PoolRows& kept) {
    const Sparse x = weighed(counts, inverse_frequencies(counts, kept));
    return MatrixXd(MatrixXd(x * Sparse(x.transpose()))(rows, rows));
  };
}

class BagOfWords : public Reader {
 public:
  std::string_view kind() const override { return "bag-of-words"; }

  void scores(const Contributions& parts, std::int64_t example, std::span<double> out) const override {
    std::vector<double> x(words_.size());
    double square = 0;
    for (const auto& [word, count] : counts_of(parts, example, words_)) {
      x[word] = count * idf_[word];
      square += x[word] * x[word];
    }
    for (double& value : x) value /= square > 0 ? std::sqrt(square) : 1.0;
    std::fill(out.begin(), out.end(), 0.0);
    weights_.add_scores(0, x, out);
  }

  Json save() const override {
    Json state = weights_.save();
    state["hashes"] = words_;
    state["idf"] = idf_;
    return state;
  }

  void load(const Json& state, const ReaderShape& shape) override {
    const std::vector<double> words = numbers(state, "hashes", 0);
    const auto is_hash = [](double word) { return word >= 0 && word <= 0x7fffffff && word == std::floor(word); };
    const auto in_order = std::ranges::adjacent_find(words, std::greater_equal()) == words.end();
    if (!std::ranges::all_of(words, is_hash) || !in_order)
      throw Error(ErrorCode::bad_data, "'hashes' is not a list of different hashes in ascending order");
    words_.assign(words.begin(), words.end());
    idf_ = numbers(state, "idf", words.size());
    weights_.load(state, shape.n_labels);
    if (weights_.width() != words_.size()) throw Error(ErrorCode::bad_data, "'mean' does not hold a number per word");
  }

 protected:
  FitReport learn(const FitInput& input) override {
    find_words(input);
    const Sparse counts = counts_of_pool(input);
    const ProbeFit fit =
        ProbeFits(products_of(counts), input.pool.labels, input.parts.n_labels(), input.progress).fit();
    set_weights(counts, fit);
    return fit.report;
  }

  LeftOutRows left_out(const FitInput& input) const override {
    const Sparse counts = counts_of_pool(input);
    const ProbeFits fits(products_of(counts), input.pool.labels, input.parts.n_labels(), input.progress);
    return in_run(fits.left_out(weights_.strength()), input.pool);
  }

 private:
  void find_words(const FitInput& input) {
    words_.clear();
    for (std::int64_t row : input.pool.rows) {
      const auto own = words_of(input.parts, row);
      words_.insert(words_.end(), own.begin(), own.end());
    }
    std::ranges::sort(words_);
    words_.erase(std::unique(words_.begin(), words_.end()), words_.end());
    if (words_.empty()) throw Error(ErrorCode::bad_data, "no row to fit on has a word of two or more characters");
  }

  Sparse counts_of_pool(const FitInput& input) const {
    std::vector<Eigen::Triplet<double>> entries;
    for (Index i = 0; i < std::ssize(input.pool.rows); ++i)
      for (const auto& [word, count] : counts_of(input.parts, input.pool.rows[i], words_))
        entries.emplace_back(i, word, count);
    Sparse counts(std::ssize(input.pool.rows), std::ssize(words_));
    counts.setFromTriplets(entries.begin(), entries.end());
    return counts;
  }

  void set_weights(const Sparse& counts, const ProbeFit& fit) {
    PoolRows all(static_cast<std::size_t>(counts.rows()));
    std::iota(all.begin(), all.end(), Index{0});
    const VectorXd idf = inverse_frequencies(counts, all);
    const Sparse x = weighed(counts, idf);
    const VectorXd mean = x.transpose() * fit.shares;
    const MatrixXd transposed = x.transpose() * fit.dual - mean * fit.dual.colwise().sum();
    weights_ = ProbeWeights(fit, mean, transposed.transpose());
    idf_.assign(idf.begin(), idf.end());
  }

  std::vector<std::int32_t> words_;  // hashes of the pool's words, in ascending order
  std::vector<double> idf_;          // [n_words]
  ProbeWeights weights_;
};

}  // namespace

void register_bag_of_words(std::vector<ReaderKind>& kinds) {
  kinds.push_back({.name = "bag-of-words",
                   .title = "Bag of words",
                   .summary = "logistic regression on the words of the texts; reads no model",
                   .make = [] { return std::unique_ptr<Reader>(new BagOfWords); },
                   .reads_words = true,
                   .is_calibrated = true});
}

}  // namespace partwise::internal

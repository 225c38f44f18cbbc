// What a decomposition is asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/error.h"
#include "base/progress.h"
#include "model/config.h"
#include "pass/edits.h"
#include "tensor/array.h"
#include "tensor/dtype.h"

namespace partwise::internal {

/// A position of a prompt at which the parts are read, and the tokens whose logits they are read for.
struct ReadPoint {
  std::int64_t position;                  // of the prompt's ids and the suffix
  std::vector<std::int32_t> label_ids;    // at least one; ids of tokens, or of DecomposeOptions::mixtures
  std::vector<std::int32_t> suffix = {};  // tokens that follow the prompt, for this point
  /// If heads are weighed: how often the logit of each of label_ids counts in that of each label. Empty: they are the
  /// labels' own.  [n_labels, label_ids.size()]
  std::vector<double> of_labels = {};
};

struct PromptIds {
  std::vector<std::int32_t> ids;        // at least one
  std::vector<std::int32_t> label_ids;  // read at the last position; none: nothing is read there
  std::vector<std::int32_t> sources;    // the source of each id, if heads are split by source
  bool is_stored = true;                // whether hidden and z are stored for this prompt, if they are stored at all
  std::vector<ReadPoint> points = {};   // read before the last position
  /// The tokens of each label, if any prompt has a label of several; then label_ids is empty, and the labels' logits
  /// are their log-probabilities (label_tree.h). Each prompt has the same number of labels.
  std::vector<std::vector<std::int32_t>> labels = {};

  std::vector<std::int64_t> label_bytes = {};  // how long each label's text is, for LabelScore::bytes
  std::vector<std::int32_t> reference = {};    // another prompt, for LabelScore::pmi

  std::size_t n_labels() const { return labels.empty() ? label_ids.size() : labels.size(); }
};

/// A read point of one of several prompts.
struct PointOfPrompt {
  std::int64_t prompt, position;
  std::span<const std::int32_t> label_ids;
  std::span<const std::int32_t> suffix = {};
  std::span<const double> of_labels = {};
};
/// All of them, prompt after prompt: first PromptIds::points, then the last position.
std::vector<PointOfPrompt> points_of(std::span<const PromptIds> prompts);

/// A prompt that could not be decomposed. The error calls the prompt "it".
struct PromptFailure {
  std::int64_t prompt;
  Error error;
};

/// Bytes that a group's rows and prompts may take if memory_bytes is not set.
constexpr std::int64_t kUsualRowBytes = 400'000'000;

/// What a label's score is (docs/maths.md).
enum class LabelScore {
  tree,   // its logit; if a label has several tokens, its log-probability among the labels
  first,  // the logit of its first token
  sum,    // the logarithm of its probability under the model
  mean,   // the same, divided by the number of its tokens
  bytes,  // the same, divided by PromptIds::label_bytes
  pmi,    // the same, less that of the label after PromptIds::reference
};
/// Whether the score needs the logits of the whole vocabulary.
constexpr bool is_over_vocabulary(LabelScore score) { return score != LabelScore::tree && score != LabelScore::first; }

/// Which tokens' directions are mixed at a read point, each with its probability under the softmax of their logits.
enum class Mixture { none, of_all, of_rivals };  // rivals: all tokens but the point's first label

/// What is read of the logits of the whole vocabulary at every read point. Any of it takes a product with every row of
/// the unembedding.
struct WholeVocabulary {
  bool log_sum_exp = false;
  bool logits = false;
  std::int64_t n_top = 0;  // how many of the tokens with the highest logits are named
  Mixture mixture = Mixture::none;

  bool is_read() const { return log_sum_exp || logits || n_top > 0 || mixture != Mixture::none; }
};

/// Some mixtures, each with the weights w of its tokens. A logit is U_v . z + b_v, where most models have no b.
struct Mixtures {
  Array<float> rows;         // sum_v w_v U_v  [n, d_model]
  std::vector<double> bias;  // sum_v w_v b_v  [n]
};

/// How many logits are held at a time if those of the whole vocabulary are read.
constexpr std::int64_t kVocabularyAtOnce = 1 << 24;

/// The largest certificate that a run may have. For heads split by source, in bf16, the bound is 200 times as large.
constexpr double kCertificateBound = 1e-4;

/// What a run stores of the last position besides contributions.
struct Stored {
  bool hidden = false, z = false;
  DType type = DType::f32;  // of both in a run file: f32 or bf16. Values in memory are rounded to it as well

  bool operator==(const Stored&) const = default;
};
/// How many values of hidden, and of z, are stored per prompt.
std::int64_t hidden_size(const Stored& stored, const ModelConfig& config);
std::int64_t z_size(const Stored& stored, const ModelConfig& config);

class LabelCache;      // decompose/label_directions.h
class PointRecording;  // decompose/recording.h
struct WeighedHeads;   // decompose/weighed_heads.h

struct DecomposeOptions {
  /// Upper limit for the process's private memory (see memory.h): prompts are split into groups to stay below it. If it
  /// is not set, a group's rows and prompts may take kUsualRowBytes.
  std::optional<std::int64_t> memory_bytes;
  std::int64_t memory_in_use = 0;  // what the process held before this call
  /// How many sources PromptIds::sources names; 0: no split by source. Tokens of a suffix have the last one.
  std::int64_t n_sources = 0;
  bool by_token = false;  // split heads by token
  bool experts = false;   // split MLPs by their experts, of which the model must have some

  bool splits_parts() const { return n_sources > 0 || by_token || experts; }
  void split_nothing() {
    n_sources = 0;
    by_token = experts = false;
  }
  /// Parts that are replaced at every position, and the values that replace them. These values are reported as the
  /// parts' contributions.
  std::vector<AblatedPart> ablated;
  LabelCache* label_cache = nullptr;  // if set: keeps what label words are read with for later passes
  WholeVocabulary vocabulary;         // PointParts::vocabulary
  /// What is read like tokens: label id d_vocab + i is mixture i. Or null
  const Mixtures* mixtures = nullptr;
  LabelScore score = LabelScore::tree;  // of labels of examples: points are read as they are
  bool label_mass = false;              // Contributions::label_mass
  PointRecording* recording = nullptr;  // if set: keeps what the points are read from
  /// If set: heads are weighed, and split by source. decompose() alone does this, and for no score over the vocabulary.
  WeighedHeads* weighed = nullptr;
  bool before_cap = false;  // of a model that caps its logits: read logits and parts before the cap (logit_cap.h)
  bool read_parts = true;   // off: logits only (to measure what the decomposition costs)
  Stored stored;
  /// If set: a prompt that cannot be decomposed is listed here, in ascending order, and the results of its points are
  /// NaN. Others are not affected. If not set, its error is thrown.
  std::vector<PromptFailure>* failures = nullptr;
  ProgressFn progress;  // done and total count tokens times layers
};

/// How many values the split heads, or MLPs, of one point have for each of its labels; 0: they are not split so.
/// `by_token` counts, for every prompt, the tokens of the longest one, and if there are suffixes, one more.
struct SourceSizes {
  std::int64_t by_source = 0, by_token = 0, experts = 0;

  std::int64_t sum() const { return by_source + by_token + experts; }
};
SourceSizes source_sizes(std::span<const PromptIds> prompts, const DecomposeOptions& options,
                         const ModelConfig& config);

/// At how many points hidden and z are stored: not behind a suffix.
std::int64_t count_stored(std::span<const PromptIds> prompts);

}  // namespace partwise::internal

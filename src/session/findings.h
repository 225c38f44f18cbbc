// What can be said of a model before it is run, and everything about it that is refused.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "hub/find_model.h"
#include "session/decompose_series.h"
#include "session/model_choice.h"
#include "tokenizer/tokenizer.h"

namespace partwise::internal {

struct Findings {
  ModelPlace place;
  std::unique_ptr<Checkpoint> checkpoint;  // null or empty, like all below, if it was refused
  std::optional<Model> model;              // loaded as if what is refused by name were allowed
  std::optional<TokenizerOutline> tokenizer;
  std::vector<Error> refusals;  // in the order in which the other commands would meet them

  bool usable() const { return refusals.empty(); }
};

/// Names that are refused and that --allow-unknown would let pass are skipped here, so that refusals behind them are
/// found as well. If `with_tokenizer` is off, only the weights are examined. Errors: none, they are findings.
Findings examine(const ModelChoice& source, bool with_tokenizer = true);

/// The first refusal, and how many more there are. Errors: internal if there is none.
Error refusal_of(const Findings& found);

/// A checkpoint of a series. Only its weights were examined: comparing tokenizers needs prompts.
struct CheckpointFindings {
  std::string label;
  Findings found;  // without checkpoint and model: a series has hundreds of them, and each checkpoint is a mapped file
};
using SeriesFindings = std::vector<CheckpointFindings>;

/// Examines every checkpoint. Sizes are compared with those of the first checkpoint that loads; one that differs is
/// refused. Errors: none, they are findings.
SeriesFindings examine_series(const CheckpointSeries& series);

/// How many checkpoints are refused, with the label and the first refusal of the first of them; nullopt if none is.
std::optional<Error> refusal_of(const SeriesFindings& all);

struct TypeUse {
  std::int64_t tensors = 0;
  std::uint64_t bytes = 0;
};
std::map<std::string, TypeUse> types_of(const Checkpoint& checkpoint);

/// Tensors that differ only in the numbers in their names.
struct TensorPattern {
  std::string pattern;  // "blk.*.attn_q.weight"
  Shape shape;
  std::string type;
  std::int64_t count = 0;
};
/// In the order of the names.
std::vector<TensorPattern> tensor_patterns(const Checkpoint& checkpoint);

/// "RMSNorm", "LayerNorm"; "none", "heads", "rows"; "silu", "gelu", "gelu_tanh".
std::string norm_name(NormKind norm);
std::string qk_norm_name(QkNorm norm);
std::string activation_name(Activation activation);

/// The memory that a pass takes: a layer's weights, and as many rows of the prefix tree as --memory allows.
struct PassMemory {
  std::int64_t bytes_per_layer = 0;
  std::int64_t bytes_per_row = 0;
  std::int64_t default_memory = 0;  // the value of --memory if it is not given
  std::int64_t rows_at_once() const { return default_memory / bytes_per_row; }
};
PassMemory pass_memory(const ModelConfig& config);

}  // namespace partwise::internal

// Keys and values that earlier passes have computed, so that a prompt's beginning need not be computed again.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "ops/backend.h"
#include "pass/prefix_tree.h"

namespace partwise::internal {

/// Keys, then values, of consecutive tokens in every layer.
struct KeyValues {
  std::vector<OwnedRows> layers;  // n_layers of [n_tokens, width]
};

/// Rows [row, row + n) of a tree are known: they are rows [first, first + n) of `values`.
struct KnownPiece {
  std::shared_ptr<const KeyValues> values;
  std::int64_t first, row, n;
};

/// A tree of prompts whose first rows are known.
struct GrownTree {
  PrefixTree tree;
  std::vector<KnownPiece> pieces;  // cover rows [0, tree.n_known) in order
};

/// The new rows of one segment, to be kept.
struct KeptSegment {
  std::int64_t segment;
  std::shared_ptr<KeyValues> values;
};

/// A radix tree of token sequences with their keys and values. A row depends on the tokens before it alone, so what is
/// known is exactly what a pass would compute. The rows that were not used for the longest time are dropped first.
/// Several threads may call at a time.
class KnownRows {
 public:
  /// `width` is 2 n_kv_heads * d_head. At most `max_bytes` are held; with 0, nothing is ever known. The back end must
  /// outlive the object.
  KnownRows(const Backend& backend, std::int64_t n_layers, std::int64_t width, std::int64_t max_bytes);
  ~KnownRows();

  std::int64_t max_bytes() const { return max_bytes_; }
  std::int64_t bytes() const;

  /// The same prompts with the rows that are known in front. Rows that are read count as not known, since their
  /// residuals are needed, and so do all rows behind them.
  GrownTree grow(const PrefixTree& tree) const;

  /// Room for the new rows of `tree` that are to be kept: of all new segments if they take at most half of max_bytes,
  /// else of those that several prompts share, as long as they fit.
  std::vector<KeptSegment> room_for(const PrefixTree& tree) const;
  /// Keeps these rows of `tree`, and drops what was used least recently if there is too much.
  void add(const PrefixTree& tree, std::vector<KeptSegment> kept);

 private:
  struct Node;
  struct Cursor;

  std::int64_t bytes_of(std::int64_t n_rows) const;
  std::shared_ptr<KeyValues> make_values(std::int64_t n_rows) const;
  std::shared_ptr<KeyValues> copy(const KeyValues& from, std::int64_t first, std::int64_t n) const;
  bool step(Cursor& at, std::int32_t token) const;
  Cursor end_of(const PrefixTree& tree, std::int64_t segment, bool& found) const;
  void insert(const PrefixTree& tree, KeptSegment kept);
  void split(Node& node, std::int64_t n_first);
  void drop_oldest();

  const Backend& backend_;
  std::int64_t n_layers_, width_, max_bytes_;
  mutable std::mutex mutex_;
  std::unique_ptr<Node> root_;
  std::int64_t n_rows_ = 0;
  mutable std::uint64_t now_ = 0;  // counts uses
};

}  // namespace partwise::internal

#include "pass/known_rows.h"

#include <algorithm>
#include <span>
#include <utility>

namespace partwise::internal {

/// Tokens that follow the parent's.
struct KnownRows::Node {
  std::vector<std::int32_t> tokens;
  std::shared_ptr<const KeyValues> values;  // of these tokens
  Node* parent = nullptr;
  std::map<std::int32_t, std::unique_ptr<Node>> children;  // by their first token
  std::uint64_t last_used = 0;
};

/// Behind the first `n` tokens of a node.
struct KnownRows::Cursor {
  Node* node;
  std::int64_t n;
};

KnownRows::KnownRows(const Backend& backend, std::int64_t n_layers, std::int64_t width, std::int64_t max_bytes)
    : backend_(backend), n_layers_(n_layers), width_(width), max_bytes_(max_bytes), root_(std::make_unique<Node>()) {}

KnownRows::~KnownRows() = default;

std::int64_t KnownRows::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_of(n_rows_);
}

std::int64_t KnownRows::bytes_of(std::int64_t n_rows) const {
  return n_rows * n_layers_ * width_ * static_cast<std::int64_t>(sizeof(float));
}

std::shared_ptr<KeyValues> KnownRows::make_values(std::int64_t n_rows) const {
  auto values = std::make_shared<KeyValues>();
  for (std::int64_t l = 0; l < n_layers_; ++l) values->layers.push_back(backend_.allocate(n_rows, width_));
  return values;
}

std::shared_ptr<KeyValues> KnownRows::copy(const KeyValues& from, std::int64_t first, std::int64_t n) const {
  auto values = make_values(n);
  for (std::size_t l = 0; l < from.layers.size(); ++l)
    backend_.copy(from.layers[l].view().block(first, n), values->layers[l].view());
  return values;
}

/// Moves over `token`. False if it is not known.
bool KnownRows::step(Cursor& at, std::int32_t token) const {
  if (at.n < std::ssize(at.node->tokens)) {
    if (at.node->tokens[static_cast<std::size_t>(at.n)] != token) return false;
    ++at.n;
  } else {
    const auto child = at.node->children.find(token);
    if (child == at.node->children.end()) return false;
    at = {child->second.get(), 1};
  }
  at.node->last_used = now_;
  return true;
}

namespace {

/// Renumbers a tree: the known beginnings of its segments become segments of their own, and come first.
class Grower {
 public:
  /// n_known [n_segments]
  Grower(const PrefixTree& tree, std::vector<std::int64_t> n_known) : old_(tree), n_known_(std::move(n_known)) {
    last_part_.resize(tree.segments.size(), -1);
    new_row_.resize(tree.tokens.size());
  }

  PrefixTree grow() {
    for (std::size_t s = 0; s < old_.segments.size(); ++s) add(s, 0, n_known_[s]);
    tree_.n_known = tree_.n_rows();
    for (std::size_t s = 0; s < old_.segments.size(); ++s) add(s, n_known_[s], old_.segments[s].n_rows - n_known_[s]);
    for (const std::int64_t end : old_.ends) tree_.ends.push_back(new_row_[static_cast<std::size_t>(end)]);
    for (const std::int64_t row : old_.reads) tree_.reads.push_back(new_row_[static_cast<std::size_t>(row)]);
    return std::move(tree_);
  }

 private:
  /// Rows [first, first + n) of segment s.
  void add(std::size_t s, std::int64_t first, std::int64_t n) {
    if (n == 0) return;
    const Segment& old = old_.segments[s];
    const std::int64_t before = last_part_[s] >= 0 ? last_part_[s] : old.parent < 0 ? -1 : last_part_[old.parent];
    last_part_[s] = std::ssize(tree_.segments);
    tree_.segments.push_back({before, tree_.n_rows(), n, old.position + first});
    for (std::int64_t row = old.first_row + first; row < old.first_row + first + n; ++row) {
      new_row_[row] = tree_.n_rows();
      tree_.tokens.push_back(old_.tokens[row]);
      tree_.positions.push_back(old_.positions[row]);
    }
  }

  const PrefixTree& old_;
  std::vector<std::int64_t> n_known_;
  std::vector<std::int64_t> last_part_;  // the new segment that holds the end of each old one; -1: none yet
  std::vector<std::int64_t> new_row_;    // of each old row
  PrefixTree tree_;
};

}  // namespace

GrownTree KnownRows::grow(const PrefixTree& tree) const {
  const std::lock_guard lock(mutex_);
  if (n_rows_ == 0) return {tree, {}};
  ++now_;
  std::vector<bool> is_read(tree.tokens.size());
  for (const std::int64_t row : tree.reads) is_read[static_cast<std::size_t>(row)] = true;
  std::vector<Cursor> ends(tree.segments.size(), Cursor{nullptr, 0});  // node: null if the segment is not known
  std::vector<std::int64_t> n_known(tree.segments.size());
  GrownTree grown;
  std::int64_t n_rows = 0;
  for (std::size_t s = 0; s < tree.segments.size(); ++s) {
    const auto& [parent, first_row, n, position] = tree.segments[s];
    Cursor at = parent < 0 ? Cursor{root_.get(), 0} : ends[static_cast<std::size_t>(parent)];
    if (!at.node) continue;
    for (std::int64_t row = first_row; row < first_row + n && !is_read[row] && step(at, tree.tokens[row]); ++row) {
      const bool extends = !grown.pieces.empty() && n_known[s] > 0 && grown.pieces.back().values == at.node->values;
      if (extends)
        ++grown.pieces.back().n;
      else
        grown.pieces.push_back({at.node->values, at.n - 1, n_rows, 1});
      ++n_known[s];
      ++n_rows;
    }
    if (n_known[s] == n) ends[s] = at;
  }
  grown.tree = Grower(tree, std::move(n_known)).grow();
  return grown;
}

std::vector<KeptSegment> KnownRows::room_for(const PrefixTree& tree) const {
  const std::int64_t most = bytes_of(1) > 0 ? max_bytes_ / 2 / bytes_of(1) : 0;  // rows
  const bool all = tree.n_rows() - tree.n_known <= most;
  std::vector<bool> is_parent(tree.segments.size()), is_kept(tree.segments.size());
  for (const Segment& segment : tree.segments)
    if (segment.parent >= 0) is_parent[static_cast<std::size_t>(segment.parent)] = true;
  std::vector<KeptSegment> kept;
  std::int64_t n_rows = 0;
  for (std::size_t s = 0; s < tree.segments.size(); ++s) {
    const Segment& segment = tree.segments[s];
    const bool is_known = segment.first_row < tree.n_known;
    const bool grows_on_kept = segment.parent < 0 || is_kept[static_cast<std::size_t>(segment.parent)];
    is_kept[s] = is_known || (grows_on_kept && (all || is_parent[s]) && n_rows + segment.n_rows <= most);
    if (is_known || !is_kept[s]) continue;
    n_rows += segment.n_rows;
    kept.push_back({static_cast<std::int64_t>(s), make_values(segment.n_rows)});
  }
  return kept;
}

void KnownRows::add(const PrefixTree& tree, std::vector<KeptSegment> kept) {
  const std::lock_guard lock(mutex_);
  ++now_;
  for (KeptSegment& segment : kept) insert(tree, std::move(segment));
  while (bytes_of(n_rows_) > max_bytes_) drop_oldest();
}

/// Behind the last token of a segment; `found` is false if it is not known.
KnownRows::Cursor KnownRows::end_of(const PrefixTree& tree, std::int64_t index, bool& found) const {
  if (index < 0) return {root_.get(), 0};
  const Segment& segment = tree.segments[static_cast<std::size_t>(index)];
  Cursor at = end_of(tree, segment.parent, found);
  for (std::int64_t row = segment.first_row; found && row < segment.first_row + segment.n_rows; ++row)
    found = step(at, tree.tokens[static_cast<std::size_t>(row)]);
  return at;
}

void KnownRows::insert(const PrefixTree& tree, KeptSegment kept) {
  const Segment& segment = tree.segments[static_cast<std::size_t>(kept.segment)];
  bool found = true;
  Cursor at = end_of(tree, segment.parent, found);
  if (!found) return;  // dropped meanwhile
  std::int64_t row = segment.first_row;
  const std::int64_t end = row + segment.n_rows;
  while (row < end && step(at, tree.tokens[static_cast<std::size_t>(row)])) ++row;  // another pass was faster
  if (row == end) return;
  if (at.n < std::ssize(at.node->tokens)) {
    split(*at.node, at.n);
    at.node = at.node->parent;
  }
  auto node = std::make_unique<Node>();
  node->tokens.assign(tree.tokens.begin() + row, tree.tokens.begin() + end);
  node->values =
      row == segment.first_row ? std::move(kept.values) : copy(*kept.values, row - segment.first_row, end - row);
  node->parent = at.node;
  node->last_used = now_;
  n_rows_ += end - row;
  at.node->children[node->tokens.front()] = std::move(node);
}

/// Puts the first tokens of `node` into a node above it.
void KnownRows::split(Node& node, std::int64_t n_first) {
  auto& place = node.parent->children.at(node.tokens.front());
  auto below = std::move(place);
  auto above = std::make_unique<Node>();
  const auto cut = node.tokens.begin() + n_first;
  above->tokens.assign(node.tokens.begin(), cut);
  above->values = copy(*node.values, 0, n_first);
  above->parent = node.parent;
  above->last_used = node.last_used;
  node.values = copy(*node.values, n_first, std::ssize(node.tokens) - n_first);
  node.tokens.erase(node.tokens.begin(), cut);
  node.parent = above.get();
  above->children[node.tokens.front()] = std::move(below);
  place = std::move(above);
}

/// Drops the leaf that was used least recently.
void KnownRows::drop_oldest() {
  Node* oldest = nullptr;
  std::vector<Node*> open = {root_.get()};
  while (!open.empty()) {
    Node* node = open.back();
    open.pop_back();
    for (const auto& [token, child] : node->children) open.push_back(child.get());
    const bool is_leaf = node != root_.get() && node->children.empty();
    if (is_leaf && (!oldest || node->last_used < oldest->last_used)) oldest = node;
  }
  n_rows_ -= std::ssize(oldest->tokens);
  oldest->parent->children.erase(std::int32_t{oldest->tokens.front()});
}

}  // namespace partwise::internal

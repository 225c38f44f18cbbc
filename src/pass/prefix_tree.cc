#include "pass/prefix_tree.h"

#include <algorithm>
#include <numeric>

namespace partwise::internal {

namespace {

using Ids = std::span<const std::int32_t>;

/// Indices of prompts in lexicographic order of their tokens; a prefix comes before the prompts that extend it.
std::vector<std::int64_t> sorted_order(std::span<const Ids> prompts) {
  std::vector<std::int64_t> order(prompts.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](auto a, auto b) { return std::ranges::lexicographical_compare(prompts[a], prompts[b]); });
  return order;
}

std::int64_t common_prefix(Ids a, Ids b) { return std::ranges::mismatch(a, b).in1 - a.begin(); }

/// Sorted prompts [first, last) that share their first `depth` tokens; `parent` holds the last of these.
struct Branch {
  std::size_t first, last;
  std::int64_t depth;
  std::int64_t parent;
};

class Builder {
 public:
  explicit Builder(std::span<const Ids> prompts) : prompts_(prompts), order_(sorted_order(prompts)) {
    tree_.ends.resize(prompts.size());
  }

  PrefixTree build() {
    push_branches(0, order_.size(), 0, -1);
    while (!open_.empty()) {
      const Branch branch = open_.back();
      open_.pop_back();
      add_segment(branch);
    }
    tree_.reads = tree_.ends;
    return std::move(tree_);
  }

 private:
  Ids prompt(std::size_t i) const { return prompts_[order_[i]]; }

  /// One branch per distinct token at `depth`. The last one is pushed first, so that rows come out sorted.
  void push_branches(std::size_t first, std::size_t last, std::int64_t depth, std::int64_t parent) {
    while (last > first) {
      std::size_t begin = last - 1;
      while (begin > first && prompt(begin - 1)[depth] == prompt(last - 1)[depth]) --begin;
      open_.push_back({begin, last, depth, parent});
      last = begin;
    }
  }

  void add_segment(const Branch& b) {
    const std::int64_t end = common_prefix(prompt(b.first), prompt(b.last - 1));
    const auto index = static_cast<std::int64_t>(tree_.segments.size());
    tree_.segments.push_back({b.parent, tree_.n_rows(), end - b.depth, b.depth});
    for (std::int64_t p = b.depth; p < end; ++p) {
      tree_.tokens.push_back(prompt(b.first)[p]);
      tree_.positions.push_back(static_cast<std::int32_t>(p));
    }
    std::size_t next = b.first;
    for (; next < b.last && std::ssize(prompt(next)) == end; ++next) tree_.ends[order_[next]] = tree_.n_rows() - 1;
    push_branches(next, b.last, end, index);
  }

  std::span<const Ids> prompts_;
  std::vector<std::int64_t> order_;
  std::vector<Branch> open_;
  PrefixTree tree_;
};

}  // namespace

PrefixTree build_prefix_tree(std::span<const Ids> prompts) { return Builder(prompts).build(); }

std::vector<std::int64_t> prompts_of_rows(const PrefixTree& tree) {
  std::vector<std::int64_t> counts(static_cast<std::size_t>(tree.n_rows()));
  for (std::int64_t end : tree.ends) ++counts[end];
  std::vector<std::int64_t> behind(tree.segments.size());  // prompts that continue after the segment
  for (std::int64_t i = std::ssize(tree.segments) - 1; i >= 0; --i) {
    const Segment& segment = tree.segments[i];
    std::int64_t n = behind[i];
    for (std::int64_t row = segment.first_row + segment.n_rows - 1; row >= segment.first_row; --row) {
      n += counts[row];
      counts[row] = n;
    }
    if (segment.parent >= 0) behind[segment.parent] += n;
  }
  return counts;
}

std::vector<std::vector<std::int64_t>> group_prompts(std::span<const Ids> prompts, std::int64_t max_rows,
                                                     std::span<const std::int64_t> extra_rows) {
  std::vector<std::vector<std::int64_t>> groups;
  std::int64_t rows = 0;
  Ids previous;
  for (std::int64_t index : sorted_order(prompts)) {
    const Ids prompt = prompts[index];
    const std::int64_t added = std::ssize(prompt) - common_prefix(prompt, previous) + extra_rows[index];
    if (groups.empty() || rows + added > max_rows) {
      groups.emplace_back();
      rows = std::ssize(prompt) + extra_rows[index];
    } else {
      rows += added;
    }
    groups.back().push_back(index);
    previous = prompt;
  }
  return groups;
}

std::int64_t row_of(const PrefixTree& tree, std::int64_t prompt, std::int64_t position) {
  const std::int64_t end = tree.ends[prompt];
  auto segment = std::ranges::upper_bound(tree.segments, end, {}, &Segment::first_row) - 1;
  while (position < segment->position) segment = tree.segments.begin() + segment->parent;
  return segment->first_row + position - segment->position;
}

std::vector<std::int64_t> rows_read(const PrefixTree& tree) {
  auto rows = tree.reads;
  std::ranges::sort(rows);
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  return rows;
}

}  // namespace partwise::internal

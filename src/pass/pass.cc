#include "pass/pass.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>
#include <vector>

#include "base/error.h"
#include "base/round.h"
#include "pass/active_rows.h"
#include "pass/block.h"
#include "pass/rows.h"

namespace partwise::internal {

namespace {

double rms(const float* x, std::int64_t n, float eps) {
  double sum = 0;
  for (std::int64_t i = 0; i < n; ++i) sum += double{x[i]} * double{x[i]};
  return std::sqrt(sum / static_cast<double>(n) + double{eps});
}

/// One thread's activations for the rows that it works on.
struct Scratch {
  Scratch(const ModelConfig& c, std::int64_t rows)
      : q(rows, c.n_heads * c.d_head),
        z(rows, c.n_heads * c.d_head),
        attn_out(rows, c.d_model),
        mlp_out(rows, c.d_model) {}
  Rows q, z, attn_out, mlp_out;  // [rows, ...]
};

/// Which chunks of a sweep are done. A chunk may wait for all chunks before it, since these have been begun by then.
class Done {
 public:
  explicit Done(std::size_t n) : flags_(n) {}
  void set(std::int64_t i) {
    flags_[i] = true;
    flags_[i].notify_all();
  }
  void wait_for_all_before(std::int64_t i) const {
    for (std::int64_t j = 0; j < i; ++j) flags_[j].wait(false);
  }

 private:
  std::vector<std::atomic<bool>> flags_;
};

class Pass {
 public:
  Pass(const Engine& engine, const GrownTree& grown, PassObserver& observer, const ProgressFn& progress,
       const PartEdits& edits)
      : engine_(engine),
        c_(engine.model().config()),
        backend_(engine.backend()),
        tree_(grown.tree),
        pieces_(grown.pieces),
        observer_(observer),
        progress_(progress),
        edits_(edits),
        chunks_(cut_into_chunks(tree_.n_new_rows(), backend_)),
        last_chunks_(cut_into_chunks(std::ssize(last_rows(tree_)), backend_)),
        rotary_(c_, 1 + *std::ranges::max_element(tree_.positions)),
        resid_(tree_.n_new_rows(), c_.d_model),
        kv_(tree_.n_rows(), 2 * c_.n_kv_heads * c_.d_head),
        ln1_post_scale_(c_.post_norms ? tree_.ends.size() : 0),
        z_ends_(std::ssize(tree_.ends), c_.n_heads * c_.d_head),
        out_ends_(std::ssize(tree_.ends), c_.d_model),
        q_ends_(observer.wants_attention() ? std::ssize(tree_.ends) : 0, c_.n_heads * c_.d_head) {
    const auto rows_of = [](const std::vector<RowRange>& chunks, int thread) {
      return thread < std::ssize(chunks) ? chunks[0].n : 0;
    };
    for (int i = 0; i < backend_.n_threads(); ++i)
      scratch_.emplace_back(c_, std::max(rows_of(chunks_, i), rows_of(last_chunks_, i)));
  }

  /// The new rows of these segments are copied as they are computed.
  void run(std::span<const KeptSegment> kept) {
    kept_ = kept;
    embed();
    ActiveRows active(tree_, new_rows(tree_), resid_.view());
    if (!edits_.averaged.empty()) active.n_prompts = prompts_of_rows(tree_);
    for (std::int64_t l = 0; l + 1 < c_.n_layers; ++l) {
      const std::shared_ptr<const Layer> layer = engine_.layer(l);
      sweep(Block(c_, backend_, rotary_, *layer), active);
    }
    last_layer();
  }

 private:
  /// out[i, :] = the residual of the tree's row rows[i], which is new.
  void gather(std::span<const std::int64_t> rows, Matrix out) {
    for (std::size_t i = 0; i < rows.size(); ++i)
      std::copy_n(resid_.view().row(rows[i] - tree_.n_known), c_.d_model, out.row(static_cast<std::int64_t>(i)));
  }

  void embed() {
    constexpr std::int64_t kAtOnce = 512;  // all rows at once would be a second copy in memory
    backend_.for_each(divide_up(tree_.n_new_rows(), kAtOnce), [&](std::int64_t i, int) {
      const std::int64_t first = i * kAtOnce, n = std::min(kAtOnce, tree_.n_new_rows() - first);
      const HostMatrix rows = engine_.model().embed(std::span(tree_.tokens).subspan(tree_.n_known + first, n));
      std::ranges::copy(rows.values, resid_.view().row(first));
    });
    gather(tree_.ends, out_ends_.view());
    observer_.on_embed(out_ends_.view());
  }

  /// Runs one layer, chunk by chunk. Everything that a row's query sees lies in the row's own chunk or in chunks before
  /// it.
  void sweep(const Block& block, const ActiveRows& active) {
    fill_known(block.layer().index);
    Done projected(chunks_.size());
    for_chunks(chunks_, [&](std::int64_t i, Scratch& scratch, int thread) {
      const auto [first, n] = chunks_[i];
      try {
        project(block, chunks_[i], scratch.q.view(n));
      } catch (...) {
        projected.set(i);  // others may go on: their results are discarded
        throw;
      }
      projected.set(i);
      projected.wait_for_all_before(i);
      move_on(block, active, chunks_[i], scratch);
      report(n, thread);
    });
    keep(block.layer().index);
    show(block);
  }

  void fill_known(std::int64_t layer) {
    for (const KnownPiece& piece : pieces_)
      std::copy_n(piece.values->layers[layer].get() + piece.first * kv_.n_cols, piece.n * kv_.n_cols,
                  kv_.view().row(piece.row));
  }

  void keep(std::int64_t layer) {
    for (const KeptSegment& kept : kept_) {
      const Segment& segment = tree_.segments[kept.segment];
      std::copy_n(kv_.view().row(segment.first_row), segment.n_rows * kv_.n_cols, kept.values->layers[layer].get());
    }
  }

  /// Runs the last layer. All rows are keys here as well, but only the prompts' ends are queried and updated.
  void last_layer() {
    const std::shared_ptr<const Layer> last = engine_.layer(c_.n_layers - 1);
    const Block block(c_, backend_, rotary_, *last);
    fill_known(last->index);
    for_chunks(chunks_, [&](std::int64_t i, Scratch&, int thread) {
      project(block, chunks_[i], {});
      report(chunks_[i].n, thread);
    });
    keep(last->index);
    const auto rows = last_rows(tree_);
    Rows resid(std::ssize(rows), c_.d_model);
    gather(rows, resid.view());
    ActiveRows active(tree_, rows, resid.view());
    if (!edits_.averaged.empty()) active.n_prompts = prompts_ending(tree_, rows);
    for_chunks(last_chunks_, [&](std::int64_t i, Scratch& scratch, int) {
      const auto [first, n] = last_chunks_[i];
      block.query(active.resid.block(first, n), std::span(active.positions).subspan(first, n), scratch.q.view(n));
      move_on(block, active, last_chunks_[i], scratch);
    });
    show(block);
    for (const End& end : active.ends)
      std::copy_n(resid.view().row(end.row), c_.d_model, out_ends_.view().row(end.prompt));
    observer_.on_final_residual(out_ends_.view());
  }

  /// Calls body(i, scratch, thread) for all chunks in order, on as many threads as have one.
  template <class Body>
  void for_chunks(const std::vector<RowRange>& chunks, const Body& body) {
    if (chunks.size() == 1) return body(0, scratch_[0], 0);
    backend_.for_each(std::ssize(chunks), [&](std::int64_t i, int thread) { body(i, scratch_[thread], thread); });
  }

  void report(std::int64_t n_rows, int thread) {
    const std::int64_t n_done = n_moved_.fetch_add(n_rows) + n_rows;
    if (progress_ && thread == 0) progress_({"decomposing", n_done, c_.n_layers * tree_.n_new_rows(), c_.n_layers});
  }

  /// Computes keys and values of these new rows, and queries unless q is empty.
  void project(const Block& block, RowRange rows, Matrix q) {
    const auto [first, n] = rows;
    const std::int64_t row = tree_.n_known + first;  // of the tree
    block.project(resid_.view().block(first, n), std::span(tree_.positions).subspan(row, n), kv_.view().block(row, n),
                  q);
  }

  void show(const Block& block) {
    const Layer& layer = block.layer();
    LayerAtEnds shown{layer.index, layer.weights, z_ends_.view(), ln1_post_scale_, out_ends_.view(), nullptr};
    if (!observer_.wants_attention()) return observer_.on_layer(shown);
    const auto runs = runs_of_ends(tree_);
    const ConstMatrix kv = kv_.view();
    const AttentionAtEnds attention{block.attention_shape(), tree_.segments, runs,
                                    q_ends_.view(),          block.keys(kv), block.values(kv)};
    shown.attention = &attention;
    observer_.on_layer(shown);
  }

  /// Attention and MLP of some of the active rows, whose queries are in the scratch. The blocks return what they add;
  /// it is added here, and nowhere else.
  void move_on(const Block& block, const ActiveRows& active, RowRange rows, Scratch& scratch) {
    const auto [first, n] = rows;
    const std::span<const End> ends = ends_within(active.ends, rows);
    const Matrix x = active.resid.block(first, n), attn_out = scratch.attn_out.view(n),
                 mlp_out = scratch.mlp_out.view(n);
    attention(block, active, rows, ends, scratch, attn_out);
    if (!c_.parallel_residual) backend_.add(x, attn_out);
    block.mlp(x, mlp_out);
    edit(block.layer(), true, mlp_out, active, rows);
    if (c_.parallel_residual) backend_.add(x, attn_out);
    backend_.add(x, mlp_out);
    for (const End& e : ends) std::copy_n(mlp_out.row(e.row - first), c_.d_model, out_ends_.view().row(e.prompt));
  }

  /// Keeps queries, z and the scale of the norm after attention for the prompts that end in these rows.
  void attention(const Block& block, const ActiveRows& active, RowRange rows, std::span<const End> ends,
                 Scratch& scratch, Matrix out) {
    const Matrix q = scratch.q.view(rows.n), z = scratch.z.view(rows.n);
    block.attend(tree_.segments, cut_runs(active.runs, rows), q, kv_.view(), z);
    if (q_ends_.n_rows > 0)
      for (const End& e : ends) std::copy_n(q.row(e.row - rows.first), q.cols, q_ends_.view().row(e.prompt));
    edit(block.layer(), false, z, active, rows);
    for (const End& e : ends) {
      float* kept = z_ends_.view().row(e.prompt);
      std::copy_n(z.row(e.row - rows.first), z.cols, kept);
      round_to(backend_.precision(), {kept, static_cast<std::size_t>(z.cols)});
    }
    block.write(z, out);
    if (!block.norms_written()) return;
    for (const End& e : ends) ln1_post_scale_[e.prompt] = rms(out.row(e.row - rows.first), c_.d_model, c_.norm_eps);
    block.norm_written(out);
  }

  /// Averages and replaces parts among the layer's heads, or its MLP. `out` holds their values.
  void edit(const Layer& layer, bool is_mlp, Matrix out, const ActiveRows& active, RowRange rows) {
    const auto is_here = [&](const Component& part) { return part.layer == layer.index && part.is_mlp() == is_mlp; };
    const auto own = [&](const Component& part) {
      return is_mlp ? out : out.columns(part.head * c_.d_head, c_.d_head);
    };
    for (AveragedPart& averaged : edits_.averaged)
      if (is_here(averaged.part))
        add(averaged.mean, own(averaged.part), std::span(active.n_prompts).subspan(rows.first, rows.n));
    for (const AblatedPart& ablated : edits_.ablated) {
      if (!is_here(ablated.part)) continue;
      const Matrix values = own(ablated.part);
      for (std::int64_t row = 0; row < values.rows; ++row) std::ranges::copy(ablated.value, values.row(row));
    }
  }

  void add(PartMean& mean, ConstMatrix x, std::span<const std::int64_t> weights) {
    PartMean own(x.cols);
    own.add(x, weights);
    const std::lock_guard lock(means_mutex_);
    mean.add(own);
  }

  const Engine& engine_;
  const ModelConfig& c_;
  const Backend& backend_;
  const PrefixTree& tree_;
  std::span<const KnownPiece> pieces_;
  std::span<const KeptSegment> kept_;
  PassObserver& observer_;
  const ProgressFn& progress_;
  const PartEdits& edits_;
  std::mutex means_mutex_;
  std::vector<RowRange> chunks_, last_chunks_;  // of all rows, and of those that the last layer updates
  RotaryTables rotary_;
  Rows resid_;                             // of new rows  [n_new_rows, d_model]
  Rows kv_;                                // [n_rows, 2 n_kv_heads * d_head], keys then values
  std::atomic<std::int64_t> n_moved_ = 0;  // rows, over all layers
  std::vector<Scratch> scratch_;           // of each thread
  std::vector<double> ln1_post_scale_;     // [n_prompts] or empty
  Rows z_ends_, out_ends_;                 // [n_prompts, ...]
  Rows q_ends_;                            // [n_prompts, n_heads * d_head], or no rows
};

}  // namespace

void run_pass(const Engine& engine, const GrownTree& grown, PassObserver& observer, const ProgressFn& progress,
              const PartEdits& edits) {
  const bool is_edited = !edits.ablated.empty() || !edits.averaged.empty();
  check_internal(!is_edited || grown.tree.n_known == 0, "edits change keys and values, so that none are known");
  std::vector<KeptSegment> kept;
  if (!is_edited) kept = engine.known_rows().room_for(grown.tree);
  Pass(engine, grown, observer, progress, edits).run(kept);
  engine.known_rows().add(grown.tree, std::move(kept));
}

}  // namespace partwise::internal

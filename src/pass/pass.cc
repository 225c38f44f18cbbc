#include "pass/pass.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "base/error.h"
#include "base/round.h"
#include "pass/active_rows.h"
#include "pass/block.h"
#include "pass/experts.h"
#include "pass/pass_state.h"

namespace partwise::internal {

namespace {

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
        last_chunks_(cut_into_chunks(std::ssize(rows_read(tree_)), backend_)),
        rotary_(backend_, c_, 1 + *std::ranges::max_element(tree_.positions)),
        resid_(backend_.allocate(tree_.n_new_rows(), c_.d_model)),
        kv_(backend_.allocate(tree_.n_rows(), 2 * c_.n_kv_heads * c_.d_head)),
        shown_(backend_, c_, std::ssize(tree_.reads), observer_.wants_attention()) {
    const auto rows_of = [](const std::vector<RowRange>& chunks, int thread) {
      return thread < std::ssize(chunks) ? chunks[0].n : 0;
    };
    for (int i = 0; i < backend_.n_threads(); ++i)
      scratch_.emplace_back(backend_, c_, std::max(rows_of(chunks_, i), rows_of(last_chunks_, i)));
    if (!c_.experts) return;
    const std::int64_t most_rows = std::max(tree_.n_new_rows(), std::ssize(tree_.reads));
    experts_.emplace(engine, most_rows);
    mixed_ = backend_.allocate(most_rows, c_.d_model);
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
  /// Copies the residuals of these rows of the tree, which are new, to the first rows of `to`.
  void gather(std::span<const std::int64_t> rows, Rows to) {
    std::vector<RowCopy> copies;
    for (std::int64_t i = 0; i < std::ssize(rows); ++i) copies.push_back({rows[i] - tree_.n_known, i});
    backend_.copy_rows(resid_.view(), to, copies);
  }

  /// What enters the first block in rows [first, first + n) of the tree.
  HostMatrix embedding(std::int64_t first, std::int64_t n) const {
    const Model& model = engine_.model();
    HostMatrix rows = model.embed(std::span(tree_.tokens).subspan(first, n));
    if (!c_.learned_positions) return rows;
    const HostMatrix positions = model.pos_embed(std::span(tree_.positions).subspan(first, n));
    std::ranges::transform(rows.values, positions.values, rows.values.begin(), std::plus());
    return rows;
  }

  void embed() {
    constexpr std::int64_t kAtOnce = 512;  // all rows at once would be a second copy in memory
    backend_.for_each(divide_up(tree_.n_new_rows(), kAtOnce), [&](std::int64_t i, int) {
      const std::int64_t first = i * kAtOnce, n = std::min(kAtOnce, tree_.n_new_rows() - first);
      backend_.upload(embedding(tree_.n_known + first, n), resid_.view().block(first, n));
    });
    gather(tree_.reads, shown_.out.view());
    observer_.on_embed(shown_.out.view());
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
    if (c_.has_experts(block.layer().index)) run_experts(block, active, chunks_);
    keep(block.layer().index);
    show(block);
  }

  void fill_known(std::int64_t layer) {
    for (const KnownPiece& piece : pieces_)
      backend_.copy(piece.values->layers[layer].view().block(piece.first, piece.n),
                    kv_.view().block(piece.row, piece.n));
  }

  void keep(std::int64_t layer) {
    for (const KeptSegment& kept : kept_) {
      const Segment& segment = tree_.segments[kept.segment];
      backend_.copy(kv_.view().block(segment.first_row, segment.n_rows), kept.values->layers[layer].view());
    }
  }

  /// Runs the last layer. All rows are keys here as well, but only those that are read are queried and updated.
  void last_layer() {
    const std::shared_ptr<const Layer> last = engine_.layer(c_.n_layers - 1);
    const Block block(c_, backend_, rotary_, *last);
    fill_known(last->index);
    for_chunks(chunks_, [&](std::int64_t i, Scratch&, int thread) {
      project(block, chunks_[i], {});
      report(chunks_[i].n, thread);
    });
    keep(last->index);
    const auto rows = rows_read(tree_);
    OwnedRows resid = backend_.allocate(std::ssize(rows), c_.d_model);
    gather(rows, resid.view());
    ActiveRows active(tree_, rows, resid.view());
    if (!edits_.averaged.empty()) active.n_prompts = points_at(tree_, rows);
    for_chunks(last_chunks_, [&](std::int64_t i, Scratch& scratch, int) {
      const auto [first, n] = last_chunks_[i];
      block.query(active.resid.block(first, n), std::span(active.positions).subspan(first, n), scratch.q.view(n));
      move_on(block, active, last_chunks_[i], scratch);
    });
    if (c_.has_experts(last->index)) run_experts(block, active, last_chunks_);
    show(block);
    backend_.copy_rows(resid.view(), shown_.out.view(), active.reads);
    observer_.on_final_residual(shown_.out.view());
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
  void project(const Block& block, RowRange rows, Rows q) {
    const auto [first, n] = rows;
    const std::int64_t row = tree_.n_known + first;  // of the tree
    block.project(resid_.view().block(first, n), std::span(tree_.positions).subspan(row, n), kv_.view().block(row, n),
                  q);
  }

  void show(const Block& block) {
    backend_.round(shown_.z.view());  // as the output projection read it
    std::vector<double> scales(static_cast<std::size_t>(shown_.written.n_rows()));
    backend_.row_scales(NormKind::rms, shown_.written.view(), c_.norm_eps, scales);
    const Layer& layer = block.layer();
    LayerAtPoints shown{layer.index, layer.weights, shown_.z.view(), scales, shown_.out.view(), nullptr};
    if (!observer_.wants_attention()) return observer_.on_layer(shown);
    const auto runs = runs_of_points(tree_);
    const ConstRows kv = kv_.view();
    const AttentionAtPoints attention{block.attention_shape(), tree_.segments, runs,
                                      shown_.q.view(),         block.keys(kv), block.values(kv)};
    shown.attention = &attention;
    observer_.on_layer(shown);
  }

  /// Attention and MLP of some of the active rows, whose queries are in the scratch. The blocks return what they add;
  /// it is added here and in finish_mlp(), and nowhere else. If the layer has experts, they come later, for all rows.
  void move_on(const Block& block, const ActiveRows& active, RowRange rows, Scratch& scratch) {
    const auto [first, n] = rows;
    const Rows x = active.resid.block(first, n), attn_out = scratch.attn_out.view(n), mlp_out = scratch.mlp_out.view(n);
    attention(block, active, rows, scratch, attn_out);
    if (!c_.parallel_residual) backend_.add(x, attn_out);
    if (c_.has_experts(block.layer().index)) return;
    block.mlp(x, mlp_out);
    if (c_.parallel_residual) backend_.add(x, attn_out);
    finish_mlp(block, active, rows, mlp_out);
  }

  void run_experts(const Block& block, const ActiveRows& active, const std::vector<RowRange>& chunks) {
    const Rows out = mixed_.view(active.resid.rows);
    OnExpert seen;
    if (observer_.wants_experts())
      seen = [&](std::int64_t expert, std::span<const WeightedRow> rows, ConstRows of_rows) {
        show_expert(block.layer().index, expert, active, rows, of_rows);
      };
    experts_->run(block, active.resid, out, seen);
    for_chunks(chunks, [&](std::int64_t i, Scratch&, int) {
      finish_mlp(block, active, chunks[i], out.block(chunks[i].first, chunks[i].n));
    });
  }

  /// Shows the observer those of the rows that are read.
  void show_expert(std::int64_t layer, std::int64_t expert, const ActiveRows& active, std::span<const WeightedRow> rows,
                   ConstRows out) {
    const WeightedReads read = weighted_reads(active.reads, rows);
    if (read.points.empty()) return;
    OwnedRows own = backend_.allocate(std::ssize(read.points), c_.d_model);
    backend_.copy_rows(out, own.view(), read.copies);
    observer_.on_expert({layer, expert, read.points, read.weights, own.view()});
  }

  /// What an MLP or the sum of experts returned for some of the active rows.
  void finish_mlp(const Block& block, const ActiveRows& active, RowRange rows, Rows out) {
    block.norm_mlp(out);
    edit(block.layer(), true, out, active, rows);
    backend_.add(active.resid.block(rows.first, rows.n), out);
    backend_.copy_rows(out, shown_.out.view(), copies_from(active.reads, rows));
  }

  /// Keeps queries, z and what the norm after attention reads for the points that read these rows.
  void attention(const Block& block, const ActiveRows& active, RowRange rows, Scratch& scratch, Rows out) {
    const std::vector<RowCopy> reads = copies_from(active.reads, rows);
    const Rows q = scratch.q.view(rows.n), z = scratch.z.view(rows.n);
    block.attend(tree_.segments, cut_runs(active.runs, rows), q, kv_.view(), z);
    if (shown_.q.n_rows() > 0) backend_.copy_rows(q, shown_.q.view(), reads);
    edit(block.layer(), false, z, active, rows);
    backend_.copy_rows(z, shown_.z.view(), reads);
    block.write(z, out);
    if (!block.norms_written()) return;
    backend_.copy_rows(out, shown_.written.view(), reads);
    block.norm_written(out);
  }

  /// Averages and replaces parts among the layer's heads, or its MLP. `out` holds their values.
  void edit(const Layer& layer, bool is_mlp, Rows out, const ActiveRows& active, RowRange rows) {
    const auto is_here = [&](const Component& part) { return part.layer == layer.index && part.is_mlp() == is_mlp; };
    const auto own = [&](const Component& part) {
      return is_mlp ? out : out.columns(part.head * c_.d_head, c_.d_head);
    };
    for (AveragedPart& averaged : edits_.averaged)
      if (is_here(averaged.part))
        add(averaged.mean, own(averaged.part), std::span(active.n_prompts).subspan(rows.first, rows.n));
    for (const AblatedPart& ablated : edits_.ablated)
      if (is_here(ablated.part)) backend_.fill(own(ablated.part), ablated.value);
  }

  void add(PartMean& mean, ConstRows x, std::span<const std::int64_t> weights) {
    HostMatrix values(x.rows, x.cols);
    backend_.download(x, values.view());
    PartMean own(x.cols);
    own.add(values, weights);
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
  OwnedRows resid_;                        // of new rows  [n_new_rows, d_model]
  OwnedRows kv_;                           // [n_rows, 2 n_kv_heads * d_head], keys then values
  std::atomic<std::int64_t> n_moved_ = 0;  // rows, over all layers
  std::vector<Scratch> scratch_;           // of each thread
  std::optional<Experts> experts_;         // if some layers have experts;
  OwnedRows mixed_;                        // then what they return for all active rows  [most active rows, d_model]
  AtPoints shown_;
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

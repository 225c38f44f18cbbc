#include "model/pass.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace partwise {

namespace {

/// A matrix that owns its values; not initialised beyond zeros.
struct Buffer {
  Buffer(std::int64_t rows, std::int64_t cols)
      : values(static_cast<std::size_t>(rows * cols)), n_rows(rows), n_cols(cols) {}
  Matrix view() { return {values.data(), n_rows, n_cols, n_cols}; }
  Matrix view(std::int64_t rows) { return {values.data(), rows, n_cols, n_cols}; }
  std::vector<float> values;
  std::int64_t n_rows, n_cols;
};

/// out[i, :] = from[rows[i], :]
void gather(ConstMatrix from, std::span<const std::int64_t> rows, Matrix out) {
  for (std::size_t i = 0; i < rows.size(); ++i)
    std::copy_n(from.row(rows[i]), from.cols, out.row(static_cast<std::int64_t>(i)));
}

struct RotaryTable {
  RotaryTable(const ModelConfig& c, std::int64_t n_positions)
      : cos(n_positions, c.d_head / 2), sin(n_positions, c.d_head / 2) {
    const auto frequencies = rope_frequencies(c.rope, c.d_head);
    for (std::int64_t p = 0; p < n_positions; ++p)
      for (std::size_t j = 0; j < frequencies.size(); ++j) {
        cos.view().row(p)[j] = static_cast<float>(std::cos(static_cast<double>(p) * frequencies[j]));
        sin.view().row(p)[j] = static_cast<float>(std::sin(static_cast<double>(p) * frequencies[j]));
      }
  }
  Buffer cos, sin;  // [n_positions, d_head / 2]
};

/// One layer's weights, as they are and as the back end multiplies by them.
struct Layer {
  Layer(const Model& model, const Backend& backend, std::int64_t l)
      : index(l),
        weights(model.layer(l, backend.n_threads())),
        qkv(backend.pack(weights.qkv)),
        o(backend.pack(weights.o)),
        gate_up(backend.pack(weights.gate_up)),
        down(backend.pack(weights.down)) {}

  std::int64_t index;
  LayerWeights weights;
  std::unique_ptr<PackedWeight> qkv, o, gate_up, down;
};

/// The last position of a prompt: which of the active rows it is.
struct End {
  std::int64_t row;
  std::int64_t prompt;
};

/// Rows whose residual a layer moves on: all of the tree's, or in the last layer the prompts' ends.
struct ActiveRows {
  std::vector<QueryRun> runs;  // cover the rows in order
  std::vector<End> ends;       // by row
  Matrix resid;                // [n, d_model]
  Matrix q;                    // [n, n_heads * d_head]
};

/// Where each prompt ends; `rows` lists the active rows in ascending order.
std::vector<End> find_ends(const PrefixTree& tree, const std::vector<std::int64_t>& rows) {
  std::vector<End> ends;
  for (std::size_t p = 0; p < tree.ends.size(); ++p)
    ends.push_back({std::ranges::lower_bound(rows, tree.ends[p]) - rows.begin(), static_cast<std::int64_t>(p)});
  std::ranges::sort(ends, {}, [](const End& end) { return std::pair(end.row, end.prompt); });
  return ends;
}

std::vector<std::int64_t> all_rows(const PrefixTree& tree) {
  std::vector<std::int64_t> rows(static_cast<std::size_t>(tree.n_rows()));
  std::iota(rows.begin(), rows.end(), 0);
  return rows;
}

std::vector<std::int64_t> last_rows(const PrefixTree& tree) {
  auto rows = tree.ends;
  std::ranges::sort(rows);
  rows.erase(std::ranges::unique(rows).begin(), rows.end());
  return rows;
}

/// Consecutive rows of one segment become one run.
std::vector<QueryRun> find_runs(const PrefixTree& tree, const std::vector<std::int64_t>& rows) {
  std::vector<QueryRun> runs;
  std::int64_t segment = 0;
  for (std::int64_t i = 0; i < std::ssize(rows); ++i) {
    while (rows[i] >= tree.segments[segment].first_row + tree.segments[segment].n_rows) ++segment;
    const std::int64_t in_segment = rows[i] - tree.segments[segment].first_row;
    const bool extends = !runs.empty() && runs.back().segment == segment &&
                         runs.back().first_in_segment + runs.back().n_rows == in_segment;
    if (extends)
      ++runs.back().n_rows;
    else
      runs.push_back({segment, in_segment, 1, i});
  }
  return runs;
}

/// The runs of queries [first, first + n), renumbered to start at 0.
std::vector<QueryRun> cut_runs(const std::vector<QueryRun>& runs, std::int64_t first, std::int64_t n) {
  std::vector<QueryRun> out;
  auto run = std::ranges::upper_bound(runs, first, {}, &QueryRun::first_query) - 1;
  for (; run != runs.end() && run->first_query < first + n; ++run) {
    const std::int64_t begin = std::max(first, run->first_query);
    const std::int64_t end = std::min(first + n, run->first_query + run->n_rows);
    out.push_back({run->segment, run->first_in_segment + begin - run->first_query, end - begin, begin - first});
  }
  return out;
}

class Pass {
 public:
  Pass(const Model& model, const Backend& backend, const PrefixTree& tree, PassObserver& observer,
       const ProgressFn& progress)
      : model_(model),
        c_(model.config()),
        backend_(backend),
        tree_(tree),
        observer_(observer),
        progress_(progress),
        chunk_(std::min(backend.preferred_rows(), tree.n_rows())),
        rotary_(c_, 1 + *std::ranges::max_element(tree.positions)),
        resid_(tree.n_rows(), c_.d_model),
        qkv_(tree.n_rows(), (c_.n_heads + 2 * c_.n_kv_heads) * c_.d_head),
        normed_(chunk_, c_.d_model),
        z_(chunk_, c_.n_heads * c_.d_head),
        block_out_(chunk_, c_.d_model),
        gate_up_(chunk_, 2 * c_.d_mlp),
        act_(chunk_, c_.d_mlp),
        z_ends_(std::ssize(tree.ends), c_.n_heads * c_.d_head),
        out_ends_(std::ssize(tree.ends), c_.d_model) {}

  void run() {
    embed();
    const auto rows = all_rows(tree_);
    const ActiveRows active{find_runs(tree_, rows), find_ends(tree_, rows), resid_.view(), q()};
    for (std::int64_t l = 0; l + 1 < c_.n_layers; ++l) {
      const Layer layer(model_, backend_, l);
      project(layer);
      move_on(layer, active);
    }
    last_layer();
  }

 private:
  Matrix q() { return qkv_.view().columns(0, c_.n_heads * c_.d_head); }
  Matrix k() { return qkv_.view().columns(c_.n_heads * c_.d_head, c_.n_kv_heads * c_.d_head); }
  Matrix v() { return qkv_.view().columns((c_.n_heads + c_.n_kv_heads) * c_.d_head, c_.n_kv_heads * c_.d_head); }

  void embed() {
    std::ranges::copy(model_.embed(tree_.tokens).values, resid_.values.begin());
    gather(resid_.view(), tree_.ends, out_ends_.view());
    observer_.on_embed(out_ends_.view());
  }

  /// All rows are keys here too, but only the prompts' ends are queried and moved on.
  void last_layer() {
    const Layer layer(model_, backend_, c_.n_layers - 1);
    project(layer);
    const auto rows = last_rows(tree_);
    Buffer resid(std::ssize(rows), c_.d_model), queries(std::ssize(rows), c_.n_heads * c_.d_head);
    gather(resid_.view(), rows, resid.view());
    gather(q(), rows, queries.view());
    const ActiveRows active{find_runs(tree_, rows), find_ends(tree_, rows), resid.view(), queries.view()};
    move_on(layer, active);
    for (const End& end : active.ends)
      std::copy_n(resid.view().row(end.row), c_.d_model, out_ends_.view().row(end.prompt));
    observer_.on_final_residual(out_ends_.view());
  }

  /// Queries, keys and values of every row.
  void project(const Layer& layer) {
    for (std::int64_t first = 0; first < tree_.n_rows(); first += chunk_) {
      const std::int64_t n = std::min(chunk_, tree_.n_rows() - first);
      backend_.rms_norm(resid_.view().block(first, n), layer.weights.ln1, c_.norm_eps, normed_.view(n));
      backend_.linear(*layer.qkv, layer.weights.qkv_bias, normed_.view(n), qkv_.view().block(first, n));
      const auto positions = std::span(tree_.positions).subspan(first, n);
      backend_.rotary(q().block(first, n), c_.d_head, positions, rotary_.cos.view(), rotary_.sin.view());
      backend_.rotary(k().block(first, n), c_.d_head, positions, rotary_.cos.view(), rotary_.sin.view());
    }
  }

  /// Attention and MLP of the active rows. The blocks say what they add; here, and nowhere else, it is added.
  void move_on(const Layer& layer, const ActiveRows& active) {
    auto end = active.ends.begin();
    for (std::int64_t first = 0; first < active.resid.rows; first += chunk_) {
      const std::int64_t n = std::min(chunk_, active.resid.rows - first);
      const Matrix x = active.resid.block(first, n), out = block_out_.view(n);
      attention(layer, active, first, out);
      backend_.add(x, out);
      mlp(layer, x, out);
      backend_.add(x, out);
      for (; end != active.ends.end() && end->row < first + n; ++end) keep(*end, first);
      if (progress_) progress_({"decomposing", layer.index * tree_.n_rows() + first + n, c_.n_layers * tree_.n_rows()});
    }
    observer_.on_layer({layer.index, layer.weights, z_ends_.view(), out_ends_.view()});
  }

  void attention(const Layer& layer, const ActiveRows& active, std::int64_t first, Matrix out) {
    const AttentionShape shape{c_.n_heads, c_.n_kv_heads, c_.d_head, 1.0f / std::sqrt(static_cast<float>(c_.d_head))};
    const Matrix z = z_.view(out.rows);
    backend_.attention(shape, tree_.segments, cut_runs(active.runs, first, out.rows), active.q.block(first, out.rows),
                       k(), v(), z);
    backend_.linear(*layer.o, layer.weights.o_bias, z, out);
  }

  void mlp(const Layer& layer, ConstMatrix x, Matrix out) {
    const Matrix normed = normed_.view(x.rows), gate_up = gate_up_.view(x.rows), act = act_.view(x.rows);
    backend_.rms_norm(x, layer.weights.ln2, c_.norm_eps, normed);
    backend_.linear(*layer.gate_up, layer.weights.gate_up_bias, normed, gate_up);
    backend_.swiglu(gate_up, act);
    backend_.linear(*layer.down, layer.weights.down_bias, act, out);
  }

  /// z and mlp_out of a prompt's last row, while the chunk that starts at `first` is there.
  void keep(const End& end, std::int64_t first) {
    std::copy_n(z_.view().row(end.row - first), z_.n_cols, z_ends_.view().row(end.prompt));
    std::copy_n(block_out_.view().row(end.row - first), c_.d_model, out_ends_.view().row(end.prompt));
  }

  const Model& model_;
  const ModelConfig& c_;
  const Backend& backend_;
  const PrefixTree& tree_;
  PassObserver& observer_;
  const ProgressFn& progress_;
  std::int64_t chunk_;
  RotaryTable rotary_;
  Buffer resid_;                                   // [n_rows, d_model]
  Buffer qkv_;                                     // [n_rows, (n_heads + 2 n_kv_heads) * d_head]
  Buffer normed_, z_, block_out_, gate_up_, act_;  // [chunk, ...]
  Buffer z_ends_, out_ends_;                       // [n_prompts, ...]
};

}  // namespace

void run_pass(const Model& model, const Backend& backend, const PrefixTree& tree, PassObserver& observer,
              const ProgressFn& progress) {
  Pass(model, backend, tree, observer, progress).run();
}

std::int64_t bytes_per_row(const ModelConfig& c) {
  const std::int64_t n_float = c.d_model + (c.n_heads + 2 * c.n_kv_heads) * c.d_head;
  return n_float * static_cast<std::int64_t>(sizeof(float)) + 32;  // and a few integers
}

double pass_flops(const ModelConfig& c, const PrefixTree& tree) {
  const auto heads = static_cast<double>(c.n_heads * c.d_head), kv = static_cast<double>(c.n_kv_heads * c.d_head);
  const auto d = static_cast<double>(c.d_model), m = static_cast<double>(c.d_mlp);
  const double project = 2 * d * (heads + 2 * kv), rest = 2 * (heads * d + 3 * d * m);
  double all = 0, ends = 0;
  for (std::int32_t position : tree.positions) all += rest + 4 * heads * (position + 1);
  for (std::int64_t row : last_rows(tree)) ends += rest + 4 * heads * (tree.positions[row] + 1);
  const auto n_layers = static_cast<double>(c.n_layers);
  return n_layers * project * static_cast<double>(tree.n_rows()) + (n_layers - 1) * all + ends;
}

}  // namespace partwise

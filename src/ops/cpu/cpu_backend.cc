// The fast back end. Rows are divided among the threads. Every sum is a chain in a fixed order, so neither a row's
// neighbours nor the threads change its bits.
#include "base/error.h"
#include "base/team.h"
#include "ops/cpu/attention.h"
#include "ops/cpu/attention_blocks.h"
#include "ops/cpu/kernels.h"
#include "ops/cpu/linear.h"
#include "ops/cpu/mlp.h"
#include "ops/cpu/panels.h"
#include "ops/cpu/read_sources.h"
#include "ops/host_backend.h"
#include "ops/host_rows.h"
#include "ops/shapes.h"

namespace partwise::internal {
namespace {

/// Enough rows to reuse a panel of weights, and few enough for a thread's activations to stay in the cache.
constexpr std::int64_t kRowsPerThread = 256;

class CpuBackend final : public HostBackend {
 public:
  CpuBackend(int n_threads, Precision precision)
      : n_threads_(n_threads),
        precision_(precision),
        kernels_(cpu::best_kernels()),
        products_(cpu::best_products(precision)),
        block_attention_(cpu::best_block_attention(precision)) {}

  std::string_view name() const override { return "cpu"; }
  Precision precision() const override { return precision_; }
  int n_threads() const override { return n_threads_; }
  void for_each(std::int64_t n, const std::function<void(std::int64_t, int)>& body) const override {
    share_out(n_threads_, n, body);
  }
  std::int64_t preferred_rows() const override { return kRowsPerThread; }
  std::int64_t few_rows() const override { return cpu::kFewRows; }

  using Backend::pack;
  std::unique_ptr<PackedWeight> pack(const RowReader& weight, Precision precision) const override {
    return cpu::pack(cpu::best_products(precision), n_threads_, weight);
  }
  std::int64_t packed_bytes(std::int64_t n_in, std::int64_t n_out) const override {
    return buffer_bytes(cpu::PanelWeight::bytes(n_in, n_out, products_));
  }

  using Backend::linear;
  void linear(std::span<const Product> products, const Normed& x) const override {
    check_linear(products, x);
    if (products.empty()) return;
    cpu::linear(kernels_, cpu::products_of(products[0].weight), n_threads_, products, x);
  }

  void rms_norm(ConstRows in, std::span<const float> gain, float eps, Rows out) const override {
    check_rms_norm(in, gain, out);
    const ConstMatrix x = on_host(in);
    const Matrix y = on_host(out);
    const std::int64_t n = std::ssize(gain);
    for_rows(x.rows, [&](std::int64_t t) {
      for (std::int64_t i = 0; i < x.cols; i += n) kernels_.rms_norm(x.row(t) + i, gain.data(), eps, n, y.row(t) + i);
    });
  }

  void layer_norm(ConstRows in, std::span<const float> gain, std::span<const float> bias, float eps,
                  Rows out) const override {
    check_layer_norm(in, gain, bias, out);
    const ConstMatrix x = on_host(in);
    const Matrix y = on_host(out);
    for_rows(x.rows,
             [&](std::int64_t t) { kernels_.layer_norm(x.row(t), gain.data(), bias.data(), eps, x.cols, y.row(t)); });
  }

  void rotary(Rows x, std::int64_t d_head, std::span<const std::int32_t> positions, ConstRows cos,
              ConstRows sin) const override {
    check_rotary(x, d_head, positions, cos, sin);
    for_rows(x.rows, [&](std::int64_t t) {
      const float *c = on_host(cos).row(positions[t]), *s = on_host(sin).row(positions[t]);
      for (std::int64_t i = 0; i < x.cols; i += d_head) kernels_.rotate(on_host(x).row(t) + i, c, s, cos.cols);
    });
  }

  void attention(const AttentionShape& shape, std::span<const Segment> segments, std::span<const QueryRun> runs,
                 ConstRows q, ConstRows k, ConstRows v, Rows z) const override {
    check_attention(shape, segments, runs, q, k, v, z);
    if (block_attention_)
      cpu::attention_in_blocks(*block_attention_, n_threads_, shape, segments, runs, on_host(q), on_host(k), on_host(v),
                               on_host(z));
    else
      cpu::attention(kernels_.attention, n_threads_, shape, segments, runs, on_host(q), on_host(k), on_host(v),
                     on_host(z));
  }

  void mlp(const Mlp& mlp, const Normed& x, Rows y) const override {
    check_mlp(mlp, x, y);
    cpu::mlp(kernels_, products_, n_threads_, mlp, x, on_host(y));
  }

  void add(Rows x, ConstRows y) const override {
    check_add(x, y);
    for_rows(x.rows, [&](std::int64_t t) { kernels_.add(on_host(x).row(t), on_host(y).row(t), x.cols); });
  }

  void read_labels(ConstRows rows, ConstRows directions, std::int64_t n_groups, const LabelLists& labels,
                   std::span<double> g) const override {
    check_read_labels(rows, directions, n_groups, labels, g);
    const ConstMatrix x = on_host(rows), r = on_host(directions);
    const std::int64_t n = x.cols / n_groups;
    const std::vector<std::int64_t> list_of = labels.list_of_entries();
    for_rows(std::ssize(labels.rows), [&](std::int64_t i) {
      for (std::int64_t h = 0; h < n_groups; ++h)
        g[i * n_groups + h] = kernels_.dot(x.row(list_of[i]) + h * n, r.row(labels.rows[i]) + h * n, n);
    });
  }

  void read_sources(const AttentionShape& shape, std::span<const Segment> segments, std::span<const QueryRun> runs,
                    ConstRows q, ConstRows k, ConstRows v, ConstRows r, const LabelLists& labels,
                    std::span<const std::span<const std::int32_t>> sources, std::int64_t n_sources,
                    std::span<double> g) const override {
    check_read_sources(shape, segments, runs, q, k, v, r, labels, sources, n_sources, g);
    const cpu::SourceQueries queries{shape, segments, runs, on_host(q), on_host(r), labels, sources, n_sources, g};
    cpu::read_sources(kernels_, block_attention_ ? block_attention_->precision : Precision::f32, n_threads_, queries,
                      on_host(k), on_host(v));
  }

 private:
  template <class Body>
  void for_rows(std::int64_t n_rows, const Body& body) const {
    split(n_threads_, n_rows, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t t = first; t < last; ++t) body(t);
    });
  }

  int n_threads_;
  Precision precision_;
  const cpu::Kernels& kernels_;
  const cpu::ProductKernels& products_;
  const cpu::BlockAttention* block_attention_;  // or null
};

}  // namespace

std::unique_ptr<Backend> make_cpu_backend(int n_threads, Precision precision) {
  check_internal(n_threads >= 0, "make_cpu_backend: the number of threads is not negative");
  const int available = available_processors();
  return std::make_unique<CpuBackend>(n_threads == 0 ? available : std::min(n_threads, available), precision);
}

}  // namespace partwise::internal

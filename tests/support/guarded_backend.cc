#include "support/guarded_backend.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <limits>
#include <map>
#include <new>

#include "base/round.h"

namespace partwise::internal::test {

namespace {

/// Pages that are all open or all closed.
class Pages {
 public:
  float* take(std::int64_t n) {
    const auto size = static_cast<std::size_t>(
        round_up(std::max<std::int64_t>(n * static_cast<std::int64_t>(sizeof(float)), 1), sysconf(_SC_PAGESIZE)));
    void* begin = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (begin == MAP_FAILED) throw std::bad_alloc();
    std::fill_n(static_cast<float*>(begin), n, std::numeric_limits<float>::quiet_NaN());
    mprotect(begin, size, PROT_NONE);
    sizes_[begin] = size;
    return static_cast<float*>(begin);
  }
  void give_back(float* begin) {
    munmap(begin, sizes_.at(begin));
    sizes_.erase(begin);
  }
  void set(int protection) {
    for (const auto& [begin, size] : sizes_) mprotect(begin, size, protection);
  }

 private:
  std::map<void*, std::size_t> sizes_;
};

class GuardedBackend final : public Backend {
 public:
  explicit GuardedBackend(Precision precision) : inner_(make_reference_backend(precision)) {}

  std::string_view name() const override { return "guarded"; }
  Precision precision() const override { return inner_->precision(); }
  void for_each(std::int64_t n, const std::function<void(std::int64_t, int)>& body) const override {
    inner_->for_each(n, body);
  }
  std::int64_t preferred_rows() const override { return 4; }
  std::int64_t few_rows() const override { return 1; }
  using Backend::pack;
  std::unique_ptr<PackedWeight> pack(const RowReader& weight, Precision precision) const override {
    return inner_->pack(weight, precision);
  }
  std::int64_t packed_bytes(std::int64_t n_in, std::int64_t n_out) const override {
    return inner_->packed_bytes(n_in, n_out);
  }

  OwnedRows allocate(std::int64_t rows, std::int64_t cols) const override {
    const auto give_back = [pages = pages_](float* begin) { pages->give_back(begin); };
    return {OwnedRows::Memory(pages_->take(rows * cols), give_back), rows, cols};
  }
  void upload(ConstMatrix from, Rows to) const override {
    open([&] { inner_->upload(from, to); });
  }
  void download(ConstRows from, Matrix to) const override {
    open([&] { inner_->download(from, to); });
  }
  void copy_rows(ConstRows from, Rows to, std::span<const RowCopy> copies) const override {
    open([&] { inner_->copy_rows(from, to, copies); });
  }
  void copy(ConstRows from, Rows to) const override {
    open([&] { inner_->copy(from, to); });
  }
  void fill(Rows x, std::span<const float> row) const override {
    open([&] { inner_->fill(x, row); });
  }
  void round(Rows x) const override {
    open([&] { inner_->round(x); });
  }
  void row_scales(NormKind kind, ConstRows x, float eps, std::span<double> scales) const override {
    open([&] { inner_->row_scales(kind, x, eps, scales); });
  }
  using Backend::linear;
  void linear(std::span<const Product> products, const Normed& x) const override {
    open([&] { inner_->linear(products, x); });
  }
  void rms_norm(ConstRows x, std::span<const float> gain, float eps, Rows y) const override {
    open([&] { inner_->rms_norm(x, gain, eps, y); });
  }
  void layer_norm(ConstRows x, std::span<const float> gain, std::span<const float> bias, float eps,
                  Rows y) const override {
    open([&] { inner_->layer_norm(x, gain, bias, eps, y); });
  }
  void rotary(Rows x, std::int64_t d_head, std::span<const std::int32_t> positions, ConstRows cos,
              ConstRows sin) const override {
    open([&] { inner_->rotary(x, d_head, positions, cos, sin); });
  }
  void attention(const AttentionShape& shape, std::span<const Segment> segments, std::span<const QueryRun> runs,
                 ConstRows q, ConstRows k, ConstRows v, Rows z) const override {
    open([&] { inner_->attention(shape, segments, runs, q, k, v, z); });
  }
  void mlp(const Mlp& mlp, const Normed& x, Rows y) const override {
    open([&] { inner_->mlp(mlp, x, y); });
  }
  void add(Rows x, ConstRows y) const override {
    open([&] { inner_->add(x, y); });
  }
  void add_weighted(Rows x, ConstRows y, std::span<const WeightedRow> to) const override {
    open([&] { inner_->add_weighted(x, y, to); });
  }
  void read_labels(ConstRows x, ConstRows r, std::int64_t n_groups, const LabelLists& labels,
                   std::span<double> g) const override {
    open([&] { inner_->read_labels(x, r, n_groups, labels, g); });
  }
  void read_sources(const AttentionShape& shape, std::span<const Segment> segments, std::span<const QueryRun> runs,
                    ConstRows q, ConstRows k, ConstRows v, ConstRows r, const LabelLists& labels,
                    std::span<const std::span<const std::int32_t>> sources, std::int64_t n_sources,
                    std::span<double> g) const override {
    open([&] { inner_->read_sources(shape, segments, runs, q, k, v, r, labels, sources, n_sources, g); });
  }

 private:
  template <class Body>
  void open(const Body& body) const {
    pages_->set(PROT_READ | PROT_WRITE);
    body();
    pages_->set(PROT_NONE);
  }

  std::unique_ptr<Backend> inner_;
  std::shared_ptr<Pages> pages_ = std::make_shared<Pages>();  // rows may outlive the back end
};

}  // namespace

std::unique_ptr<Backend> make_guarded_backend(Precision precision) {
  return std::make_unique<GuardedBackend>(precision);
}

}  // namespace partwise::internal::test

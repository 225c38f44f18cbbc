#include "ops/cpu/linear.h"

#include <oneapi/dnnl/dnnl.hpp>

#include "base/error.h"
#include "ops/cpu/buffer.h"
#include "ops/cpu/parallel.h"

namespace partwise::cpu {
namespace {

using dnnl::memory;

const dnnl::engine& engine() {
  static const dnnl::engine cpu(dnnl::engine::kind::cpu, 0);
  return cpu;
}

memory::desc matrix(std::int64_t rows, std::int64_t cols, std::int64_t stride) {
  return {{rows, cols}, memory::data_type::f32, memory::dims{stride, 1}};
}

/// y = x W^T for a panel: x [kPanelRows, n_in], y [kPanelRows, n_out], rows without gaps.
dnnl::inner_product_forward::primitive_desc product_desc(std::int64_t n_in, std::int64_t n_out) {
  const memory::desc w({n_out, n_in}, memory::data_type::f32, memory::format_tag::any);
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);  // the library's own is not for several threads
  return {{dnnl::prop_kind::forward_inference, matrix(kPanelRows, n_in, n_in), w, matrix(kPanelRows, n_out, n_out)},
          attr,
          engine()};
}

struct OneDnnWeight final : PackedWeight {
  explicit OneDnnWeight(const dnnl::inner_product_forward::primitive_desc& desc)
      : product(desc),
        x(desc.src_desc()),
        y(desc.dst_desc()),
        scratch(desc.scratchpad_desc()),
        values(desc.weights_desc(), engine()) {}
  std::int64_t n_in() const override { return x.data.dims[1]; }
  std::int64_t n_out() const override { return y.data.dims[1]; }

  dnnl::inner_product_forward product;
  memory::desc x, y, scratch;
  memory values;
};

void copy_rows(ConstMatrix from, Matrix to) {
  for (std::int64_t r = 0; r < from.rows; ++r) std::copy_n(from.row(r), from.cols, to.row(r));
}

/// Runs body on a thread of a team of one, in which oneDNN sees `n_threads` threads.
template <class Body>
void with_threads(int n_threads, const Body& body) {
  on_team(1, [&](std::int64_t, std::int64_t) {
    omp_set_num_threads(n_threads);
    body();
  });
}

/// One thread's place to multiply panels in.
class PanelRunner {
 public:
  explicit PanelRunner(const OneDnnWeight& weight)
      : weight_(weight),
        x_(make_buffer(kPanelRows * weight.n_in())),
        y_(make_buffer(kPanelRows * weight.n_out())),
        scratch_(make_buffer(static_cast<std::int64_t>(weight.scratch.get_size() / sizeof(float)) + 1)),
        stream_(engine()) {}

  /// At most kPanelRows rows. Panels that are not full or have gaps between rows go through copies.
  void run(ConstMatrix x, Matrix y) {
    const bool full = x.rows == kPanelRows;
    const Matrix x_copy{x_.get(), x.rows, x.cols, x.cols}, y_copy{y_.get(), y.rows, y.cols, y.cols};
    const bool x_fits = full && x.stride == x.cols, y_fits = full && y.stride == y.cols;
    if (!x_fits) {
      copy_rows(x, x_copy);
      std::fill(x_copy.row(x.rows), x_copy.row(kPanelRows), 0.0f);
    }
    multiply(x_fits ? x.data : x_.get(), y_fits ? y.data : y_.get());
    if (!y_fits) copy_rows(y_copy, y);
  }

 private:
  void multiply(const float* x, float* y) {
    const memory x_memory(weight_.x, engine(), const_cast<float*>(x)), y_memory(weight_.y, engine(), y);
    const memory scratch(weight_.scratch, engine(), scratch_.get());
    weight_.product.execute(stream_, {{DNNL_ARG_SRC, x_memory},
                                      {DNNL_ARG_WEIGHTS, weight_.values},
                                      {DNNL_ARG_DST, y_memory},
                                      {DNNL_ARG_SCRATCHPAD, scratch}});
  }

  const OneDnnWeight& weight_;
  Buffer x_, y_, scratch_;
  dnnl::stream stream_;
};

void add_bias(std::span<const float> bias, Matrix y) {
  for (std::int64_t t = 0; t < y.rows; ++t)
    for (std::size_t o = 0; o < bias.size(); ++o) y.row(t)[o] += bias[o];
}

/// What oneDNN throws is a failure to get memory or a mistake of ours.
template <class Body>
auto translate_errors(const Body& body) {
  try {
    return body();
  } catch (const dnnl::error& error) {
    throw Error(error.status == dnnl_out_of_memory ? ErrorCode::failure : ErrorCode::internal,
                std::string("matrix product: ") + error.what());
  }
}

}  // namespace

std::unique_ptr<PackedWeight> pack(int n_threads, ConstMatrix weight) {
  return translate_errors([&] {
    std::unique_ptr<OneDnnWeight> packed;
    // The order of summation may depend on the number of threads that oneDNN expects: always one.
    with_threads(1, [&] { packed = std::make_unique<OneDnnWeight>(product_desc(weight.cols, weight.rows)); });
    with_threads(n_threads, [&] {
      memory source(matrix(weight.rows, weight.cols, weight.stride), engine(), const_cast<float*>(weight.data));
      dnnl::stream stream(engine());
      dnnl::reorder(source, packed->values).execute(stream, source, packed->values);
    });
    return packed;
  });
}

void linear(int n_threads, const PackedWeight& weight, std::span<const float> bias, ConstMatrix x, Matrix y) {
  const auto& w = dynamic_cast<const OneDnnWeight&>(weight);
  translate_errors([&] {
    split(n_threads, (x.rows + kPanelRows - 1) / kPanelRows, [&](std::int64_t first, std::int64_t last) {
      PanelRunner runner(w);
      for (std::int64_t t = first * kPanelRows; t < std::min(last * kPanelRows, x.rows); t += kPanelRows) {
        const std::int64_t n = std::min(kPanelRows, x.rows - t);
        runner.run(x.block(t, n), y.block(t, n));
        add_bias(bias, y.block(t, n));
      }
    });
  });
}

}  // namespace partwise::cpu

#include "best_product.h"

#include <omp.h>

#include <algorithm>
#include <chrono>
#include <oneapi/dnnl/dnnl.hpp>
#include <vector>

namespace partwise::bench {
namespace {

using dnnl::memory;

/// FLOP/s of y [m, n] = x [m, k] w [k, n]: the fastest of ten runs.
double product(memory::dim m, memory::dim k, memory::dim n) {
  const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  dnnl::stream stream(engine);
  const auto desc = [](memory::dim rows, memory::dim cols, memory::format_tag tag) {
    return memory::desc({rows, cols}, memory::data_type::f32, tag);
  };
  const dnnl::matmul::primitive_desc pd(
      {desc(m, k, memory::format_tag::ab), desc(k, n, memory::format_tag::any), desc(m, n, memory::format_tag::ab)},
      engine);
  const memory x(pd.src_desc(), engine), w(pd.weights_desc(), engine), y(pd.dst_desc(), engine);
  for (const memory& operand : {x, w})
    std::fill_n(static_cast<float*>(operand.get_data_handle()), operand.get_desc().get_size() / sizeof(float), 0.5f);
  const dnnl::matmul multiply(pd);
  double fastest = 1e30;
  for (int run = 0; run < 10; ++run) {
    const double start = seconds();
    multiply.execute(stream, {{DNNL_ARG_SRC, x}, {DNNL_ARG_WEIGHTS, w}, {DNNL_ARG_DST, y}});
    stream.wait();
    fastest = std::min(fastest, seconds() - start);
  }
  return 2.0 * static_cast<double>(m) * static_cast<double>(k) * static_cast<double>(n) / fastest;
}

}  // namespace

double seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

double best_product(int n_threads) {
  omp_set_num_threads(n_threads);
  return std::max({product(512, 2048, 1024), product(1024, 1024, 1024), product(1024, 576, 576)});
}

}  // namespace partwise::bench

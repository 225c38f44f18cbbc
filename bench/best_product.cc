#include "best_product.h"

#include <omp.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <oneapi/dnnl/dnnl.hpp>
#include <vector>

namespace partwise::internal::bench {
namespace {

using dnnl::memory;

/// The time of y [m, n] = x [m, k] w [k, n] in seconds: the fastest of ten runs.
double product_seconds(memory::dim m, memory::dim k, memory::dim n, memory::data_type operands) {
  const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  dnnl::stream stream(engine);
  const auto desc = [](memory::dim rows, memory::dim cols, memory::data_type type, memory::format_tag tag) {
    return memory::desc({rows, cols}, type, tag);
  };
  const dnnl::matmul::primitive_desc pd(
      {desc(m, k, operands, memory::format_tag::ab), desc(k, n, operands, memory::format_tag::any),
       desc(m, n, memory::data_type::f32, memory::format_tag::ab)},
      engine);
  const memory x(pd.src_desc(), engine), w(pd.weights_desc(), engine), y(pd.dst_desc(), engine);
  for (const memory& operand : {x, w})  // 0x3f3f is 0.747 in both types
    std::memset(operand.get_data_handle(), 0x3f, operand.get_desc().get_size());
  const dnnl::matmul multiply(pd);
  double fastest = 1e30;
  for (int run = 0; run < 10; ++run) {
    const double start = seconds();
    multiply.execute(stream, {{DNNL_ARG_SRC, x}, {DNNL_ARG_WEIGHTS, w}, {DNNL_ARG_DST, y}});
    stream.wait();
    fastest = std::min(fastest, seconds() - start);
  }
  return fastest;
}

/// The type of the operands that partwise multiplies. Without AVX-512, oneDNN has no products in bfloat16, and partwise
/// rounds operands to bfloat16 and multiplies them in float32.
memory::data_type operand_type(Precision precision) {
  const int has = static_cast<int>(dnnl::get_effective_cpu_isa()), wants = dnnl_cpu_isa_avx512_core;  // bit sets
  return precision == Precision::bf16 && (has & wants) == wants ? memory::data_type::bf16 : memory::data_type::f32;
}

}  // namespace

double seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

double best_product(int n_threads, Precision precision, const std::vector<ProductShape>& shapes) {
  omp_set_num_threads(n_threads);
  const memory::data_type type = operand_type(precision);
  double flops = 0, time = 0;
  for (const auto& [n_in, n_out] : shapes) {
    double a_row = 1e30;
    for (const memory::dim rows : {384, 1024})
      a_row = std::min(a_row, product_seconds(rows, n_in, n_out, type) / static_cast<double>(rows));
    flops += 2.0 * static_cast<double>(n_in) * static_cast<double>(n_out);
    time += a_row;
  }
  return flops / time;
}

}  // namespace partwise::internal::bench

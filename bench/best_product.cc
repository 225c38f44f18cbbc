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

/// y [m, n] = x [m, k] w [k, n] for several w, packed as oneDNN likes it.
struct Products {
  dnnl::matmul multiply;
  memory x, y;
  std::vector<memory> weights;  // of each layer
};

memory::desc desc(memory::dim rows, memory::dim cols, memory::data_type type, memory::format_tag tag) {
  return memory::desc({rows, cols}, type, tag);
}

/// The one engine: a stream runs only what was made with its own.
const dnnl::engine& processor() {
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

memory filled(const memory::desc& described) {
  memory result(described, processor());
  std::memset(result.get_data_handle(), 0x3f, described.get_size());  // 0x3f3f is 0.747 in both types
  return result;
}

Products make_products(memory::dim m, const ProductShape& shape, memory::data_type operands, std::int64_t n_weights) {
  const dnnl::matmul::primitive_desc pd({desc(m, shape.n_in, operands, memory::format_tag::ab),
                                         desc(shape.n_in, shape.n_out, operands, memory::format_tag::any),
                                         desc(m, shape.n_out, memory::data_type::f32, memory::format_tag::ab)},
                                        processor());
  Products result{dnnl::matmul(pd), filled(pd.src_desc()), memory(pd.dst_desc(), processor()), {}};
  for (std::int64_t i = 0; i < n_weights; ++i) result.weights.push_back(filled(pd.weights_desc()));
  return result;
}

/// The time of one product of each shape per layer, layer by layer, in seconds.
double run_seconds(const std::vector<Products>& shapes) {
  dnnl::stream stream(processor());
  const double start = seconds();
  for (std::size_t i = 0; i < shapes.front().weights.size(); ++i) {
    for (const Products& shape : shapes)
      shape.multiply.execute(stream,
                             {{DNNL_ARG_SRC, shape.x}, {DNNL_ARG_WEIGHTS, shape.weights[i]}, {DNNL_ARG_DST, shape.y}});
  }
  stream.wait();
  return seconds() - start;
}

/// The time of y [m, n_out] = x [m, n_in] w in seconds: the fastest of ten runs.
double product_seconds(memory::dim m, const ProductShape& shape, memory::data_type operands) {
  const std::vector<Products> one{make_products(m, shape, operands, 1)};
  double fastest = 1e30;
  for (int run = 0; run < 10; ++run) fastest = std::min(fastest, run_seconds(one));
  return fastest;
}

/// The type of the operands that partwise multiplies. Without AVX-512, oneDNN has no products in bfloat16, and partwise
/// rounds operands to bfloat16 and multiplies them in float32.
memory::data_type operand_type(Precision precision) {
  const int has = static_cast<int>(dnnl::get_effective_cpu_isa()), wants = dnnl_cpu_isa_avx512_core;  // bit sets
  return precision == Precision::bf16 && (has & wants) == wants ? memory::data_type::bf16 : memory::data_type::f32;
}

double flops_of_row(const ProductShape& shape) {
  return 2.0 * static_cast<double>(shape.n_in) * static_cast<double>(shape.n_out);
}

}  // namespace

double seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

double best_product(int n_threads, Precision precision, const std::vector<ProductShape>& shapes) {
  omp_set_num_threads(n_threads);
  const memory::data_type type = operand_type(precision);
  double flops = 0, time = 0;
  for (const ProductShape& shape : shapes) {
    double a_row = 1e30;
    for (const memory::dim rows : {384, 1024})
      a_row = std::min(a_row, product_seconds(rows, shape, type) / static_cast<double>(rows));
    flops += flops_of_row(shape);
    time += a_row;
  }
  return flops / time;
}

double products_of_pass(int n_threads, Precision precision, const std::vector<ProductShape>& shapes,
                        std::int64_t n_rows, std::int64_t n_layers) {
  omp_set_num_threads(n_threads);
  std::vector<Products> layers;
  double flops = 0;
  for (const ProductShape& shape : shapes) {
    layers.push_back(make_products(n_rows, shape, operand_type(precision), n_layers));
    flops += flops_of_row(shape) * static_cast<double>(n_rows * n_layers);
  }
  std::vector<double> times(21);
  run_seconds(layers);  // the first run is slow
  for (double& time : times) time = run_seconds(layers);
  std::ranges::nth_element(times, times.begin() + 10);
  return flops / times[10];
}

}  // namespace partwise::internal::bench

// Products of activations with weights. They are compiled once per instruction set and precision, and chosen at run
// time. Plain pointers and structs only, for the reason that kernels.h gives.
#pragma once

#include <cstdint>

#include "ops/activation.h"
#include "ops/precision.h"

namespace partwise::internal::cpu {

/// y[t, o] = sum_i x[t, i] w[o, i] + bias[o] for the outputs o of one packed panel: a chain over ascending i, then the
/// bias.
struct PanelProduct {
  const void* x;          // rows as pack_rows() writes them, or float32 rows
  std::int64_t x_stride;  // elements per row; n_in of them, from x on, are multiplied
  std::int64_t n_rows, n_in;
  const std::byte* packed;  // a panel, 64-byte aligned
  const std::byte* next;    // the panel after it, which may be prefetched; or null
  const float* bias;        // [n_out] or null
  std::int64_t n_out;       // at most panel_width
  float* y;
  std::int64_t y_stride;
  bool goes_on;  // y holds the chains over earlier inputs
};

/// act[t, u] = f(sum_i x[t, i] gate[u, i] + gate_bias[u]) * (sum_i x[t, i] in[u, i] + in_bias[u]), rounded, for the
/// hidden units u of one panel of each weight.
struct GatedProduct {
  const std::byte* x;  // as in PanelProduct, all inputs
  std::int64_t x_stride;
  std::int64_t n_rows, n_in;
  const std::byte *gate, *in;            // panels
  const std::byte *next_gate, *next_in;  // those after them, which may be prefetched; or null
  const float *gate_bias, *in_bias;      // [n_units] or null
  std::int64_t n_units;                  // at most panel_width
  Activation activation;
  std::byte* act;  // rows as pack_rows() writes them, from the first of these units on
  std::int64_t act_stride;
};

struct ProductKernels {
  const char* name;
  std::int64_t panel_width;  // outputs per panel
  /// Packed rows and inputs are filled up to multiples of the first two. An element of either operand takes
  /// element_size bytes.
  std::int64_t row_multiple, input_multiple, element_size;
  /// How many packed rows lie together: input_multiple inputs of one row, then those of the next row, and so on.
  std::int64_t rows_together;
  /// w [n_out, n_in] with n_out <= panel_width. Inputs are in order, so a part of a panel is a panel of fewer inputs.
  void (*pack_panel)(const float* w, std::int64_t stride, std::int64_t n_out, std::int64_t n_in, std::byte* packed);
  /// Packs some inputs of rows [first_row, first_row + n_rows) of an operand whose rows have x_stride elements. The
  /// first input is at a multiple of input_multiple. Null if float32 rows are multiplied in place.
  void (*pack_rows)(const float* x, std::int64_t stride, std::int64_t first_row, std::int64_t n_rows, std::int64_t n_in,
                    std::byte* packed, std::int64_t x_stride);
  void (*multiply)(const PanelProduct& product);
  /// Null if a gated MLP uses multiply() and pack_rows(). Needs panels of whole input_multiples.
  void (*multiply_gated)(const GatedProduct& product) = nullptr;
};

extern const ProductKernels kBaselineProducts, kBaselineRoundedProducts;
extern const ProductKernels kAvx2Products, kAvx2RoundedProducts;
extern const ProductKernels kAvx512Products, kAvx512RoundedProducts;
extern const ProductKernels kAvx512Bf16Products;  // needs AVX512_BF16
extern const ProductKernels kAmxBf16Products;     // needs AMX and the system's permission, which processor.cc asks for

/// The fastest products for this processor, as best_kernels(). A processor without bfloat16 products rounds to bfloat16
/// and multiplies in float32.
const ProductKernels& best_products(Precision precision);

}  // namespace partwise::internal::cpu

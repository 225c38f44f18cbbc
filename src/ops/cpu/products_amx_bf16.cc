// src/CMakeLists.txt compiles this file for AVX-512 with AMX.
#if defined(__x86_64__)
#include "ops/cpu/amx_tiles.h"

namespace partwise::cpu {
namespace {

constexpr Index kPanelWidth = kBlock;

/// [n_steps, 2 tiles of outputs, 16 pairs, 16 outputs]
void pack_panel(const float* w, Index stride, Index n_out, Index n_in, std::byte* packed) {
  for (Index s = 0; s < count_steps(n_in); ++s)
    for (Index o = 0; o < kPanelWidth; o += 16)
      pack_step(w + o * stride + s * kStep, stride, n_out - o, n_in - s * kStep,
                reinterpret_cast<std::uint32_t*>(packed + (s * kPanelWidth + o) * kStepBytes), 16);
}

/// [n_rows / 16, x_stride / 32, 16 rows, 16 pairs]: a tile's rows lie together.
void pack_rows(const float* x, Index stride, Index first_row, Index n_rows, Index n_in, std::byte* packed,
               Index x_stride) {
  for (Index t = 0; t < n_rows; ++t)
    for (Index s = 0; s < count_steps(n_in); ++s)
      _mm512_store_si512(step_of_row(packed, x_stride / kStep, first_row + t, s),
                         round_step(x + t * stride + s * kStep, n_in - s * kStep));
}

/// Sixteen rows and outputs of y, of which some may not be there.
struct Corner {
  Corner(const PanelProduct& p, Index t, Index o)
      : y(p.y + t * p.y_stride + o),
        stride(p.y_stride),
        n_rows(p.n_rows - t < 16 ? p.n_rows - t : 16),
        outputs(first_lanes(p.n_out - o)),
        bias(p.bias ? p.bias + o : nullptr) {}
  bool whole() const { return n_rows == 16 && outputs == 0xffff; }

  float* y;
  Index stride, n_rows;
  __mmask16 outputs;
  const float* bias;
};

template <int Tile>
void begin_sums(const PanelProduct& p, Index t, Index o) {
  alignas(64) static constexpr float kZeros[16] = {};
  if (!p.goes_on) return load_tile<Tile>(kZeros, 0);
  const Corner at(p, t, o);
  if (at.whole()) return load_tile<Tile>(at.y, at.stride * 4);
  alignas(64) float sums[16][16] = {};
  for (Index r = 0; r < at.n_rows; ++r)
    _mm512_store_ps(sums[r], _mm512_maskz_loadu_ps(at.outputs, at.y + r * at.stride));
  load_tile<Tile>(sums, 64);
}

template <int Tile>
void end_sums(const PanelProduct& p, Index t, Index o) {
  const Corner at(p, t, o);
  if (at.whole() && !at.bias) return store_tile<Tile>(at.y, at.stride * 4);
  alignas(64) float sums[16][16];
  store_tile<Tile>(sums, 64);
  const __m512 bias = _mm512_maskz_loadu_ps(at.bias ? at.outputs : __mmask16{0}, at.bias);
  for (Index r = 0; r < at.n_rows; ++r) {
    const __m512 row = _mm512_load_ps(sums[r]);
    _mm512_mask_storeu_ps(at.y + r * at.stride, at.outputs, at.bias ? _mm512_add_ps(row, bias) : row);
  }
}

/// All inputs of a block of rows. Meanwhile the next panel is brought to the second-level cache, `n_lines` a step: on
/// its first rows a panel from further away would take as long as on all others.
void advance_rows(const std::byte* left, Index tile_row, const std::byte* right, Index n_steps, const std::byte* next,
                  Index n_lines) {
  for (Index s = 0; s < n_steps; ++s) {
    for (Index i = 0; i < n_lines; ++i) __builtin_prefetch(next + (s * n_lines + i) * 64, 0, 2);
    advance_step(left + s * kTileBytes, left + tile_row + s * kTileBytes, right + s * 2 * kTileBytes);
  }
}

void multiply(const PanelProduct& p) {
  const UseTiles tiles;
  const Index tile_row = p.x_stride / kStep * kTileBytes, n_steps = count_steps(p.n_in);
  const Index n_blocks = (p.n_rows + kBlock - 1) / kBlock;
  const Index n_lines = p.next && n_blocks > 0 ? (2 * kTileRows + n_blocks - 1) / n_blocks : 0;
  for (Index t = 0; t < p.n_rows; t += kBlock) {
    begin_sums<0>(p, t, 0);
    begin_sums<1>(p, t, 16);
    begin_sums<2>(p, t + 16, 0);
    begin_sums<3>(p, t + 16, 16);
    advance_rows(static_cast<const std::byte*>(p.x) + t / kTileRows * tile_row, tile_row, p.packed, n_steps,
                 p.next + t / kBlock * n_steps * n_lines * 64, n_lines);
    end_sums<0>(p, t, 0);
    end_sums<1>(p, t, 16);
    end_sums<2>(p, t + 16, 0);
    end_sums<3>(p, t + 16, 16);
  }
}

}  // namespace

const ProductKernels kAmxBf16Products = {"amx_bf16", kPanelWidth, kBlock,    kStep,   2,
                                         kTileRows,  pack_panel,  pack_rows, multiply};

}  // namespace partwise::cpu
#endif

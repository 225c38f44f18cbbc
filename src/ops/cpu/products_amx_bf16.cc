// src/CMakeLists.txt compiles this file for AVX-512 with AMX.
#if defined(__x86_64__)
#include "ops/cpu/activations.h"
#include "ops/cpu/amx_tiles.h"

namespace partwise::internal::cpu {
namespace {

constexpr Index kPanelWidth = kBlock;

/// Where the tile of one half of a panel's outputs lies at a step. The halves alternate, so that the tiles of two
/// panels that are read together are spread over the sets of the first-level cache.
Index tile_of(Index s, Index half) { return (2 * s + (half ^ (s / 2 % 2))) * kTileBytes; }

/// [n_steps, 2 tiles of outputs in the order of tile_of(), 16 pairs, 16 outputs]
void pack_panel(const float* w, Index stride, Index n_out, Index n_in, std::byte* packed) {
  for (Index s = 0; s < count_steps(n_in); ++s)
    for (Index o = 0; o < kPanelWidth; o += 16)
      pack_step(w + o * stride + s * kStep, stride, n_out - o, n_in - s * kStep,
                reinterpret_cast<std::uint32_t*>(packed + tile_of(s, o / 16)), 16);
}

/// [n_rows / 16, x_stride / 32, 16 rows, 16 pairs]: the rows of a tile lie together.
void pack_rows(const float* x, Index stride, Index first_row, Index n_rows, Index n_in, std::byte* packed,
               Index x_stride) {
  for (Index t = 0; t < n_rows; ++t)
    for (Index s = 0; s < count_steps(n_in); ++s)
      _mm512_store_si512(step_of_row(packed, x_stride / kStep, first_row + t, s),
                         round_step(x + t * stride + s * kStep, n_in - s * kStep));
}

/// Sixteen rows and outputs of y; some of them may not exist.
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
  const __m512 bias = at.bias ? _mm512_maskz_loadu_ps(at.outputs, at.bias) : _mm512_setzero_ps();
  for (Index r = 0; r < at.n_rows; ++r) {
    const __m512 row = _mm512_load_ps(sums[r]);
    _mm512_mask_storeu_ps(at.y + r * at.stride, at.outputs, at.bias ? _mm512_add_ps(row, bias) : row);
  }
}

/// Sixteen outputs of a panel.
struct Columns {
  const std::byte* panel;
  Index half;
  const std::byte* at(Index s) const { return panel + tile_of(s, half); }
};

/// Multiplies all inputs of a block of rows, which is [2, x_stride / 32, tile] from `left` on. Calls between(s) after
/// step s.
template <class Between>
void advance_rows(const std::byte* left, Index x_stride, Columns first, Columns second, Index n_steps,
                  const Between& between) {
  const Index tile_row = x_stride / kStep * kTileBytes;
  for (Index s = 0; s < n_steps; ++s, left += kTileBytes) {
    advance_step(left, left + tile_row, first.at(s), second.at(s));
    between(s);
  }
}

/// Prefetches the next panel into the second-level cache, a few lines per step. Otherwise the first rows of a panel
/// would take as long as all its other rows.
class Ahead {
 public:
  /// Prefetches all lines of a panel during `n_times` as many steps as the panel has.
  Ahead(const std::byte* panel, Index n_times)
      : line_(panel), n_lines_(panel && n_times > 0 ? (2 * kTileRows + n_times - 1) / n_times : 0) {}
  void bring() {
    for (Index i = 0; i < n_lines_; ++i, line_ += 64) __builtin_prefetch(line_, 0, 2);
  }

 private:
  const std::byte* line_;
  Index n_lines_;
};

Index count_blocks(Index n_rows) { return (n_rows + kBlock - 1) / kBlock; }

void multiply(const PanelProduct& p) {
  const UseTiles tiles;
  Ahead next(p.next, count_blocks(p.n_rows));
  for (Index t = 0; t < p.n_rows; t += kBlock) {
    begin_sums<0>(p, t, 0);
    begin_sums<1>(p, t, 16);
    begin_sums<2>(p, t + 16, 0);
    begin_sums<3>(p, t + 16, 16);
    advance_rows(step_of_row(static_cast<const std::byte*>(p.x), p.x_stride / kStep, t, 0), p.x_stride, {p.packed, 0},
                 {p.packed, 1}, count_steps(p.n_in), [&](Index) { next.bring(); });
    end_sums<0>(p, t, 0);
    end_sums<1>(p, t, 16);
    end_sums<2>(p, t + 16, 0);
    end_sums<3>(p, t + 16, 16);
  }
}

/// The sums of a block of rows for sixteen hidden units. They are activated while the next block is multiplied, when
/// the vector units are idle.
struct Waiting {
  alignas(64) float sums[kBlock][kBlock];  // of the gate, then of the input that it gates
  Index t = 0, half = 0, row = kBlock;     // `row`: the first one that still waits

  /// Takes the sums from the tiles. No row may be waiting any more.
  void take(Index first_row, Index first_half) {
    store_sums(&sums[0][0], kBlock);
    t = first_row;
    half = first_half;
    row = 0;
  }

  /// Activates rows up to `end`.
  template <class F>
  void activate(const GatedProduct& p, Index end, const F& f) {
    const __mmask16 units = first_lanes(p.n_units - 16 * half);
    const auto biased = [&](Vec x, const float* bias) {
      return bias ? x + _mm512_maskz_loadu_ps(units, bias + 16 * half) : x;
    };
    for (; row < end && row < kBlock; ++row) {
      const Vec gate = biased(load(sums[row]), p.gate_bias), in = biased(load(sums[row] + 16), p.in_bias);
      std::byte* step = step_of_row(p.act, p.act_stride / kStep, t + row, 0);
      _mm256_store_si256(reinterpret_cast<__m256i*>(step + half * kStepBytes / 2), round_to_bf16(f(gate, in)));
    }
  }
};

template <class F>
void multiply_gated(const GatedProduct& p, const F& f) {
  const Index n_steps = count_steps(p.n_in), rows_a_step = (kBlock + n_steps - 1) / n_steps;
  Ahead next_gate(p.next_gate, 2 * count_blocks(p.n_rows)), next_in(p.next_in, 2 * count_blocks(p.n_rows));
  Waiting waiting;
  for (Index half = 0; half < 2; ++half)
    for (Index t = 0; t < p.n_rows; t += kBlock) {
      clear_sums();
      advance_rows(step_of_row(p.x, p.x_stride / kStep, t, 0), p.x_stride, {p.gate, half}, {p.in, half}, n_steps,
                   [&](Index s) {
                     next_gate.bring();
                     next_in.bring();
                     waiting.activate(p, (s + 1) * rows_a_step, f);
                   });
      waiting.take(t, half);
    }
  waiting.activate(p, kBlock, f);
}

void multiply_gated(const GatedProduct& p) {
  const UseTiles tiles;
  with_gate(p.activation, [&](auto f) { multiply_gated(p, f); });
}

}  // namespace

const ProductKernels kAmxBf16Products = {"amx_bf16", kPanelWidth, kBlock,    kStep,    2,
                                         kTileRows,  pack_panel,  pack_rows, multiply, multiply_gated};

}  // namespace partwise::internal::cpu
#endif

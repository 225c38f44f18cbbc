// src/CMakeLists.txt compiles this file for AVX-512 with AMX. Attention with products in bfloat16: queries, keys,
// values and the softmax's numerators are rounded; scores, exponentials and sums are float32.
//
// Keys and values are packed by slots, a slot being a key's position from a multiple of 32 on. So each key has the same
// place in its block whatever the tile, the segments and the window; places without a key that a query sees count as
// zeros, which change no sum.
#if defined(__x86_64__)
#include "ops/cpu/amx_tiles.h"
#include "ops/cpu/attention_tile.h"
#include "ops/cpu/simd.h"

namespace partwise::cpu {
namespace {

Index round_up_block(Index n) { return (n + kBlock - 1) / kBlock * kBlock; }

/// Room for a tile's operands; d is d_head rounded up to a block, rows are slots or lanes.
struct Sizes {
  Sizes(Index n_lanes, Index n_slots, Index d_head)
      : lanes(round_up_block(n_lanes)), slots(round_up_block(n_slots)), d(round_up_block(d_head)) {}
  Index operand(Index rows) const { return rows * d * 2; }
  Index scores() const { return kBlock * slots * 4; }
  Index weights() const { return kBlock * slots * 2; }
  Index total() const { return operand(lanes) + 3 * operand(slots) + scores() + weights() + kBlock * d * 4; }

  Index lanes, slots, d;
};

class Tile {
 public:
  explicit Tile(const AttentionTile& tile)
      : t(tile),
        offset(tile.first_position % kBlock),
        n_earlier(count_keys(tile.earlier, tile.n_earlier)),
        n_before(n_earlier + count_keys(tile.runs, tile.n_runs)),
        n_lanes(count_lanes(tile)),
        size(n_lanes, offset + n_before + tile.later.n_rows, tile.d_head),
        queries(tile.scratch),
        keys(queries + size.operand(size.lanes)),
        values(keys + size.operand(size.slots)),
        rounded(values + size.operand(size.slots)),
        scores(reinterpret_cast<float*>(rounded + size.operand(size.slots))),
        weights(reinterpret_cast<std::byte*>(scores) + size.scores()),
        sums(reinterpret_cast<float*>(weights + size.weights())) {}

  void run() {
    pack_queries();
    round_rows(t.k, t.key_stride);
    pack_keys();
    const bool all_finite = round_rows(t.v, t.value_stride);
    const UseTiles tiles;
    if (!all_finite) return attend_one_by_one();
    pack_values();
    for (Index lane = 0; lane < n_lanes; lane += kBlock) attend(lane, lane, lane + kBlock);
  }

 private:
  Index n_steps() const { return size.d / kStep; }
  Index n_slot_steps() const { return size.slots / kStep; }

  /// queries [lanes / 16, n_steps, 16, 32]
  void pack_queries() {
    for (Index lane = 0; lane < size.lanes; ++lane)
      for (Index s = 0; s < n_steps(); ++s)
        _mm512_store_si512(
            step_of_row(queries, n_steps(), lane, s),
            lane < n_lanes ? round_step(query_of(t, lane) + s * kStep, t.d_head - s * kStep) : _mm512_setzero_si512());
  }

  /// rounded [slots, d], zeros where there is no key. Returns whether all are finite.
  bool round_rows(const float* x, Index stride) {
    const __m512i infinite = _mm512_set1_epi16(0x7f80);  // the exponent of infinities and NaN
    __mmask32 found = 0;
    std::byte* to = rounded;
    const auto fill = [&](Index n) {
      for (std::byte* end = to + size.operand(n); to < end; to += kStepBytes)
        _mm512_store_si512(to, _mm512_setzero_si512());
    };
    const auto round = [&](KeyRun run) {
      for (Index r = 0; r < run.n_rows; ++r)
        for (Index s = 0; s < n_steps(); ++s, to += kStepBytes) {
          const __m512i step = round_step(x + (run.first_row + r) * stride + s * kStep, t.d_head - s * kStep);
          found |= _mm512_cmpeq_epi16_mask(_mm512_and_si512(step, infinite), infinite);
          _mm512_store_si512(to, step);
        }
    };
    fill(offset);
    for (Index i = 0; i < t.n_earlier; ++i) round(t.earlier[i]);
    for (Index i = 0; i < t.n_runs; ++i) round(t.runs[i]);
    round(t.later);
    fill(size.slots - (to - rounded) / (size.d * 2));
    return found == 0;
  }

  /// keys [slots / 32, n_steps, 2, 16 pairs of inputs, 16 slots]: sixteen words of sixteen rows change places.
  void pack_keys() {
    const Index row_words = size.d / 2;
    const __m512i rows = _mm512_mullo_epi32(_mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
                                            _mm512_set1_epi32(static_cast<int>(row_words)));
    std::byte* to = keys;
    for (Index slot = 0; slot < size.slots; slot += kBlock)
      for (Index s = 0; s < n_steps(); ++s)
        for (Index half = 0; half < kBlock; half += 16)
          for (Index pair = 0; pair < 16; ++pair, to += kStepBytes)
            _mm512_store_si512(
                to, _mm512_i32gather_epi32(rows, rounded + (slot + half) * size.d * 2 + s * kStepBytes + pair * 4, 4));
  }

  /// values [d / 32, slots / 32, 2, 16 pairs of slots, 16 columns]
  void pack_values() {
    std::byte* to = values;
    for (Index column = 0; column < size.d; column += kBlock)
      for (Index slot = 0; slot < size.slots; slot += kStep)
        for (Index half = 0; half < kBlock; half += 16)
          for (Index pair = 0; pair < 16; ++pair, to += kStepBytes) {
            const std::byte* even = rounded + (slot + 2 * pair) * size.d * 2 + (column + half) * 2;
            _mm512_store_si512(to, _mm512_or_si512(sixteen(even), _mm512_slli_epi32(sixteen(even + size.d * 2), 16)));
          }
  }

  static __m512i sixteen(const std::byte* halves) {
    return _mm512_cvtepu16_epi32(_mm256_load_si256(reinterpret_cast<const __m256i*>(halves)));
  }

  /// Where a value is not finite a weight of zero does not hide it: each query gets the values that it sees alone.
  void attend_one_by_one() {
    for (Index first = 0; first < n_lanes; first += t.group) {
      round_rows(t.v, t.value_stride);
      for (Index slot = 0; slot < size.slots; ++slot)
        if (slot < first_slot(first) || slot >= end_slot(first))
          for (std::byte* at = rounded + size.operand(slot); at < rounded + size.operand(slot + 1); at += kStepBytes)
            _mm512_store_si512(at, _mm512_setzero_si512());
      pack_values();
      const Index end = first + t.group;
      for (Index lane = first / kBlock * kBlock; lane < end; lane += kBlock) attend(lane, first, end);
    }
  }

  /// A block of lanes, of which [first, end) are written.
  void attend(Index lane, Index first, Index end) {
    const std::byte* left = queries + size.operand(lane);
    for (Index slot = 0; slot < size.slots; slot += kBlock)
      multiply_block(left, keys + size.operand(slot), n_steps(), scores + slot, size.slots);
    float totals[kBlock];
    for (Index i = 0; i < kBlock; ++i) totals[i] = lane + i < n_lanes ? weigh(lane + i, i) : 1.0f;
    for (Index column = 0; column < size.d; column += kBlock)
      multiply_block(weights, values + column * size.slots * 2, n_slot_steps(), sums + column, size.d);
    for (Index i = 0; i < kBlock && lane + i < n_lanes; ++i)
      if (lane + i >= first && lane + i < end) write(lane + i, sums + i * size.d, totals[i]);
  }

  /// A lane's query sees slots [first_slot, end_slot).
  Index first_slot(Index lane) const {
    const Index seen = first_seen(t, lane);
    return offset + (seen < n_earlier ? seen : n_earlier);
  }
  Index end_slot(Index lane) const { return offset + n_before + lane / t.group; }

  /// Which of sixteen slots these are.
  static __mmask16 seen(Index slot, Index first, Index end) {
    return static_cast<__mmask16>(first_lanes(end - slot) & ~first_lanes(first - slot));
  }

  /// Softmax numerators of row i of the scores, rounded, into weights [2, slots / 32, 16, 32]. Returns their sum.
  float weigh(Index lane, Index i) {
    const Index first = first_slot(lane), end = end_slot(lane);
    const float* row = scores + i * size.slots;
    __m512 top = _mm512_set1_ps(-__builtin_inff());
    for (Index slot = 0; slot < size.slots; slot += 16)
      top = _mm512_mask_max_ps(top, seen(slot, first, end), top, _mm512_load_ps(row + slot));
    const Vec highest = broadcast(_mm512_reduce_max_ps(top));
    __m512 total = _mm512_setzero_ps();
    for (Index slot = 0; slot < size.slots; slot += 16) {
      const __m512 p = exp_nonpositive((load(row + slot) - highest) * t.scale);
      const __m256i half = round_to_bf16(_mm512_maskz_mov_ps(seen(slot, first, end), p));
      _mm256_store_si256(
          reinterpret_cast<__m256i*>(step_of_row(weights, n_slot_steps(), i, slot / kStep) + slot % kStep * 2), half);
      total = _mm512_add_ps(total, _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(half), 16)));
    }
    return _mm512_reduce_add_ps(total);
  }

  void write(Index lane, const float* row, float total) {
    float* z = output_of(t, lane);
    for (Index c = 0; c < t.d_head; c += 16)
      _mm512_mask_storeu_ps(z + c, first_lanes(t.d_head - c),
                            _mm512_div_ps(_mm512_load_ps(row + c), _mm512_set1_ps(total)));
  }

  const AttentionTile& t;
  const Index offset, n_earlier, n_before, n_lanes;  // n_before: keys that query 0 sees
  const Sizes size;
  std::byte *queries, *keys, *values;
  std::byte* rounded;
  float* scores;  // [kBlock, slots]
  std::byte* weights;
  float* sums;  // [kBlock, d]
};

Index scratch_bytes(Index lanes, Index keys, Index d_head) { return Sizes(lanes, keys + kBlock, d_head).total(); }

void attend(const AttentionTile& tile) { Tile(tile).run(); }

}  // namespace

const AttentionKernel kAmxBf16Attention = {192, scratch_bytes, attend, Precision::bf16};

}  // namespace partwise::cpu
#endif

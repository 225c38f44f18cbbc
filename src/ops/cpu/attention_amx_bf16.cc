// src/CMakeLists.txt compiles this file for AVX-512 with AMX. Attention with products in bfloat16: queries, keys,
// values and the softmax's numerators are rounded; scores, exponentials and sums are float32.
//
//   scores[key, lane]  = sum_c k[key, c] q[lane, c]
//   scores[key, lane]  = cap / scale tanh(scale / cap scores[key, lane])    if there is a cap
//   p[key, lane]       = exp(scale (scores[key, lane] - max over keys))     rounded
//   totals[lane]       = sum_key p[key, lane]                               chain over ascending keys, then the sink's
//   sums[c, lane]      = sum_key v[key, c] p[key, lane]
//   z[lane, c]         = sums[c, lane] / totals[lane]
//
// Lanes are columns, so that the softmax works on sixteen of them at a time. A key's place in its block does not depend
// on the tile, the segments or the window. Keys that a lane's query does not see count as zeros, which change no sum.
#if defined(__x86_64__)
#include "ops/cpu/amx_tiles.h"
#include "ops/cpu/kernels.h"
#include "ops/cpu/soft_cap.h"

namespace partwise::internal::cpu {
namespace {

static_assert(kKeysInBlock == kBlock);

Index round_up_block(Index n) { return (n + kBlock - 1) / kBlock * kBlock; }

/// Sizes for keys or values, or for a block of queries; d is d_head rounded up to a block.
Index operand_bytes(Index d) { return kBlock * d * 2; }

Index block_bytes(Index d_head) { return 2 * operand_bytes(round_up_block(d_head)); }

/// Sixteen columns of two rows: each word holds an element of the first row and one of the second. Only the first n
/// columns exist. A row that does not exist is zeros.
__m512i interleave(const float* even, const float* odd, Index column, Index n) {
  const auto half = [=](const float* row) {
    return row ? _mm512_cvtepu16_epi32(round_to_bf16(_mm512_maskz_loadu_ps(first_lanes(n), row + column)))
               : _mm512_setzero_si512();
  };
  return _mm512_or_si512(half(even), _mm512_slli_epi32(half(odd), 16));
}

/// keys [2, n_steps, 16 keys, 32 columns], then values [d / 16, 16 columns, 32 keys]: both left operands.
bool pack_block(const float* const* keys, const float* const* values, Index d_head, std::byte* block) {
  const Index d = round_up_block(d_head), n_steps = d / kStep;
  for (Index j = 0; j < kBlock; ++j)
    for (Index s = 0; s < n_steps; ++s)
      _mm512_store_si512(step_of_row(block, n_steps, j, s),
                         keys[j] ? round_step(keys[j] + s * kStep, d_head - s * kStep) : _mm512_setzero_si512());
  const __m512i infinite = _mm512_set1_epi16(0x7f80);  // the exponent of infinities and NaN
  __mmask32 found = 0;
  for (Index c = 0; c < d; c += 16) {
    __m512i words[16];  // [16 pairs of keys, 16 columns]
    for (Index pair = 0; pair < 16; ++pair) {
      words[pair] = interleave(values[2 * pair], values[2 * pair + 1], c, d_head - c);
      found |= _mm512_cmpeq_epi16_mask(_mm512_and_si512(words[pair], infinite), infinite);
    }
    transpose_words(words);
    for (Index i = 0; i < 16; ++i) _mm512_store_si512(block + operand_bytes(d) + (c + i) * kStepBytes, words[i]);
  }
  return found == 0;
}

/// 2^(j / 32), minus what the shift of j in power_of_two() adds to its bits.
struct PowersOfTwo {
  constexpr PowersOfTwo() {
    double power = 1;
    for (unsigned j = 0; j < 32; ++j, power *= 0x1.059b0d3158574p+0)
      bits[j] = __builtin_bit_cast(std::uint32_t, static_cast<float>(power)) - (j << 18);
  }
  alignas(64) std::uint32_t bits[32] = {};
};

/// 2^y for y up to about 0, with a relative error of 2^-21, which disappears in rounding to bfloat16. 0 if the result
/// is below 2^-126, and in lanes that `mask` leaves out. NaN stays NaN. y = k / 32 + r with |r| <= 1/64, 2^y = 2^(k /
/// 32) (1 + r ln 2 + (r ln 2)^2 / 2): the lowest five bits of k select an entry of a table, the others go into the
/// exponent.
inline __m512 power_of_two(__m512 y, __mmask16 mask) {
  static constexpr PowersOfTwo kPowers;
  const __m512 magic = _mm512_set1_ps(0x1.8p18f);  // adding it rounds to k / 32, k in the low bits
  const __m512 shifted = _mm512_add_ps(y, magic), r = _mm512_sub_ps(y, _mm512_sub_ps(shifted, magic));
  const __m512i k = _mm512_castps_si512(shifted);
  const __m512i power =
      _mm512_permutex2var_epi32(_mm512_load_si512(kPowers.bits), k, _mm512_load_si512(kPowers.bits + 16));
  const __m512 scale = _mm512_castsi512_ps(_mm512_add_epi32(power, _mm512_slli_epi32(k, 18)));
  const __m512 slope = _mm512_fmadd_ps(r, _mm512_set1_ps(0x1.ebfbep-3f), _mm512_set1_ps(0x1.62e43p-1f));
  mask &= _mm512_cmp_ps_mask(y, _mm512_set1_ps(-126.0f), _CMP_NLT_UQ);
  return _mm512_maskz_fmadd_ps(mask, _mm512_mul_ps(r, slope), scale, scale);
}

/// Scratch of a block of lanes.
struct Room {
  Room(std::byte* scratch, Index n_blocks, Index d_head)
      : d(round_up_block(d_head)),
        queries(scratch),
        scores(reinterpret_cast<float*>(queries + operand_bytes(d))),
        weights(reinterpret_cast<std::byte*>(scores + n_blocks * kBlock * kBlock)),
        sums(reinterpret_cast<float*>(weights + n_blocks * 2 * kTileBytes)),
        edges(reinterpret_cast<std::byte*>(sums + kBlock * d)),
        blocks(reinterpret_cast<const std::byte**>(edges + 2 * block_bytes(d))) {}

  /// What all of these take.
  static Index bytes(Index n_blocks, Index d) {
    const Index n_floats = n_blocks * kBlock * kBlock + kBlock * d;
    return operand_bytes(d) + n_floats * Index{sizeof(float)} + n_blocks * 2 * kTileBytes + 2 * block_bytes(d) +
           n_blocks * Index{sizeof(const std::byte*)};
  }

  Index d;
  std::byte* queries;        // [n_steps, 2, 16 pairs of columns, 16 lanes]
  float* scores;             // [keys, 32 lanes]
  std::byte* weights;        // [blocks, 2, 16 pairs of keys, 16 lanes]
  float* sums;               // [d, 32 lanes]
  std::byte* edges;          // two blocks
  const std::byte** blocks;  // [blocks]
};

Index scratch_bytes(Index n_blocks, Index d_head) { return Room::bytes(n_blocks, round_up_block(d_head)); }

class Tile {
 public:
  Tile(const BlockTile& tile, Index n_blocks) : t(tile), room(tile.scratch, n_blocks, tile.d_head) {}

  void run() const {
    const UseTiles tiles;
    if (!t.all_finite) return attend_one_by_one();
    const Index n_lanes = t.n_queries * t.group;
    for (Index lane = 0; lane < n_lanes; lane += kBlock) attend(lane, at_most_block(n_lanes - lane), t.blocks);
  }

 private:
  static Index at_most_block(Index n) { return n < kBlock ? n : kBlock; }
  /// Lane i * group + g is query i, head g of the group that shares a key/value head. It sees keys [first, last].
  Index last_seen(Index lane) const { return t.position + lane / t.group; }
  Index first_seen(Index lane) const {
    const Index first = last_seen(lane) + 1 - t.window;
    return t.window > 0 && first > 0 ? first : 0;
  }
  Index offset_of(Index lane, Index stride) const { return lane / t.group * stride + lane % t.group * t.d_head; }

  /// Lanes [lane, lane + n), at most a block.
  void attend(Index lane, Index n, const std::byte* const* blocks) const {
    const Index first = first_seen(lane) / kBlock, end = last_seen(lane + n - 1) / kBlock + 1;
    const std::byte* const* seen = blocks + first - t.first_block;
    pack_queries(lane, n);
    for (Index b = 0; b < end - first; ++b)
      multiply_block(seen[b], room.queries, room.d / kStep, room.scores + b * kBlock * kBlock, kBlock);
    if (t.cap > 0) cap_scores((end - first) * kBlock);
    __m512 totals[2];
    for (Index half = 0; half < 2; ++half) totals[half] = weigh(lane, n, half, first, end);
    add_values(seen, end - first);
    for (Index half = 0; half < 2; ++half) write(lane + 16 * half, n - 16 * half, half, totals[half]);
  }

  /// Scores are scaled later.
  void cap_scores(Index n_keys) const {
    const SoftCap cap(t.cap / t.scale);
    for (Index i = 0; i < n_keys * kBlock; i += kWidth) store(room.scores + i, cap(load(room.scores + i)));
  }

  void pack_queries(Index lane, Index n) const {
    for (Index s = 0; s < room.d / kStep; ++s)
      for (Index half = 0; half < kBlock; half += 16) {
        __m512i words[16];
        for (Index i = 0; i < 16; ++i)
          words[i] = half + i < n ? round_step(t.q + offset_of(lane + half + i, t.query_stride) + s * kStep,
                                               t.d_head - s * kStep)
                                  : _mm512_setzero_si512();
        transpose_words(words);
        for (Index i = 0; i < 16; ++i)
          _mm512_store_si512(room.queries + ((s * kBlock + half) + i) * kStepBytes, words[i]);
      }
  }

  /// The keys that each of sixteen lanes sees, and those that all of them see.
  struct Seen {
    __m512i first, last;
    Index all_first, all_last;
    bool whole(Index block) const { return block * kBlock >= all_first && block * kBlock + kBlock - 1 <= all_last; }
    __mmask16 mask(Index key) const {
      const __m512i keys = _mm512_set1_epi32(static_cast<int>(key));
      return _mm512_cmple_epi32_mask(first, keys) & _mm512_cmple_epi32_mask(keys, last);
    }
  };

  /// Lanes past the last one see the same keys as the last one.
  Seen seen_by(Index lane, Index n) const {
    alignas(64) int first[16], last[16];
    for (Index i = 0; i < 16; ++i) {
      const Index own = lane + (i < n ? i : n - 1);
      first[i] = static_cast<int>(first_seen(own));
      last[i] = static_cast<int>(last_seen(own));
    }
    return {_mm512_load_si512(first), _mm512_load_si512(last), first[15], last[0]};
  }

  /// Softmax numerators of half a block of lanes for keys of blocks [first, end), into the weights. Returns their sums.
  __m512 weigh(Index lane, Index n, Index half, Index first, Index end) const {
    if (n <= 16 * half) lane -= 16;  // there are no lanes: the results are not read
    const Seen seen = seen_by(lane + 16 * half, n > 16 * half ? n - 16 * half : n);
    const float* scores = room.scores + 16 * half;
    std::byte* weights = room.weights + half * kTileBytes;
    const __m512 top = highest(scores, seen, first, end);
    __m512 total = _mm512_setzero_ps();
    for (Index b = first; b < end; ++b, scores += kBlock * kBlock, weights += 2 * kTileBytes)
      if (seen.whole(b))
        total = weigh_block(
            scores, top, [](Index) { return __mmask16{0xffff}; }, weights, total);
      else
        total = weigh_block(
            scores, top, [&](Index j) { return seen.mask(b * kBlock + j); }, weights, total);
    return t.sinks ? with_sinks(total, top, lane + 16 * half) : total;
  }

  /// The totals with what the sinks of these lanes' heads take of the softmax.
  __m512 with_sinks(__m512 total, __m512 top, Index lane) const {
    alignas(64) float tops[16], taken[16];
    _mm512_store_ps(tops, top);
    for (Index i = 0; i < 16; ++i) taken[i] = __builtin_expf(t.sinks[(lane + i) % t.group] - t.scale * tops[i]);
    return _mm512_add_ps(total, _mm512_load_ps(taken));
  }

  static __m512 highest(const float* scores, const Seen& seen, Index first, Index end) {
    __m512 top = _mm512_set1_ps(-__builtin_inff());
    for (Index b = first; b < end; ++b, scores += kBlock * kBlock)
      if (seen.whole(b))
        top = _mm512_max_ps(top, highest_of_block(scores));
      else
        for (Index j = 0; j < kBlock; ++j)
          top = _mm512_mask_max_ps(top, seen.mask(b * kBlock + j), top, _mm512_load_ps(scores + j * kBlock));
    return top;
  }

  static __m512 highest_of_block(const float* scores) {
    const auto load = [=](Index j) { return _mm512_load_ps(scores + j * kBlock); };
    __m512 a = load(0), b = load(1), c = load(2), d = load(3);  // four chains: the steps of one wait for each other
    for (Index j = 4; j < kBlock; j += 4) {
      a = _mm512_max_ps(a, load(j));
      b = _mm512_max_ps(b, load(j + 1));
      c = _mm512_max_ps(c, load(j + 2));
      d = _mm512_max_ps(d, load(j + 3));
    }
    return _mm512_max_ps(_mm512_max_ps(a, b), _mm512_max_ps(c, d));
  }

  template <class Mask>
  __m512 weigh_block(const float* scores, __m512 top, const Mask& mask, std::byte* weights, __m512 total) const {
    const __m512 scale = _mm512_set1_ps(t.scale * 0x1.715476p0f);  // by log2(e)
    const __m512 scaled_top = _mm512_mul_ps(top, scale);
    const __m512i interleaved = _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7,
                                                 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
    const auto numerator = [&](Index j) {
      return power_of_two(_mm512_fmsub_ps(_mm512_load_ps(scores + j * kBlock), scale, scaled_top), mask(j));
    };
    for (Index j = 0; j < kBlock; j += 2, weights += kStepBytes) {
      const __m512bh rounded = _mm512_cvtne2ps_pbh(numerator(j + 1), numerator(j));
      const __m512i pair = _mm512_permutexvar_epi16(interleaved, reinterpret_cast<__m512i>(rounded));
      _mm512_store_si512(weights, pair);
      total = _mm512_add_ps(total, _mm512_castsi512_ps(_mm512_slli_epi32(pair, 16)));
      total = _mm512_add_ps(total, _mm512_castsi512_ps(_mm512_and_si512(pair, _mm512_set1_epi32(-0x10000))));
    }
    return total;
  }

  void add_values(const std::byte* const* blocks, Index n_blocks) const {
    for (Index c = 0; c < room.d; c += kBlock) {
      clear_sums();
      for (Index b = 0; b < n_blocks; ++b) {
        const std::byte *values = blocks[b] + operand_bytes(room.d) + c * kStepBytes,
                        *weights = room.weights + b * 2 * kTileBytes;
        advance_step(values, values + kTileBytes, weights);
      }
      store_sums(room.sums + c * kBlock, kBlock);
    }
  }

  /// Lanes [lane, lane + n) or the first sixteen of them.
  void write(Index lane, Index n, Index half, __m512 totals) const {
    for (Index c = 0; c < t.d_head; c += 16) {
      __m512i rows[16];
      for (Index i = 0; i < 16; ++i)
        rows[i] = _mm512_castps_si512(_mm512_div_ps(_mm512_load_ps(room.sums + (c + i) * kBlock + 16 * half), totals));
      transpose_words(rows);
      for (Index i = 0; i < 16 && i < n; ++i)
        _mm512_mask_storeu_ps(t.z + offset_of(lane + i, t.z_stride) + c, first_lanes(t.d_head - c),
                              _mm512_castsi512_ps(rows[i]));
    }
  }

  /// A weight of zero does not hide a value that is not finite. So each query gets blocks in which the values that it
  /// does not see are zeros.
  void attend_one_by_one() const {
    for (Index query = 0; query < t.n_queries; ++query) {
      const Index lane = query * t.group, first = first_seen(lane), last = last_seen(lane);
      for (Index b = first / kBlock; b <= last / kBlock; ++b)
        room.blocks[b - t.first_block] = t.blocks[b - t.first_block];
      hide_values(first / kBlock, first, last, room.edges);
      hide_values(last / kBlock, first, last, room.edges + block_bytes(t.d_head));
      for (Index g = 0; g < t.group; g += kBlock) attend(lane + g, at_most_block(t.group - g), room.blocks);
    }
  }

  /// Replaces a block by a copy without the values of keys outside [first, last].
  void hide_values(Index block, Index first, Index last, std::byte* copy) const {
    __mmask32 mask = 0;
    for (Index j = 0; j < kBlock; ++j)
      if (block * kBlock + j >= first && block * kBlock + j <= last) mask |= __mmask32{1} << j;
    const std::byte* from = room.blocks[block - t.first_block];
    for (Index i = 0; i < block_bytes(t.d_head); i += kStepBytes)
      _mm512_store_si512(copy + i, _mm512_maskz_mov_epi16(i < operand_bytes(room.d) ? ~__mmask32{0} : mask,
                                                          _mm512_load_si512(from + i)));
    room.blocks[block - t.first_block] = copy;
  }

  const BlockTile& t;
  const Room room;
};

void attend(const BlockTile& tile) {
  const Index last = tile.position + tile.n_queries - 1;
  Tile(tile, last / kBlock + 1 - tile.first_block).run();
}

}  // namespace

const BlockAttention kAmxBf16Attention = {192, block_bytes, pack_block, scratch_bytes, attend, Precision::bf16};

}  // namespace partwise::internal::cpu
#endif

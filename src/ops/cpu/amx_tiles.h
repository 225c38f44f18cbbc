// Products in tile registers. A register holds 16 rows of 64 bytes. One instruction adds to 16 x 16 sums the products
// of 16 rows of the left operand with 16 outputs, over 32 inputs. A sum depends only on its own row and output; zeros
// before or after its inputs do not change it. Only for files that are compiled for AMX.
#pragma once

#if !defined(__AMX_BF16__) && !defined(__AMXBF16__)  // as GCC and clang 14 spell it
#error "this file needs the compiler's options for AMX"
#endif

#include "ops/cpu/bf16_operands.h"

namespace partwise::internal::cpu {
namespace {

constexpr Index kTileRows = 16, kTileBytes = 1024;
/// How many rows, and outputs, are multiplied together: two tiles of each, four tiles of sums.
constexpr Index kBlock = 2 * kTileRows;

/// Configures eight tiles of 16 rows of 64 bytes, while the object exists.
class UseTiles {
 public:
  UseTiles() {
    alignas(64) static constexpr Config kConfig;
    _tile_loadconfig(&kConfig);
  }
  ~UseTiles() { _tile_release(); }
  UseTiles(const UseTiles&) = delete;
  UseTiles& operator=(const UseTiles&) = delete;

 private:
  struct Config {
    std::uint8_t palette = 1, start_row = 0, reserved[14] = {};
    std::uint16_t row_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
    std::uint8_t n_rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
  };
};

// The intrinsics need a register's number as a literal, so no loop or template argument can name it.
template <int Tile>
void load_tile(const void* from, Index stride) {
  asm volatile("" ::"r"(from) : "memory");  // GCC 12 does not know that the intrinsic reads memory
  if constexpr (Tile == 0) _tile_loadd(0, from, stride);
  if constexpr (Tile == 1) _tile_loadd(1, from, stride);
  if constexpr (Tile == 2) _tile_loadd(2, from, stride);
  if constexpr (Tile == 3) _tile_loadd(3, from, stride);
}

template <int Tile>
void store_tile(void* to, Index stride) {
  if constexpr (Tile == 0) _tile_stored(0, to, stride);
  if constexpr (Tile == 1) _tile_stored(1, to, stride);
  if constexpr (Tile == 2) _tile_stored(2, to, stride);
  if constexpr (Tile == 3) _tile_stored(3, to, stride);
}

inline void clear_sums() {
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
}

/// Tiles 0 to 3 += a block of rows x a block of outputs, for one step of inputs. Tiles 4 and 5 hold rows, 6 and 7
/// outputs. Rows are loaded with a hint that they are not needed soon, so that the outputs stay in the first-level
/// cache for the next block of rows.
/// upper, lower [16 rows, 64 bytes]; first, second [tile], sixteen outputs each
inline void advance_step(const std::byte* upper, const std::byte* lower, const std::byte* first,
                         const std::byte* second) {
  asm volatile("" ::"r"(upper), "r"(lower), "r"(first), "r"(second) : "memory");
  _tile_loadd(6, first, kStepBytes);
  _tile_stream_loadd(4, upper, kStepBytes);
  _tile_dpbf16ps(0, 4, 6);
  _tile_loadd(7, second, kStepBytes);
  _tile_dpbf16ps(1, 4, 7);
  _tile_stream_loadd(5, lower, kStepBytes);
  _tile_dpbf16ps(2, 5, 6);
  _tile_dpbf16ps(3, 5, 7);
}

/// The same for outputs [2, tile].
inline void advance_step(const std::byte* upper, const std::byte* lower, const std::byte* outputs) {
  advance_step(upper, lower, outputs, outputs + kTileBytes);
}

/// y [kBlock, kBlock]
inline void store_sums(float* y, Index stride) {
  store_tile<0>(y, stride * 4);
  store_tile<1>(y + 16, stride * 4);
  store_tile<2>(y + 16 * stride, stride * 4);
  store_tile<3>(y + 16 * stride + 16, stride * 4);
}

/// y [kBlock, kBlock] = the products of a block of rows with a block of outputs, over all inputs:
/// left [2, n_steps, tile], right [n_steps, 2, tile]
inline void multiply_block(const std::byte* left, const std::byte* right, Index n_steps, float* y, Index stride) {
  clear_sums();
  for (Index s = 0; s < n_steps; ++s)
    advance_step(left + s * kTileBytes, left + (n_steps + s) * kTileBytes, right + s * 2 * kTileBytes);
  store_sums(y, stride);
}

/// Where step s of row r lies in a left operand [n_rows / 16, n_steps, 16 rows, 64 bytes].
template <class Byte>
inline Byte* step_of_row(Byte* left, Index n_steps, Index r, Index s) {
  return left + ((r / kTileRows * n_steps + s) * kTileRows + r % kTileRows) * kStepBytes;
}

}  // namespace
}  // namespace partwise::internal::cpu

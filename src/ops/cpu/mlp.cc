#include "ops/cpu/mlp.h"

#include <numeric>

#include "base/round.h"
#include "base/team.h"
#include "ops/cpu/linear.h"
#include "ops/cpu/panels.h"

namespace partwise::internal::cpu {
namespace {

/// An MLP on some rows, on one thread or several.
class MlpRows {
 public:
  MlpRows(const Kernels& kernels, const ProductKernels& products, const Mlp& mlp, const Normed& x, Matrix y)
      : kernels_(kernels),
        products_(products),
        mlp_(mlp),
        gate_(mlp.gate ? &as_panels(*mlp.gate, products) : nullptr),
        in_(as_panels(*mlp.in, products)),
        out_(as_panels(*mlp.out, products)),
        x_(kernels, products, x),
        y_(y) {}

  /// Works on one block of hidden units after another.
  void run(std::int64_t n_threads) {
    for_ranges(in_.outputs, kInputBlock / unit() * unit(), [&](Range block) {
      LeftRows act(products_, y_.rows, block.size());
      split(n_threads, divide_up(block.size(), unit()), [&](std::int64_t first, std::int64_t last) {
        fill(act, block.first, {block.first + first * unit(), std::min(block.first + last * unit(), block.end)});
      });
      split(n_threads, out_.n_panels(), [&](std::int64_t first, std::int64_t last) {
        multiply({out_, mlp_.out_bias, {first, last}, block, nullptr}, act.from(0), act.stride(),
                 y_.columns(first * out_.width(), y_.cols - first * out_.width()));
      });
    });
  }

 private:
  /// Hidden units that are whole panels and whole steps of inputs.
  std::int64_t unit() const { return std::lcm(products_.panel_width, products_.input_multiple); }

  /// Few enough at a time to stay in the cache, and enough not to read long rows too often.
  std::int64_t at_once() const {
    constexpr std::int64_t kOfLongRows = 256;
    return rows_are_long() ? kOfLongRows / unit() * unit() : unit();
  }

  /// Whether the inputs are multiplied in more than one block.
  bool rows_are_long() const { return in_.inputs >= 2 * kInputBlock; }

  /// Uses a kernel that keeps the sums in the cache until they are activated.
  void fill_gated(LeftRows& act, std::int64_t origin, Range units) {
    for (std::int64_t i = units.first; i < units.end; i += in_.width()) {
      const auto bias = [&](std::span<const float> of) { return of.empty() ? nullptr : of.data() + i; };
      products_.multiply_gated({.x = x_.from(0),
                                .x_stride = x_.stride(),
                                .n_rows = y_.rows,
                                .n_in = in_.inputs,
                                .gate = panel_of(*gate_, i),
                                .in = panel_of(in_, i),
                                .next_gate = panel_of(*gate_, i + in_.width()),
                                .next_in = panel_of(in_, i + in_.width()),
                                .gate_bias = bias(mlp_.gate_bias),
                                .in_bias = bias(mlp_.in_bias),
                                .n_units = in_.outputs_of(i / in_.width()),
                                .activation = mlp_.activation,
                                .act = act.to(i - origin),
                                .act_stride = act.stride()});
    }
  }

  /// act[:, i - origin] = f(gate_i) * in_i, or f(in_i), for these hidden units.
  void fill(LeftRows& act, std::int64_t origin, Range units) {
    if (gate_ && products_.multiply_gated && !rows_are_long()) return fill_gated(act, origin, units);
    const std::int64_t width = at_once();
    const auto values = make_buffer<float>(2 * y_.rows * width);
    const Matrix gate{values.get(), y_.rows, width, width}, in{gate.row(y_.rows), y_.rows, width, width};
    for (std::int64_t i = units.first; i < units.end; i += width) {
      const std::int64_t n = std::min(width, units.end - i);
      if (gate_) multiply(*gate_, mlp_.gate_bias, panels(i, n), x_, gate, panel_of(in_, i));
      multiply(in_, mlp_.in_bias, panels(i, n), x_, in, panel_of(gate_ ? *gate_ : in_, i + n));
      const Matrix room = act.room(i - origin, n, in);
      activate(gate, in, room);
      act.put(i - origin, room);
    }
  }

  Range panels(std::int64_t first, std::int64_t n) const {
    return {first / in_.width(), divide_up(first + n, in_.width())};
  }

  /// The panel that holds hidden unit i; null past the last one.
  static const std::byte* panel_of(const PanelWeight& weight, std::int64_t i) {
    return i < weight.outputs ? weight.panel(i / weight.width()) : nullptr;
  }

  void activate(ConstMatrix gate, ConstMatrix in, Matrix to) const {
    for (std::int64_t t = 0; t < to.rows; ++t)
      if (gate_)
        kernels_.gated_activate(mlp_.activation, gate.row(t), in.row(t), to.cols, to.row(t));
      else
        kernels_.activate(mlp_.activation, in.row(t), to.cols, to.row(t));
  }

  const Kernels& kernels_;
  const ProductKernels& products_;
  const Mlp& mlp_;
  const PanelWeight* gate_;
  const PanelWeight &in_, &out_;
  const LeftRows x_;
  const Matrix y_;
};

}  // namespace

void mlp(const Kernels& kernels, const ProductKernels& products, int n_threads, const Mlp& mlp, const Normed& in,
         Matrix y) {
  const ConstRows x = in.x;
  if (x.rows < kFewRows * n_threads) return MlpRows(kernels, products, mlp, in, y).run(n_threads);
  split(n_threads, x.rows, [&](std::int64_t first, std::int64_t last) {
    const std::int64_t n = last - first;
    MlpRows(kernels, products, mlp, {x.block(first, n), in.norm}, y.block(first, n)).run(1);
  });
}

}  // namespace partwise::internal::cpu

// What passes showed at read points, kept so that the points can be read again without a pass.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "decompose/options.h"
#include "decompose/points.h"
#include "pass/pass.h"

namespace partwise::internal {

/// The points of several passes, one after another. Which labels are read there need not be known yet: a text's next
/// token and its rivals are known only after the pass.
class PointRecording {
 public:
  explicit PointRecording(const ModelConfig& config);

  static std::int64_t bytes_per_point(const ModelConfig& config);
  std::int64_t n_points() const { return n_points_; }
  /// Room for more points. Returns the first of them.
  std::int64_t add_points(std::int64_t n);

 private:
  friend class Recorder;
  friend PointParts read_recorded(const Engine&, const PointRecording&, std::span<const std::int64_t>,
                                  std::span<const PromptIds>, const DecomposeOptions&);

  /// Rows of one width, and of each the scale of the norm after attention, if there is one.
  struct Shown {
    std::int64_t width = 0;
    std::vector<float> values;   // [n_points, width]
    std::vector<double> scales;  // [n_points]
  };

  std::int64_t n_points_ = 0;
  Shown embed_, resid_;
  std::vector<Shown> z_, mlp_out_;  // of each layer; scales are those of z
};

/// Passes everything on to another observer, and records it.
class Recorder : public PassObserver {
 public:
  /// The pass reads the points `which`, which are those from `first` on in the recording. All references must outlive
  /// the object.
  Recorder(const Backend& backend, PassObserver& next, PointRecording& recording, std::int64_t first,
           std::span<const std::int64_t> which)
      : backend_(backend), next_(next), recording_(recording), first_(first), which_(which) {}

  bool wants_attention() const override { return next_.wants_attention(); }
  bool wants_experts() const override { return next_.wants_experts(); }
  void on_expert(const ExpertAtPoints& expert) override { next_.on_expert(expert); }
  void on_embed(ConstRows embed) override;
  void on_layer(const LayerAtPoints& layer) override;
  void on_final_residual(ConstRows resid) override;

 private:
  void keep(ConstRows rows, PointRecording::Shown& shown);

  const Backend& backend_;
  PassObserver& next_;
  PointRecording& recording_;
  std::int64_t first_;
  std::span<const std::int64_t> which_;
};

/// decompose_points() without a pass: the points of `prompts` are the points `which` of the recording. The bits are
/// those of the pass. Heads cannot be split. Errors: failure, if a certificate exceeds its bound.
PointParts read_recorded(const Engine& engine, const PointRecording& recording, std::span<const std::int64_t> which,
                         std::span<const PromptIds> prompts, const DecomposeOptions& options);

}  // namespace partwise::internal

// What the arguments of each operation must satisfy, checked in one place for every back end.
// A mismatch is a mistake of ours: Error(internal).
#pragma once

#include "ops/backend.h"

namespace partwise::internal {

void check_linear(std::span<const Product> products, const Normed& x);
void check_rms_norm(ConstMatrix x, std::span<const float> gain, ConstMatrix y);
void check_layer_norm(ConstMatrix x, std::span<const float> gain, std::span<const float> bias, ConstMatrix y);
void check_rotary(ConstMatrix x, std::int64_t d_head, std::span<const std::int32_t> positions, ConstMatrix cos,
                  ConstMatrix sin);
void check_attention(const AttentionShape& shape, std::span<const Segment> segments, std::span<const QueryRun> runs,
                     ConstMatrix q, ConstMatrix k, ConstMatrix v, ConstMatrix z);
void check_mlp(const Mlp& mlp, const Normed& x, ConstMatrix y);
void check_add(ConstMatrix x, ConstMatrix y);
void check_read_labels(ConstMatrix x, ConstMatrix r, std::int64_t n_groups, std::span<const std::int32_t> labels,
                       std::int64_t n_labels, std::span<const double> g);

void check_read_sources(const AttentionShape& shape, std::span<const Segment> segments, std::span<const QueryRun> runs,
                        ConstMatrix q, ConstMatrix k, ConstMatrix v, ConstMatrix r,
                        std::span<const std::int32_t> labels, std::int64_t n_labels,
                        std::span<const std::span<const std::int32_t>> sources, std::int64_t n_sources,
                        std::span<const double> g);

/// The rows of the pass that token `index` of `segment` sees, from the first one to the token itself.
std::vector<std::int64_t> visible_rows(std::span<const Segment> segments, std::int64_t segment, std::int64_t index,
                                       std::int64_t window);

}  // namespace partwise::internal

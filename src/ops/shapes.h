// What the arguments of each operation must satisfy, checked in one place for every back end.
// A mismatch is a mistake of ours: Error(internal).
#pragma once

#include <vector>

#include "ops/backend.h"

namespace partwise::internal {

void check_linear(std::span<const Product> products, const Normed& x);
void check_rms_norm(ConstRows x, std::span<const float> gain, ConstRows y);
void check_layer_norm(ConstRows x, std::span<const float> gain, std::span<const float> bias, ConstRows y);
void check_rotary(ConstRows x, std::int64_t d_head, std::span<const std::int32_t> positions, ConstRows cos,
                  ConstRows sin);
void check_attention(const AttentionShape& shape, std::span<const Segment> segments, std::span<const QueryRun> runs,
                     ConstRows q, ConstRows k, ConstRows v, ConstRows z);
void check_mlp(const Mlp& mlp, const Normed& x, ConstRows y);
void check_add(ConstRows x, ConstRows y);
void check_add_weighted(ConstRows x, ConstRows y, std::span<const WeightedRow> to);
void check_copy_rows(ConstRows from, ConstRows to, std::span<const RowCopy> copies);
void check_read_labels(ConstRows x, ConstRows r, std::int64_t n_groups, const LabelLists& labels,
                       std::span<const double> g);

void check_read_sources(const AttentionShape& shape, std::span<const Segment> segments, std::span<const QueryRun> runs,
                        ConstRows q, ConstRows k, ConstRows v, ConstRows r, const LabelLists& labels,
                        std::span<const std::span<const std::int32_t>> sources, std::int64_t n_sources,
                        std::span<const double> g);

/// The rows of the pass that token `index` of `segment` sees, from the first one to the token itself.
std::vector<std::int64_t> visible_rows(std::span<const Segment> segments, std::int64_t segment, std::int64_t index,
                                       std::int64_t window);

}  // namespace partwise::internal

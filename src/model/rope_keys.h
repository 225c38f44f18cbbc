// The rope settings of configurations, in all their spellings.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "model/config.h"
#include "model/config_reader.h"

namespace partwise::internal {

/// Settings around a rope object, which count if the object itself does not have them.
struct RopeSurroundings {
  double default_theta = 10000.0;
  std::optional<double> theta;        // if the file has it
  std::int64_t context = 0;           // the longest prompt
  std::int64_t original_context = 0;  // 0: not given
};

/// Reads them from a whole configuration. In most configurations `theta_key` is "rope_theta".
RopeSurroundings read_rope_surroundings(ConfigReader& keys, const std::string& theta_key, double default_theta,
                                        std::int64_t context);

/// Reads theta and scaling from one rope object. Errors: bad_data for a type that is not supported (checked first), and
/// for an object that contradicts its surroundings.
RopeConfig read_rope_object(ConfigReader& keys, const RopeSurroundings& around);

/// Calls `read` with `rope_parameters` or the older `rope_scaling`, or with an empty object if neither is there.
/// Errors: bad_data if both are there and differ.
RopeConfig read_either_spelling(ConfigReader& keys, const std::function<RopeConfig(ConfigReader&)>& read);
/// Throws that error, "'ONE' (...) and 'OTHER' (...) differ", if the two differ.
void check_same_rope(const ConfigReader& keys, const std::string& one, const RopeConfig& rope_of_one,
                     const std::string& other, const RopeConfig& rope_of_other);

/// The rope settings of an architecture that rotates whole heads.
RopeConfig read_hugging_face_rope(ConfigReader& keys, std::int64_t context);

/// The settings of an architecture that rotates a share of each head, and the number of its columns. The share stands
/// in the rope object, beside it under `share_key`, or in both; else it is `usual`. Returns the share.
double read_partial_rope(ConfigReader& keys, const RopeSurroundings& around, const std::string& share_key, double usual,
                         ModelConfig& config);

/// Reads the settings of an architecture whose layers with a window rotate in their own way (ModelConfig::local_rope).
/// Each kind of layer has its own object in `rope_parameters`. In the older spelling only layers without a window are
/// scaled.
void read_ropes_by_layer(ConfigReader& keys, const RopeSurroundings& full, const RopeSurroundings& sliding,
                         ModelConfig& c);

/// Reads a GGUF file's keys PREFIX + "rope.scaling.*" of the type yarn.
void read_gguf_yarn(ConfigReader& keys, const std::string& prefix, std::int64_t context, RopeConfig& rope);

}  // namespace partwise::internal

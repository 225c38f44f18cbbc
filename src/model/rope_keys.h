// The rope settings of configurations, in all their spellings.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "model/config.h"
#include "model/config_reader.h"

namespace partwise {

/// What stands around a rope object and counts where the object does not say.
struct RopeSurroundings {
  double default_theta = 10000.0;
  std::optional<double> theta;        // where the file says it
  std::int64_t context = 0;           // the longest prompt
  std::int64_t original_context = 0;  // 0: not said
};

/// Of a whole configuration; `theta_key` is "rope_theta" in most.
RopeSurroundings read_rope_surroundings(ConfigReader& keys, const std::string& theta_key, double default_theta,
                                        std::int64_t context);

/// Theta and scaling from one rope object. Errors: bad_data, for a type that is not supported before all else, and for
/// an object that contradicts what stands around it.
RopeConfig read_rope_object(ConfigReader& keys, const RopeSurroundings& around);

/// `read` of `rope_parameters`, or of the older `rope_scaling`, or of an empty object where neither is there.
/// Errors: bad_data where both are there and differ.
RopeConfig read_either_spelling(ConfigReader& keys, const std::function<RopeConfig(ConfigReader&)>& read);
/// The error of the latter: 'ONE' (...) and 'OTHER' (...) differ.
void check_same_rope(const ConfigReader& keys, const std::string& one, const RopeConfig& rope_of_one,
                     const std::string& other, const RopeConfig& rope_of_other);

/// The rope settings of heads that are rotated whole.
RopeConfig read_hugging_face_rope(ConfigReader& keys, std::int64_t context);

/// A GGUF file's keys PREFIX + "rope.scaling.*" of the type yarn.
void read_gguf_yarn(ConfigReader& keys, const std::string& prefix, std::int64_t context, RopeConfig& rope);

}  // namespace partwise

// Folders of models that also see images: their text model is used.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "formats/checkpoint.h"

namespace partwise::internal {

/// The language model of a folder that also holds parts that see images (Gemma 3 from 4B on, Mistral Small 3.1). Its
/// configuration is `text_config`, and its tensors have the names that they would have in a folder of their own. Other
/// checkpoints are returned unchanged. Prompts are text, so the other parts are never run.
/// Errors: bad_data for unknown keys beside `text_config` (`allow_unknown` lets them pass).
std::unique_ptr<Checkpoint> text_model_of(std::unique_ptr<Checkpoint> checkpoint,
                                          const std::set<std::string>& allow_unknown);

/// The name that a tensor of such a folder has in a folder of the text model alone; empty if it belongs to the parts
/// that see images.
std::string name_in_text_model(std::string_view name);

}  // namespace partwise::internal

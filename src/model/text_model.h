// Folders of models that see images as well, of which the text model is used.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "formats/checkpoint.h"

namespace partwise {

/// The language model of a folder that holds one beside parts that see images (Gemma 3 from 4B on, Mistral Small 3.1):
/// its `text_config` as the configuration, its tensors by the names that they have in a folder of their own. Other
/// checkpoints come back as they are. Prompts here are text, so the other parts are never run.
/// Errors: bad_data for keys beside `text_config` that are not known (`allow_unknown` lets them pass).
std::unique_ptr<Checkpoint> text_model_of(std::unique_ptr<Checkpoint> checkpoint,
                                          const std::set<std::string>& allow_unknown);

/// What a tensor of such a folder is called in a folder of the text model alone; empty where it belongs to images.
std::string name_in_text_model(std::string_view name);

}  // namespace partwise

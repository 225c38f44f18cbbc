// Contextual calibration: the label probabilities divided by those for inputs without content ("N/A", "", "[MASK]"),
// averaged over these. Zhao, Wallace, Feng, Klein and Singh, arXiv 2102.09690, section 5.
#include "readers/prior_calibration.h"

namespace partwise {

namespace {

const ReaderRegistration registration({"contextual-calibration",
                                       "the model's probabilities over those for inputs without content",
                                       []() -> std::unique_ptr<Reader> {
                                         return std::make_unique<PriorCalibration>("contextual-calibration",
                                                                                   PriorRemoval::divide);
                                       },
                                       LearnsFrom::content_free});

}  // namespace

}  // namespace partwise

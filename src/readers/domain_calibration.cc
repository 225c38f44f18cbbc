// Domain-context calibration: the label probabilities divided by those for inputs of random words of the data, averaged
// over twenty of these. Fei, Hou, Chen and Bosselut, arXiv 2305.19148, section 4.
#include "readers/prior_calibration.h"

namespace partwise {

namespace {

const ReaderRegistration registration({"domain-calibration", "the model's probabilities over those for random words",
                                       []() -> std::unique_ptr<Reader> {
                                         return std::make_unique<PriorCalibration>("domain-calibration",
                                                                                   PriorRemoval::divide);
                                       },
                                       LearnsFrom::random_words});

}  // namespace

}  // namespace partwise

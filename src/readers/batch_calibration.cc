// Batch calibration: the label probabilities less their mean over the inputs to be judged, without their labels. Zhou,
// Wan, Proleev, Mincu, Chen, Heller and Roy, arXiv 2309.17249, section 3.
#include "readers/prior_calibration.h"

namespace partwise {

namespace {

const ReaderRegistration registration({"batch-calibration", "the model's probabilities less their mean over test rows",
                                       []() -> std::unique_ptr<Reader> {
                                         return std::make_unique<PriorCalibration>("batch-calibration",
                                                                                   PriorRemoval::subtract);
                                       },
                                       LearnsFrom::test_inputs});

}  // namespace

}  // namespace partwise

#include "report/data/fit.h"

#include "base/json.h"

namespace partwise {

OrderedJson fit_json(const FitReport& fit) {
  OrderedJson objective;  // null where the reader names none
  if (fit.objective) objective = *fit.objective;
  return {{"n_examples", fit.n_examples},
          {"updates", fit.updates},
          {"train_accuracy", fit.train_accuracy},
          {"objective", objective}};
}

}  // namespace partwise

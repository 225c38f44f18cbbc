#include "report/data/fit.h"

#include "base/json.h"
#include "report/data/leanings.h"

namespace partwise::internal {

OrderedJson fit_json(const FitReport& fit) {
  OrderedJson objective;  // null if the reader has none
  if (fit.objective) objective = *fit.objective;
  return {{"n_examples", fit.n_examples},
          {"updates", fit.updates},
          {"train_accuracy", fit.train_accuracy},
          {"objective", objective}};
}

OrderedJson fitted_json(const ReaderFile& file, const std::vector<std::string>& warnings) {
  const std::string_view kind = file.reader->kind();
  OrderedJson json = {{"reader", kind}, {"caveat", caveat(reader_kind(kind))}};
  json.update(fit_json(file.report));
  json["leans_on"] = leanings_json(file);
  json["warnings"] = warnings;
  return json;
}

}  // namespace partwise::internal

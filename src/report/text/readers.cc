#include "report/text/readers.h"

#include <fmt/format.h>

#include "base/utf8.h"
#include "report/describe.h"
#include "report/reader_cells.h"
#include "report/text/text_table.h"

namespace partwise::internal {

namespace {

constexpr std::string_view kMeasureNotes =
    "ECE: expected calibration error over 10 bins of equal width. Brier: mean over rows of the squared distance "
    "between probabilities and truth, summed over labels, 0 to 2. Difference in accuracy from the first reader on the "
    "same rows, in points, with its 95 % interval (Agresti and Min); p: exact McNemar test, both sides.\n";

std::string confusion_text(const Judged& judged, std::size_t width) {
  const Array<std::int64_t>& confusion = judged.evaluation.confusion;
  std::vector<TextColumn> columns = {{true, {{"true label"}}}};
  for (const std::string& word : judged.fitted.label_words) {
    columns[0].cells.push_back({printable(word)});
    columns.push_back({false, {{shortened(printable(word), kMaxWord)}}});
  }
  for (std::int64_t y = 0; y < confusion.dim(0); ++y) {
    for (std::int64_t p = 0; p < confusion.dim(1); ++p) {
      columns[static_cast<std::size_t>(p) + 1].cells.push_back({fmt::format("{}", confusion(y, p))});
    }
  }
  return "answers by true label (a row each)\n" + text_table(columns, false, width);
}

}  // namespace

std::string judgement_text(const Judged& judged, std::size_t width) {
  const Evaluation& e = judged.evaluation;
  return fmt::format("reader             {}\n", printable(reader_name(judged))) +
         fmt::format("rows               {}\n", e.n()) +
         fmt::format("accuracy           {}  ({})\n", percent(e.accuracy.value), interval(e.accuracy)) +
         fmt::format("macro F1           {:.3f}\n", e.macro_f1) +
         fmt::format("log loss           {:.3f}  nats\n", e.nll) +
         fmt::format("calibration error  {:.3f}  ECE, 10 bins of equal width\n", e.ece) +
         fmt::format("Brier score        {:.3f}  summed over labels, 0 to 2\n", e.brier) +
         confusion_text(judged, width);
}

std::string judgements_text(const std::vector<Judged>& all, bool colour, std::size_t width) {
  std::vector<TextColumn> columns = {{true, {{"reader", kDim}}}};
  for (const std::string& head : kReaderHeads) columns.push_back({false, {{head, kDim}}});
  for (const Judged& judged : all) {
    columns[0].cells.push_back({printable(reader_name(judged))});
    const std::vector<std::string> cells = reader_cells(all.front(), judged);
    for (std::size_t k = 0; k < cells.size(); ++k) columns[k + 1].cells.push_back({cells[k], k == 0 ? kBold : ""});
  }
  return text_table(columns, colour, width) + "\n" + folded(kMeasureNotes, width);
}

}  // namespace partwise::internal

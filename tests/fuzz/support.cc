#include "fuzz/support.h"

#include <algorithm>

#include "base/utf8.h"
#include "model/model.h"

namespace partwise::internal::fuzz {

namespace {

constexpr std::string_view kSeparator = "\n--8<--\n";
constexpr std::int64_t kMostValues = 1024;  // per tensor, at each end
constexpr std::size_t kMostText = 256;
constexpr std::int64_t kMostLayers = 4;

void use_tensor(const TensorView& tensor) {
  const std::int64_t count = element_count(tensor.shape), block = dtype_info(tensor.dtype).block_size;
  check(byte_count(tensor.dtype, tensor.shape) == static_cast<std::int64_t>(tensor.bytes.size()),
        "a tensor's bytes are those of its shape");
  std::vector<float> values(static_cast<std::size_t>(std::min(count, kMostValues) / block * block));
  dequantize(tensor, 0, values);
  dequantize(tensor, count - static_cast<std::int64_t>(values.size()), values);
}

void use_matrix(const RowReader& matrix) {
  std::vector<float> row(static_cast<std::size_t>(matrix.cols));
  for (std::int64_t r : {std::int64_t{0}, matrix.rows - 1}) matrix.read(r, {row.data(), 1, matrix.cols, matrix.cols});
}

void use_ids(const Tokenizer& tokenizer, const std::vector<TokenId>& ids) {
  const auto in_vocabulary = [&](TokenId id) { return id >= 0 && id < tokenizer.vocab_size(); };
  check(std::all_of(ids.begin(), ids.end(), in_vocabulary), "an id is in the vocabulary");
  for (bool skip_special : {false, true}) {
    check(find_invalid_utf8(tokenizer.decode(ids, skip_special)) == std::string::npos, "decoded text is UTF-8");
  }
  for (TokenId id : ids) check(find_invalid_utf8(tokenizer.token_text(id)) == std::string::npos, "a token is UTF-8");
}

void use_literal(const Tokenizer& tokenizer, const std::string& text) {
  const std::size_t half = text.size() / 2;
  use_ids(tokenizer, tokenizer.encode(text, {.literal = {{half / 2, half}, {half, half}}}));
  check(tokenizer.encode(text, {.literal = {{0, text.size()}}}) == tokenizer.encode(text, {.parse_special = false}),
        "literal text is text without special tokens");
}

}  // namespace

void check(bool holds, const char* promise) {
  if (!holds) throw std::logic_error(promise);
}

std::vector<std::string> split_files(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  std::vector<std::string> files;
  for (std::size_t end = 0; end != std::string_view::npos;) {
    end = rest.find(kSeparator);
    files.emplace_back(rest.substr(0, end));
    if (end != std::string_view::npos) rest.remove_prefix(end + kSeparator.size());
  }
  return files;
}

void use_tensors(const std::map<std::string, TensorView>& tensors) {
  for (const auto& [name, tensor] : tensors) {
    fine_or_refused([&, &view = tensor] { use_tensor(view); });
  }
}

void use_model(const std::filesystem::path& path) {
  fine_or_refused([&] {
    const Model model = Model::load(path);
    check(model.n_parameters() > 0, "a model has weights");
    model.final_norm();
    const std::int32_t ids[] = {0, static_cast<std::int32_t>(model.config().d_vocab - 1)};
    check(model.embed(ids).values.size() == model.unembed(ids).values.size(), "embeddings are as wide as unembeddings");
    for (std::int64_t l = 0; l < std::min(model.config().n_layers, kMostLayers); ++l) {
      const LayerWeights layer = model.layer(l);
      for (const RowReader* matrix : {&layer.q, &layer.kv, &layer.o, &layer.router})
        if (matrix->read) use_matrix(*matrix);
      const bool has_experts = model.config().has_experts(l);
      const MlpWeights mlp = has_experts ? model.expert(l, model.config().experts->n_experts - 1) : layer.mlp;
      for (const RowReader* matrix : {&mlp.gate, &mlp.in, &mlp.out})
        if (matrix->read) use_matrix(*matrix);
    }
  });
}

void use_tokenizer(const std::filesystem::path& path, std::string_view text) {
  fine_or_refused([&] {
    fine_or_refused([&] { outline_tokenizer(path); });
    const auto tokenizer = load_tokenizer(path);
    check(!tokenizer->description().empty(), "a tokenizer says what it is");
    const std::string valid = replace_invalid_utf8(text.substr(0, kMostText));
    for (bool parse_special : {true, false}) {
      fine_or_refused([&] { use_ids(*tokenizer, tokenizer->encode(valid, {.parse_special = parse_special})); });
    }
    fine_or_refused([&] { use_literal(*tokenizer, valid); });
    fine_or_refused([&] { use_ids(*tokenizer, {0, static_cast<TokenId>(tokenizer->vocab_size() - 1)}); });
  });
}

}  // namespace partwise::internal::fuzz

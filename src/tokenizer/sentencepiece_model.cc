#include "tokenizer/sentencepiece_model.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/utf8.h"
#include "tokenizer/protobuf.h"

namespace partwise::internal {

namespace {

using Model = SentencePieceModel;
using Field = ProtobufReader::Field;

[[noreturn]] void refuse_model(const std::string& what) { throw Error(ErrorCode::bad_data, what); }

std::string text_of(const Field& field) {
  const std::string_view text = field.as_bytes();
  if (find_invalid_utf8(text) != std::string_view::npos)
    refuse_model(fmt::format("field {} is not UTF-8", field.number));
  return std::string(text);
}

PieceType type_of(const Field& field) {
  const auto type = piece_type(field.as_integer());
  if (!type) refuse_model(fmt::format("type {} is not known", field.as_integer()));
  return *type;
}

void read_piece(std::string_view message, Model& model) {
  std::string text;
  float score = 0;
  PieceType type = PieceType::normal;
  ProtobufReader reader(message);
  while (const auto field = reader.next()) {
    if (field->number == 1) {
      text = text_of(*field);
    } else if (field->number == 2) {
      score = field->as_float();
    } else if (field->number == 3) {
      type = type_of(*field);
    } else {
      refuse_model(fmt::format("field {} is not supported", field->number));
    }
  }
  model.pieces.push_back(std::move(text));
  model.scores.push_back(score);
  model.types.push_back(type);
}

/// Reads those of the trainer's settings that matter after training.
void read_trainer(std::string_view message, Model& model) {
  ProtobufReader reader(message);
  while (const auto field = reader.next()) {
    switch (field->number) {
      case 3:
        model.model_type = field->as_integer();
        break;
      case 24:
        model.treat_whitespace_as_suffix = field->as_flag();
        break;
      case 35:
        model.byte_fallback = field->as_flag();
        break;
      case 46:
        model.bos_piece = text_of(*field);
        break;
      case 47:
        model.eos_piece = text_of(*field);
        break;
      default:
        break;
    }
  }
}

void read_normalizer_field(const Field& field, Model::Normalizer& normalizer) {
  switch (field.number) {
    case 1:
      normalizer.name = text_of(field);
      break;
    case 2:
      normalizer.has_charsmap = !field.as_bytes().empty();
      break;
    case 3:
      normalizer.add_dummy_prefix = field.as_flag();
      break;
    case 4:
      normalizer.remove_extra_whitespaces = field.as_flag();
      break;
    case 5:
      normalizer.escape_whitespaces = field.as_flag();
      break;
    case 6:
      normalizer.has_rules = !field.as_bytes().empty();
      break;
    default:
      refuse_model(fmt::format("field {} is not supported", field.number));
  }
}

void read_normalizer(std::string_view message, Model::Normalizer& normalizer) {
  ProtobufReader reader(message);
  while (const auto field = reader.next()) read_normalizer_field(*field, normalizer);
}

void read_field(const Field& field, Model& model) {
  switch (field.number) {
    case 1:
      return read_piece(field.as_bytes(), model);
    case 2:
      return read_trainer(field.as_bytes(), model);
    case 3:
      return read_normalizer(field.as_bytes(), model.normalizer);
    case 4:  // examples for a self-test
      return;
    case 5:
      return read_normalizer(field.as_bytes(), model.denormalizer);
    default:
      refuse_model("it is not supported");
  }
}

std::string place_of(const Field& field, const Model& model) {
  switch (field.number) {
    case 1:
      return fmt::format("piece {}", model.pieces.size());
    case 2:
      return "trainer_spec";
    case 3:
      return "normalizer_spec";
    case 5:
      return "denormalizer_spec";
    default:
      return fmt::format("field {}", field.number);
  }
}

}  // namespace

SentencePieceModel read_sentencepiece_model(std::string_view bytes) {
  Model model;
  ProtobufReader reader(bytes);
  while (const auto field = reader.next()) {
    try {
      read_field(*field, model);
    } catch (const Error& error) {
      refuse_model(fmt::format("{}: {}", place_of(*field, model), error.what()));
    }
  }
  return model;
}

}  // namespace partwise::internal

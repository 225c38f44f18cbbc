"""Writes the model in the forms that the peers read. All have the weights of one GGUF file.

Runs in the comparison's environment:

    model_files.py MODEL.gguf FOLDER   writes FOLDER/{f32,bf16,q8_0}.gguf and FOLDER/f32, a folder for transformers
"""
import sys
from pathlib import Path

import torch
from gguf import GGMLQuantizationType, GGUFReader, GGUFValueType, GGUFWriter, LlamaFileType, dequantize, quantize
from transformers import AutoModelForCausalLM, GgufConfig

TYPES = {
    "f32": (GGMLQuantizationType.F32, LlamaFileType.ALL_F32),
    "bf16": (GGMLQuantizationType.BF16, LlamaFileType.MOSTLY_BF16),
    "q8_0": (GGMLQuantizationType.Q8_0, LlamaFileType.MOSTLY_Q8_0),
}
SET_BY_THE_WRITER = ("general.architecture", "general.file_type", "general.quantization_version")


def copy_metadata(source, writer):
    for field in source.fields.values():
        if field.name.startswith("GGUF.") or field.name in SET_BY_THE_WRITER:
            continue
        elements = field.types[-1] if field.types[0] == GGUFValueType.ARRAY else None
        writer.add_key_value(field.name, field.contents(), field.types[0], sub_type=elements)


def write_gguf(source, path, kind):
    """Writes matrices in the type `kind`. Vectors stay float32, as in every such file."""
    tensor_type, file_type = TYPES[kind]
    writer = GGUFWriter(path, source.fields["general.architecture"].contents())
    copy_metadata(source, writer)
    writer.add_file_type(file_type)
    writer.add_quantization_version(2)
    for tensor in source.tensors:
        values = dequantize(tensor.data, tensor.tensor_type)
        stored = tensor_type if values.ndim > 1 else GGMLQuantizationType.F32
        writer.add_tensor(tensor.name, quantize(values, stored), raw_dtype=stored)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main(model, folder):
    source = GGUFReader(model)
    for kind in TYPES:
        write_gguf(source, folder / f"{kind}.gguf", kind)
    unpacked = AutoModelForCausalLM.from_pretrained(model.parent, gguf_file=model.name, dtype=torch.float32,
                                                    quantization_config=GgufConfig(dequantize=True))
    unpacked.save_pretrained(folder / "f32")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

"""The tiny models that `transformers` decomposes: their differences from the package's default configurations."""
from goldens.tokenizer import VOCABULARY

COMMON = {"hidden_size": 32, "intermediate_size": 48, "num_attention_heads": 4, "num_hidden_layers": 3,
          "max_position_embeddings": 256, "vocab_size": len(VOCABULARY), "bos_token_id": 1, "eos_token_id": 2,
          "pad_token_id": None}
GROUPED = COMMON | {"num_key_value_heads": 2}


def rope(theta=10000.0, **more):
    return {"rope_theta": theta, "rope_type": "default"} | more


def yarn(theta=10000.0, **more):
    return rope(theta, rope_type="yarn", factor=4.0, original_max_position_embeddings=64) | more


def llama(**changes):
    return GROUPED | {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "head_dim": 8, "dtype": "float16",
                      "tie_word_embeddings": True, "rms_norm_eps": 1e-5, "rope_parameters": rope()} | changes


def mistral(**changes):
    return GROUPED | {"architectures": ["MistralForCausalLM"], "model_type": "mistral", "dtype": "bfloat16",
                      "head_dim": 8, "rms_norm_eps": 1e-5, "sliding_window": 12, "rope_parameters": rope()} | changes


def gpt_neox(**changes):
    return COMMON | {"architectures": ["GPTNeoXForCausalLM"], "model_type": "gpt_neox", "num_attention_heads": 2,
                     "hidden_act": "gelu", "rope_parameters": rope(partial_rotary_factor=0.25)} | changes


def gemma3(factor=None, **changes):
    scaled = {"rope_type": "linear", "factor": factor} if factor else {}
    return GROUPED | {"architectures": ["Gemma3ForCausalLM"], "model_type": "gemma3_text", "dtype": "bfloat16",
                      "head_dim": 16, "num_key_value_heads": 1, "intermediate_size": 64, "sliding_window": 10,
                      "bos_token_id": 2, "eos_token_id": 1, "pad_token_id": 0, "query_pre_attn_scalar": 16,
                      "rope_parameters": {"full_attention": rope(1000000.0, **scaled),
                                          "sliding_attention": rope()}} | changes


def qwen2(**changes):
    return GROUPED | {"architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "dtype": "float16",
                      "tie_word_embeddings": True, "rope_parameters": rope(1000000.0)} | changes


def qwen3(**changes):
    return GROUPED | {"architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3", "dtype": "float16", "head_dim": 16,
                      "tie_word_embeddings": True, "rope_parameters": rope(1000000.0)} | changes


def olmo2(**changes):
    return GROUPED | {"architectures": ["Olmo2ForCausalLM"], "model_type": "olmo2", "dtype": "bfloat16",
                      "rms_norm_eps": 1e-6, "rope_parameters": rope(500000.0)} | changes


def gpt2(**changes):
    return {"architectures": ["GPT2LMHeadModel"], "model_type": "gpt2", "dtype": "float32", "n_embd": 32, "n_head": 4,
            "n_layer": 3, "n_positions": 128, "vocab_size": len(VOCABULARY), "bos_token_id": 1, "eos_token_id": 2,
            "tie_word_embeddings": True} | changes


def gemma(**changes):
    return COMMON | {"architectures": ["GemmaForCausalLM"], "model_type": "gemma", "dtype": "bfloat16", "head_dim": 16,
                     "num_key_value_heads": 1, "bos_token_id": 2, "eos_token_id": 1, "pad_token_id": 0,
                     "rope_parameters": rope()} | changes


def gemma2(**changes):
    return COMMON | {"architectures": ["Gemma2ForCausalLM"], "model_type": "gemma2", "dtype": "bfloat16", "head_dim": 16,
                     "num_key_value_heads": 2, "bos_token_id": 2, "eos_token_id": 1, "pad_token_id": 0,
                     "sliding_window": 10, "query_pre_attn_scalar": 16, "attn_logit_softcapping": 4.0,
                     "final_logit_softcapping": 8.0, "rope_parameters": rope()} | changes


def smollm3(**changes):
    return GROUPED | {"architectures": ["SmolLM3ForCausalLM"], "model_type": "smollm3", "dtype": "bfloat16",
                      "num_hidden_layers": 4, "no_rope_layer_interval": 4, "no_rope_layers": [1, 1, 1, 0],
                      "tie_word_embeddings": True, "rope_parameters": rope(5000000.0)} | changes


def olmo3(**changes):
    kinds = ["sliding_attention"] * 3 + ["full_attention"]
    return GROUPED | {"architectures": ["Olmo3ForCausalLM"], "model_type": "olmo3", "dtype": "float32",
                      "num_hidden_layers": 4, "rms_norm_eps": 1e-6, "sliding_window": 10, "layer_types": kinds,
                      "rope_parameters": {"full_attention": yarn(500000.0, attention_factor=1.25, beta_fast=16.0),
                                          "sliding_attention": rope(500000.0)}} | changes


def granite(**changes):
    return GROUPED | {"architectures": ["GraniteForCausalLM"], "model_type": "granite", "dtype": "bfloat16",
                      "embedding_multiplier": 12.0, "residual_multiplier": 0.22, "attention_multiplier": 0.125,
                      "logits_scaling": 8.0, "rms_norm_eps": 1e-5, "tie_word_embeddings": True,
                      "rope_parameters": rope()} | changes


def phi3(**changes):
    return GROUPED | {"architectures": ["Phi3ForCausalLM"], "model_type": "phi3", "dtype": "float16",
                      "original_max_position_embeddings": 256, "sliding_window": 14, "rms_norm_eps": 1e-5,
                      "rope_parameters": rope(partial_rotary_factor=0.5)} | changes


def stablelm(**changes):
    return COMMON | {"architectures": ["StableLmForCausalLM"], "model_type": "stablelm", "dtype": "float16",
                     "num_key_value_heads": 4, "use_qkv_bias": True,
                     "rope_parameters": rope(partial_rotary_factor=0.5)} | changes


def gptj(**changes):
    return {"architectures": ["GPTJForCausalLM"], "model_type": "gptj", "dtype": "float16", "n_embd": 32, "n_head": 2,
            "n_layer": 2, "n_inner": 48, "n_positions": 256, "rotary_dim": 8, "vocab_size": len(VOCABULARY),
            "bos_token_id": 1, "eos_token_id": 2} | changes


def qwen3_moe(**changes):
    return GROUPED | {"architectures": ["Qwen3MoeForCausalLM"], "model_type": "qwen3_moe", "dtype": "bfloat16",
                      "head_dim": 16, "num_hidden_layers": 2, "num_experts": 6, "num_experts_per_tok": 2,
                      "moe_intermediate_size": 32, "norm_topk_prob": True, "rope_parameters": rope(1000000.0)} | changes


def olmoe(**changes):
    return COMMON | {"architectures": ["OlmoeForCausalLM"], "model_type": "olmoe", "dtype": "bfloat16",
                     "num_hidden_layers": 2, "num_key_value_heads": 4, "intermediate_size": 16, "num_experts": 6,
                     "num_experts_per_tok": 3, "norm_topk_prob": False, "rope_parameters": rope()} | changes


def mixtral(**changes):
    return GROUPED | {"architectures": ["MixtralForCausalLM"], "model_type": "mixtral", "dtype": "float16",
                      "head_dim": 8, "num_hidden_layers": 2, "intermediate_size": 32, "num_local_experts": 4,
                      "num_experts_per_tok": 2, "rope_parameters": rope(1000000.0)} | changes


def gpt_oss(**changes):
    return GROUPED | {"architectures": ["GptOssForCausalLM"], "model_type": "gpt_oss", "dtype": "bfloat16",
                      "head_dim": 16, "num_hidden_layers": 2, "intermediate_size": 32, "num_local_experts": 4,
                      "num_experts_per_tok": 2, "sliding_window": 10, "rms_norm_eps": 1e-5,
                      "rope_parameters": yarn(150000.0, factor=32.0, truncate=False)} | changes

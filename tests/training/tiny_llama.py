"""A language model of the Llama layout with a Llama tokenizer (first token, byte fallback), small and random."""

import json

import torch
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, LlamaTokenizer

TEXT = (
    "This person is a 63-year-old female with a height of 160 cm. The ECG signal is. The ECG report indicates sinus "
    "rhythm, complete left bundle branch block. The anomalies in general: none, lead V1: ST elevation and deep S wave."
)
BYTES = [f"<0x{k:02X}>" for k in range(256)]


def write_tiny_llama(folder, seed=0):
    """Write model and tokenizer as their publishers do; return the folder."""
    learned = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True))
    learned.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.BpeTrainer(
        vocab_size=420, special_tokens=["<unk>", "<s>", "</s>", *BYTES], show_progress=False, min_frequency=1
    )
    learned.train_from_iterator([TEXT] * 5, trainer)
    model = json.loads(learned.to_str())["model"]
    tokenizer = LlamaTokenizer(vocab=model["vocab"], merges=[tuple(m) for m in model["merges"]])
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=64, intermediate_size=128, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=2, tie_word_embeddings=False, bos_token_id=1, eos_token_id=2,
        initializer_range=0.2,  # ten times the usual, so that attention passes on enough to be learned from
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder

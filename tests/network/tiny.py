"""A model of the real architecture, small and untrained, for tests."""

import random

import torch
from transformers import LlamaConfig, LlamaForCausalLM

from ecg_chat.datasets.ptbxl_statements import SUPERCLASSES
from ecg_chat.measurements.feature_vector import FEATURES
from ecg_chat.network.boosted_trees import BoostedTrees
from ecg_chat.network.config import ModelConfig
from ecg_chat.network.encoder import EncoderEnsemble
from ecg_chat.network.encoder_layouts import new_encoder
from ecg_chat.network.encoder_shapes import ResNetConfig
from ecg_chat.network.multimodal import EcgProjector
from ecg_chat.network.tokenizer import train_tokenizer

TEXT = "rate 72/min rhythm regular PR 164 ms QRS 92 ms sinus rhythm Is there atrial fibrillation? Yes, no. clinician"
ENCODER = ResNetConfig(widths=(8, 8, 16, 16))
RATE = FEATURES.index("heart_rate_bpm")
CODES = ("AFIB", "CLBBB", "SR")


def rate_trees(n_labels=3, label=1):
    """One tree of two questions: above 100/min, and then above 150/min; a missing rate goes to the left."""
    trees = BoostedTrees(1, 2, n_labels)
    trees.feature[0] = torch.tensor([RATE, 0, RATE])
    trees.threshold[0] = torch.tensor([100.0, 0.0, 150.0])
    trees.missing_left[0] = torch.tensor([True, True, True])
    trees.leaf[0] = torch.tensor([-2.0, -2.0, 1.0, 3.0])
    trees.label[0] = label
    trees.base[label] = -0.5
    return trees


def tiny_parts(seed=0):
    """Config, encoder, projector, decoder and tokenizer that fit each other."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    tokenizer = train_tokenizer([" ".join(rng.sample(TEXT.split(), 8)) for _ in range(200)], 400)
    decoder = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(tokenizer),
            hidden_size=64,
            intermediate_size=128,
            num_hidden_layers=2,
            num_attention_heads=2,
            num_key_value_heads=2,
            tie_word_embeddings=True,
            bos_token_id=None,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
        )
    )
    config = ModelConfig(
        "tiny", SUPERCLASSES, CODES, n_ecg_tokens=2, projector_hidden=32, encoder=ENCODER, max_prompt_tokens=400
    )
    encoder = EncoderEnsemble([new_encoder(ENCODER, SUPERCLASSES, CODES)]).eval()
    projector = EcgProjector(ENCODER.feature_size, len(SUPERCLASSES) + len(CODES), 32, 64, 2)
    return config, {"encoder": encoder, "projector": projector, "decoder": decoder.eval(), "tokenizer": tokenizer}

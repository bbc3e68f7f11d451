"""BERTScore (Zhang et al. 2020): words of two texts matched by the likeness of their contextual embeddings.

Not weighted by rarity and not rescaled. Which model and layer give the embeddings changes the figures, so both are
stated with them; the authors took layer 17 of roberta-large for English.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from transformers import AutoModel, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase

from ecg_chat.errors import ModelError
from ecg_chat.evaluation.label_scores import mean_with_interval


def bert_scores(said: Sequence[str], references: Sequence[str], folder: Path, layer: int) -> dict[str, object]:
    """Score texts against their references.

    Parameters
    ----------
    said, references : sequence of str
        In the same order.
    folder : Path
        An encoder with its tokenizer in the layout of transformers; nothing is fetched.
    layer : int
        Hidden layer whose embeddings are compared, counted from 1; 0 are the input embeddings.

    Returns
    -------
    dict
        Mean F1 over texts with its 95 % interval, ``model`` and ``layer``.

    Raises
    ------
    ModelError
        When the folder cannot be loaded or has no such layer.
    """
    model, tokenizer = _loaded(folder)
    n_layers = int(model.config.num_hidden_layers)
    if not 0 <= layer <= n_layers:
        raise ModelError(f"layer is {layer}, but {folder.name} has layers 0 to {n_layers}")
    f1 = []
    for a, b in zip(said, references, strict=True):
        left, right = (_embedded(text, model, tokenizer, layer) for text in (a, b))
        f1.append(greedy_f1(left, right))
    return {**mean_with_interval(np.array(f1)), "model": folder.name, "layer": layer}


def greedy_f1(said: Tensor, reference: Tensor) -> float:
    """F1 of greedy matching.

    Parameters
    ----------
    said, reference : Tensor, shape (words, width)
        Embeddings; each word is matched with the most similar one (by cosine) of the other text.
    """
    if not len(said) or not len(reference):
        return 0.0
    cosines = torch.nn.functional.normalize(said, dim=1) @ torch.nn.functional.normalize(reference, dim=1).T
    precision, recall = float(cosines.amax(dim=1).mean()), float(cosines.amax(dim=0).mean())
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _loaded(folder: Path) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    try:
        model = AutoModel.from_pretrained(folder, local_files_only=True, dtype=torch.float32)
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError) as error:
        raise ModelError(f"the model for BERTScore in {folder} cannot be loaded: {error}") from error
    return model.eval(), tokenizer


def _embedded(text: str, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, layer: int) -> Tensor:
    """Embeddings of the tokens of a text, without the marks that the model puts around it."""
    given = tokenizer(text, return_tensors="pt", truncation=True, return_special_tokens_mask=True)
    marks = given.pop("special_tokens_mask")[0].bool()
    with torch.inference_mode():
        hidden: Tensor = model(**given, output_hidden_states=True).hidden_states[layer][0]
    return hidden[~marks]

"""BERTScore: the matching worked by hand, the rest on a small random encoder."""

import pytest
import torch
from transformers import BertConfig, BertModel, BertTokenizerFast

from ecg_chat.errors import ModelError
from ecg_chat.evaluation.bert_score import bert_scores, greedy_f1

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "sinus", "rhythm", "normal", "atrial", "fibrillation"]


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bert")
    (folder / "vocab.txt").write_text("\n".join(WORDS), "utf-8")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=16
    )
    BertModel(config).save_pretrained(folder)
    BertTokenizerFast(vocab={word: k for k, word in enumerate(WORDS)}).save_pretrained(folder)
    return folder


def test_greedy_matching_of_a_hand_worked_case():
    said = torch.tensor([[2.0, 0.0], [0.0, 1.0]])
    reference = torch.tensor([[1.0, 0.0], [1.0, 1.0]])
    # Cosines: 1 and 1/√2 for the first word, 0 and 1/√2 for the second: precision and recall (1 + 1/√2) / 2.
    assert greedy_f1(said, reference) == pytest.approx((1 + 0.5**0.5) / 2)
    assert greedy_f1(said, reference[:1]) == pytest.approx(2 * 0.5 * 1 / 1.5)
    assert greedy_f1(said, reference[:0]) == 0


def test_the_same_text_scores_one_and_another_less(encoder):
    same, other = (
        bert_scores(["sinus rhythm normal"], [text], encoder, 2) for text in ("sinus rhythm normal", "fibrillation")
    )
    assert same["value"] == pytest.approx(1)
    assert other["value"] < 1
    assert same["layer"] == 2 and same["model"] == encoder.name
    assert bert_scores([""], ["sinus"], encoder, 2)["value"] == 0


def test_a_layer_or_a_folder_that_is_not_there_is_refused(encoder, tmp_path):
    with pytest.raises(ModelError, match="layers 0 to 2"):
        bert_scores(["sinus"], ["sinus"], encoder, 3)
    with pytest.raises(ModelError, match="cannot be loaded"):
        bert_scores(["sinus"], ["sinus"], tmp_path, 1)

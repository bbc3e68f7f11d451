"""Many questions after one head are trained exactly as each of them would be alone."""

import dataclasses

import torch
from torch.nn import functional

from ecg_chat.conversation.render import ECG
from ecg_chat.conversation.types import Conversation, Message
from ecg_chat.network.multimodal import embed_prompt
from ecg_chat.network.tokenizer import IGNORED
from ecg_chat.training.shared_head import LENGTH_STEP, batch_of, row_of
from tests.network.tiny import tiny_parts

HEAD = Conversation((), facts="rate 72/min rhythm regular PR 164 ms")


def conversation(*texts):
    roles = ("user", "assistant") * len(texts)
    return dataclasses.replace(HEAD, messages=tuple(Message(r, t) for r, t in zip(roles, texts, strict=False)))


BRANCHES = [
    conversation("Is there atrial fibrillation?", "No.", "sinus rhythm?", "Yes, regular"),
    conversation("rhythm", "sinus rhythm"),
    conversation("QRS", "92 ms"),
]


def losses(parts, conversations):
    tokenizer, decoder = parts["tokenizer"], parts["decoder"]
    row = row_of(tokenizer, conversations, [1.0] * len(conversations), 2, 400)
    batch = batch_of([row], tokenizer.pad_token_id)
    ecg = torch.full((1, 2, 64), 0.3)
    embedded = embed_prompt(decoder, batch["ids"], ecg, tokenizer.convert_tokens_to_ids(ECG))
    hidden = decoder.model(inputs_embeds=embedded, attention_mask=batch["mask"], position_ids=batch["positions"])
    wanted = batch["labels"] != IGNORED
    logits = decoder.lm_head(hidden.last_hidden_state[wanted])
    return functional.cross_entropy(logits, batch["labels"][wanted], reduction="none")


def test_losses_after_a_shared_head_are_those_of_each_question_alone():
    _, parts = tiny_parts()
    with torch.inference_mode():
        together = losses(parts, BRANCHES)
        alone = torch.cat([losses(parts, [branch]) for branch in BRANCHES])
    assert together.shape == alone.shape
    assert torch.allclose(together, alone, atol=1e-5)


def test_only_answers_are_trained_with_the_weight_of_their_question():
    _, parts = tiny_parts()
    tokenizer = parts["tokenizer"]
    row = row_of(tokenizer, BRANCHES, [1.0, 2.0, 3.0], 2, 400)
    batch = batch_of([row], tokenizer.pad_token_id)
    wanted = batch["labels"] != IGNORED
    answer = tokenizer.decode(batch["labels"][0][(batch["weights"][0] == 2.0) & wanted[0]])
    assert answer.replace("<|end|>", "") == "sinus rhythm"
    assert batch["ids"].shape[1] % LENGTH_STEP == 0


def test_a_question_that_does_not_fit_is_left_out_whole():
    _, parts = tiny_parts()
    whole = row_of(parts["tokenizer"], BRANCHES, [1.0] * 3, 2, 400)
    cut = row_of(parts["tokenizer"], BRANCHES, [1.0] * 3, 2, len(whole.ids) - 1)
    assert max(cut.branch) == 2
    assert cut.ids == whole.ids[: len(cut.ids)]

import numpy as np
import pytest
from tiny import ARCHITECTURES, SENTENCES
from transformers import AutoTokenizer

from narratives.errors import ModelError
from narratives.models.batching import Template, cut_pair, cut_windows, learn_template, plan_batches, tokenize


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_joined_ids_are_those_of_the_tokenizer(tiny_models, architecture):
    tokenizer = AutoTokenizer.from_pretrained(tiny_models[architecture], local_files_only=True)
    template = learn_template(tokenizer)
    texts = [*SENTENCES, "Zürich", "a", "two  spaces", "\n", "\u200b", "مرحبا"]
    ids = tokenize(texts, tokenizer)
    for a, b in zip(texts, reversed(texts), strict=True):
        expected = tokenizer(a, b)
        joined, types = template.join(ids[texts.index(a)], ids[texts.index(b)])
        assert joined == expected["input_ids"]
        assert types == expected.get("token_type_ids", [0] * len(joined))


@pytest.mark.parametrize("architecture", ["bert", "bart"])
def test_special_tokens_in_a_text_are_plain_characters(tiny_models, architecture):
    tokenizer = AutoTokenizer.from_pretrained(tiny_models[architecture], local_files_only=True)
    [ids] = tokenize([f"He said so. {tokenizer.sep_token} He did not."], tokenizer)
    assert tokenizer.sep_token_id not in ids


def test_half_a_surrogate_pair_is_read_as_a_question_mark(tiny_models):
    tokenizer = AutoTokenizer.from_pretrained(tiny_models["bert"], local_files_only=True)
    assert tokenize(["\ud83d"], tokenizer) == tokenize(["?"], tokenizer)


def test_a_tokenizer_that_mixes_the_texts_is_refused():
    class Interleaved:
        pad_token_id = 0

        def __call__(self, texts, pair=None, **_):
            if pair is None:
                return {"input_ids": [[ord(c) for c in text] for text in texts]}
            return {"input_ids": [ord(c) for two in zip(texts, pair, strict=False) for c in two]}

    with pytest.raises(ModelError, match="Interleaved does not join"):
        learn_template(Interleaved())


def test_collate_pads_on_the_right():
    template = Template(before=(1,), between=(2,), after=(2,), second_type=1, pad=9)
    batch = template.collate([([5], [6, 7]), ([5], [6])])
    assert batch["input_ids"].tolist() == [[1, 5, 2, 6, 7, 2], [1, 5, 2, 6, 2, 9]]
    assert batch["token_type_ids"].tolist() == [[0, 0, 0, 1, 1, 1], [0, 0, 0, 1, 1, 0]]
    assert batch["attention_mask"].tolist() == [[1] * 6, [1] * 5 + [0]]


@pytest.mark.parametrize(
    ("n_tokens", "size", "windows"),
    [(0, 4, [(0, 0)]), (4, 4, [(0, 4)]), (5, 4, [(0, 4), (1, 5)]), (9, 4, [(0, 4), (2, 6), (4, 8), (5, 9)])],
)
def test_windows_overlap_by_half_and_reach_the_end(n_tokens, size, windows):
    assert cut_windows(n_tokens, size) == windows


@pytest.mark.parametrize(("n_a", "n_b"), [(3, 4), (30, 4), (4, 30), (30, 30), (7, 6), (11, 5)])
def test_cut_pairs_fit_and_lose_no_token(n_a, n_b):
    a, b = list(range(n_a)), list(range(100, 100 + n_b))
    cut = cut_pair(a, b, room=10)
    assert all(len(part_a) + len(part_b) <= 10 for part_a, part_b in cut)
    assert {token for part, _ in cut for token in part} == set(a)
    assert {token for _, part in cut for token in part} == set(b)
    assert (len(cut) == 1) == (n_a + n_b <= 10)
    if n_b <= 5:
        assert all(part_b == b for _, part_b in cut)


def test_batches_hold_the_budget_and_every_row_once():
    lengths = np.random.default_rng(0).integers(3, 90, size=200).tolist()
    batches = plan_batches(lengths, budget=256)
    assert sorted(np.concatenate(batches)) == list(range(200))
    assert all(len(batch) * max(lengths[i] for i in batch) <= 256 for batch in batches)
    assert len(batches) < 60
    assert [len(batch) for batch in plan_batches([50, 60], budget=10)] == [1, 1]
    assert plan_batches([], budget=10) == []

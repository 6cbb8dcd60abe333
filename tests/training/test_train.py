"""Training end to end on a tiny encoder: it learns, it resumes where it was cut off, its model loads."""

import logging

import numpy as np
import pandas as pd
import pytest
import torch

from narratives.errors import InputError, SchemaError
from narratives.models import load_model
from narratives.models.cross_encoder import load_checkpoint
from narratives.models.locate import locate
from narratives.training import finetune, train
from narratives.training.base import LABELS, find_base, load_base
from narratives.training.recipe import read_recipe
from narratives.training.train import Trainer, encode, plan_batches

RECIPE = """
base = "{base}"
seed = 1
max_tokens = 24
[[stage]]
name = "nli"
learning_rate = 3e-3
batch_size = 8
[[stage.source]]
kind = "pairs"
path = "pairs.csv"
repeat = 80
[[stage]]
name = "contest"
learning_rate = 1e-3
batch_size = 8
[[stage.source]]
kind = "pairs"
path = "contested.csv"
repeat = 20
"""


@pytest.fixture
def recipe(tmp_path, tiny_models):
    words = ["open", "closed", "agreed", "stopped"]
    # The hypothesis alone tells the class, which a tiny encoder learns whatever it starts from.
    rows = [(f"the border is {a}", f"the border is {b}", 0 if b in words[:1] else 2) for a in words for b in words[:2]]
    rows.append(("the border is open " * 20, "too long", 1))
    frame = pd.DataFrame(rows, columns=["premise", "hypothesis", "label"])
    frame.to_csv(tmp_path / "pairs.csv", index=False)
    frame.assign(contested=(frame["label"] == 2).astype(int)).to_csv(tmp_path / "contested.csv", index=False)
    path = tmp_path / "recipe.toml"
    path.write_text(RECIPE.format(base=tiny_models["bert"]))
    return read_recipe(path)


def test_it_learns_and_the_model_loads(tmp_path, recipe, caplog):
    caplog.set_level(logging.INFO)
    folder = Trainer(recipe, data=[tmp_path], out=tmp_path / "out").run()
    assert folder == tmp_path / "out" / "contest"
    assert "80 too long left out" in caplog.text
    pairs = [("the border is open", f"the border is {word}") for word in ("open", "closed")]
    output = load_model(folder).predict(pairs)
    assert output.contested is not None
    assert list(output.probs.argmax(axis=1)) == [0, 2]
    assert output.contested[0] < output.contested[1]


def test_an_interrupted_run_goes_on_to_the_same_weights(tmp_path, recipe, monkeypatch):
    whole = Trainer(recipe, data=[tmp_path], out=tmp_path / "whole")
    whole.run()
    monkeypatch.setattr(train, "CHECKPOINT_EVERY_S", 0.0)
    cut = Trainer(recipe, data=[tmp_path], out=tmp_path / "cut")
    collate, calls = train.collate, []

    def stop_at_ten(*args, **kwargs):
        calls.append(1)
        if len(calls) == 10:
            raise KeyboardInterrupt
        return collate(*args, **kwargs)

    monkeypatch.setattr(train, "collate", stop_at_ten)
    with pytest.raises(KeyboardInterrupt):
        cut.run()
    monkeypatch.setattr(train, "collate", collate)
    resumed = Trainer(recipe, data=[tmp_path], out=tmp_path / "cut")
    assert (resumed.stage, resumed.step) == (0, 9)
    resumed.run()
    for name, values in whole.model.state_dict().items():
        np.testing.assert_allclose(values.numpy(), resumed.model.state_dict()[name].numpy(), atol=1e-5, err_msg=name)


def test_a_checkpoint_of_another_recipe_is_refused(tmp_path, recipe):
    Trainer(recipe, data=[tmp_path], out=tmp_path / "out").run()
    other = tmp_path / "other.toml"
    other.write_text((tmp_path / "recipe.toml").read_text() + "# changed\n")
    with pytest.raises(InputError, match="was made by recipe"):
        Trainer(read_recipe(other), data=[tmp_path], out=tmp_path / "out")


def test_frozen_word_embeddings_stay(tmp_path, recipe):
    trainer = Trainer(recipe, data=[tmp_path], out=tmp_path / "out")
    before = trainer.model.get_input_embeddings().weight.detach().clone()
    trainer.run()
    assert (trainer.model.get_input_embeddings().weight == before).all()


def test_every_pair_is_in_one_batch():
    frame = pd.DataFrame(
        {
            "premise": [f"a{i}" for i in range(50)],
            "hypothesis": "b",
            "label": 0,
            "contested": -1,
            "kind": -1,
            "stance": -1,
            "nli_weight": 1.0,
        }
    )

    def tokenizer(texts, **_):
        return {"input_ids": [[1] * len(text) for text in texts]}

    data, n_long = encode(frame, tokenizer, 24)
    assert n_long == 0
    batches = plan_batches(data, batch_size=8, seed=0)
    assert sorted(np.concatenate(batches)) == list(range(50))


def test_a_missing_base_is_named():
    with pytest.raises(InputError, match="no base at 'no_such_package'"):
        find_base("no_such_package")


def test_a_judge_keeps_its_outputs_by_name(tiny_models):
    source = locate(tiny_models["bert"])
    _, before = load_checkpoint(source)
    _, after = load_base(tiny_models["bert"])
    assert after.classifier.out_features == len(LABELS)
    for index, name in enumerate(LABELS):
        row = after.classifier.weight[index]
        if name in source.labels:
            assert torch.equal(row, before.classifier.weight[source.labels.index(name)])
        else:
            assert not row.any()


def test_own_pairs_make_a_judge_of_ones_own(tmp_path, tiny_models):
    words = ["open", "closed"]
    pairs = pd.DataFrame(
        [(f"the border is {a}", f"the border is {b}", int(a != b)) for a in words for b in words] * 4,
        columns=["premise", "hypothesis", "contested"],
    )
    options = {"out": tmp_path, "base": str(tiny_models["bert"]), "epochs": 30, "learning_rate": 3e-3}
    folder = finetune(pairs, **options)
    output = load_model(folder).predict([("the border is open", "the border is closed"), ("the border is open",) * 2])
    assert output.contested[0] > output.contested[1]
    assert (output.kinds.shape, output.stance.shape) == ((2, 7), (2, 3))
    assert finetune(pairs, **options) == folder  # finished: nothing is trained again
    with pytest.raises(InputError, match="was made by recipe"):
        finetune(pairs.iloc[1:], **options)
    with pytest.raises(SchemaError, match="contested"):
        finetune(pairs.assign(contested=2), **options)
    with pytest.raises(InputError, match="0 pairs"):
        finetune(pairs.iloc[:0], **options)

import itertools
import shutil

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file
from tiny import ARCHITECTURES, SENTENCES, rewrite_config

from narratives.errors import InputError, ModelError, ScoringError
from narratives.models.cross_encoder import CrossEncoder
from narratives.models.locate import locate
from narratives.types import NLI_LABELS

PAIRS = list(itertools.permutations(SENTENCES[:4], 2))
LONG = " ".join(SENTENCES * 2)
ORDERS = list(itertools.permutations(NLI_LABELS))


def load(folder, **options):
    return CrossEncoder(locate(folder), device="cpu", **{"dtype": torch.float32, **options})


@pytest.fixture(scope="module")
def engines(tiny_models):
    return {architecture: load(folder) for architecture, folder in tiny_models.items()}


@pytest.fixture(scope="module")
def bert(engines):
    return engines["bert"]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_probabilities_are_those_of_transformers(tiny_models, engines, architecture):
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    folder = tiny_models[architecture]
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    with torch.no_grad():
        logits = torch.cat([model(**tokenizer(a, b, return_tensors="pt")).logits for a, b in PAIRS])
    output = engines[architecture].predict(PAIRS)
    assert output.probs.dtype == np.float32
    np.testing.assert_allclose(output.probs, logits.softmax(1), atol=1e-5)
    assert np.ptp(output.probs, axis=0).max() > 0.05, "a model that answers all pairs alike tests nothing"
    assert not output.truncated.any()
    assert output.contested is None


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_columns_come_by_name_in_every_label_order(tiny_models, engines, relabel, architecture, order):
    relabelled = load(relabel(tiny_models[architecture], [name.upper() for name in order]))
    assert relabelled.labels == order
    np.testing.assert_allclose(
        relabelled.predict(PAIRS[:3]).probs, engines[architecture].predict(PAIRS[:3]).probs, atol=1e-6
    )


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_batch_size_order_and_repeats_change_nothing(engines, architecture):
    engine = engines[architecture]
    pairs = [*PAIRS, (LONG, SENTENCES[0]), *PAIRS[:3]]
    expected = engine.predict(pairs)
    shuffled = np.random.default_rng(0).permutation(len(pairs))
    for batch_tokens in (1, 100, 100_000):
        output = engine.predict([pairs[i] for i in shuffled], batch_tokens=batch_tokens)
        np.testing.assert_allclose(output.probs, expected.probs[shuffled], atol=1e-5)
        assert (output.truncated == expected.truncated[shuffled]).all()


def test_equal_pairs_and_texts_are_read_once(bert, monkeypatch):
    seen = []
    run = bert._run
    monkeypatch.setattr(bert, "_run", lambda rows, *rest: seen.extend(rows) or run(rows, *rest))
    assert bert.predict(pair for pair in PAIRS * 5).probs.shape == (5 * len(PAIRS), 3)
    assert len(seen) == len(PAIRS)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_limit_is_what_the_positions_hold(engines, architecture):
    assert engines[architecture].max_tokens == 128


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("pair", [(LONG, SENTENCES[0]), (SENTENCES[0], LONG), (LONG, LONG)], ids=["a", "b", "both"])
def test_a_long_pair_is_windowed_and_flagged(engines, architecture, pair):
    output = engines[architecture].predict([PAIRS[0], pair])
    assert output.truncated.tolist() == [False, True]
    np.testing.assert_allclose(output.probs.sum(axis=1), 1, atol=1e-5)


def test_a_long_pair_takes_its_least_neutral_window(bert, monkeypatch):
    monkeypatch.setattr(bert, "_contested", [0])
    windows = []

    def run(rows, *_):
        windows.extend(rows)
        neutral = torch.tensor([3.0, -1.0] + [2.0] * (len(rows) - 2))
        return torch.stack([torch.arange(len(rows)) * 0.01, neutral, torch.zeros(len(rows))], dim=1)

    monkeypatch.setattr(bert, "_run", run)
    output = bert.predict([(LONG, SENTENCES[0])])
    assert len(windows) >= 3
    np.testing.assert_allclose(output.probs[0], torch.tensor([0.01, -1, 0]).softmax(0), atol=1e-6)
    assert output.contested[0] == pytest.approx(torch.sigmoid(torch.tensor((len(windows) - 1) * 0.01)).item())


def test_contested_is_a_binary_output_of_its_own(tiny_models, bert, tmp_path):
    folder = shutil.copytree(tiny_models["bert"], tmp_path / "four")
    weights = load_file(folder / "model.safetensors")
    for name in ("classifier.weight", "classifier.bias"):
        weights[name] = np.concatenate([weights[name][:1] * 0 - 1, weights[name]])
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    rewrite_config(folder, id2label=dict(enumerate(("contested", *NLI_LABELS))), label2id=None)
    output = load(folder).predict(PAIRS)
    np.testing.assert_allclose(output.probs, bert.predict(PAIRS).probs, atol=1e-6)
    assert output.contested.dtype == np.float32
    assert output.contested.shape == (len(PAIRS),)
    assert ((output.contested > 0) & (output.contested < 1)).all()


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_bfloat16_comes_near(tiny_models, engines, architecture):
    engine = load(tiny_models[architecture], dtype=torch.bfloat16)
    assert engine.precision == "bfloat16"
    output = engine.predict(PAIRS)
    assert output.probs.dtype == np.float32
    np.testing.assert_allclose(output.probs.sum(axis=1), 1, atol=1e-5)
    assert np.abs(output.probs - engines[architecture].predict(PAIRS).probs).mean() < 0.05


def test_no_pairs(bert):
    output = bert.predict([])
    assert (output.probs.shape, output.probs.dtype, output.truncated.shape) == ((0, 3), np.float32, (0,))


@pytest.mark.parametrize(
    "bad", ["ab", ("a",), ("a", "b", "c"), ("a", None), ("a", ""), ("  ", "b"), 3], ids=lambda bad: repr(bad)
)
def test_bad_pairs_are_named_by_their_index(bert, bad):
    with pytest.raises(InputError, match="pair 1 "):
        bert.predict([PAIRS[0], bad])


def test_bad_calls(bert):
    with pytest.raises(InputError, match="one string"):
        bert.predict("a pair")
    with pytest.raises(InputError, match="batch_tokens is 0"):
        bert.predict(PAIRS, batch_tokens=0)


def test_damaged_weights_are_an_error_not_an_answer(tiny_models, tmp_path):
    folder = shutil.copytree(tiny_models["bert"], tmp_path / "nan")
    weights = load_file(folder / "model.safetensors")
    weights["classifier.bias"] = np.full(3, np.nan, dtype=np.float32)
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ScoringError, match="no numbers"):
        load(folder).predict(PAIRS)


def test_a_base_encoder_is_no_classifier(tiny_models, tmp_path):
    folder = shutil.copytree(tiny_models["bert"], tmp_path / "base")
    weights = load_file(folder / "model.safetensors")
    kept = {name: values for name, values in weights.items() if not name.startswith("classifier")}
    save_file(kept, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError, match=r"no weights for .*classifier"):
        load(folder)


def test_broken_files_are_named(tiny_models, tmp_path):
    folder = shutil.copytree(tiny_models["bert"], tmp_path / "broken")
    (folder / "model.safetensors").write_bytes(b"not weights")
    with pytest.raises(ModelError, match="cannot load broken@"):
        load(folder)


def test_loading_is_quiet_and_leaves_the_settings_of_transformers_as_they_were(tiny_models, tmp_path, capfd):
    from transformers.utils import logging

    folder = shutil.copytree(tiny_models["bert"], tmp_path / "more")
    weights = load_file(folder / "model.safetensors")
    save_file(weights | {"unused": np.zeros(3)}, folder / "model.safetensors", metadata={"format": "pt"})
    logging.enable_progress_bar()
    verbosity = logging.get_verbosity()
    load(folder)
    assert logging.is_progress_bar_enabled()
    assert logging.get_verbosity() == verbosity
    assert capfd.readouterr().err == ""


def test_progress_is_shown_when_asked_for(bert, capfd):
    bert.predict(PAIRS)
    assert capfd.readouterr().err == ""
    bert.predict(PAIRS, progress=True)
    assert "pairs: 100%" in capfd.readouterr().err

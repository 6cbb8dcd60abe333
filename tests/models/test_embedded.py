"""The folder of the embedded model, from two checkpoints to answers."""

import shutil

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from tiny import SENTENCES

from narratives.errors import InputError, ModelError
from narratives.models.cross_encoder import CrossEncoder
from narratives.models.locate import locate
from narratives.models.sentence_encoder import SentenceEncoder
from narratives.training.export import export_default
from narratives.types import NLI_LABELS, Encoder

PAIRS = list(zip(SENTENCES, SENTENCES[::-1], strict=True))
ABOUT = {"name": "tiny", "version": "3", "recipe": 'a "quoted" recipe', "data": ["Ours (CC0)"]}


@pytest.fixture(scope="module")
def checkpoints(tiny_models, tmp_path_factory):
    """A judge with four outputs and the encoder that it starts from, wide enough to be packed."""
    from transformers import BertConfig, BertForSequenceClassification

    folder = tmp_path_factory.mktemp("checkpoints")
    labels = (*NLI_LABELS, "contested")
    config = BertConfig(
        vocab_size=200,
        hidden_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=256,
        max_position_embeddings=128,
        initializer_range=0.15,
        id2label=dict(enumerate(labels)),
        label2id={name: index for index, name in enumerate(labels)},
    )
    torch.manual_seed(0)
    judge = BertForSequenceClassification(config)
    judge.save_pretrained(folder / "judge")
    encoder = judge.bert
    for layer in encoder.encoder.layer:
        torch.nn.init.normal_(layer.output.dense.weight, std=0.1)
    encoder.save_pretrained(folder / "encoder")
    for name in ("judge", "encoder"):
        for file in ("tokenizer.json", "tokenizer_config.json"):
            shutil.copy(tiny_models["bert"] / file, folder / name / file)
    return folder


@pytest.fixture(scope="module")
def embedded(checkpoints, tmp_path_factory):
    folder = tmp_path_factory.mktemp("embedded") / "default"
    export_default(checkpoints / "judge", checkpoints / "encoder", folder, **ABOUT)
    return folder


@pytest.fixture
def spoilt(embedded, tmp_path):
    return shutil.copytree(embedded, tmp_path / "spoilt")


def test_the_judge_answers_nearly_as_before_packing(checkpoints, embedded):
    packed = CrossEncoder(locate(embedded), device="cpu", dtype=torch.float32)
    full = CrossEncoder(locate(checkpoints / "judge"), device="cpu", dtype=torch.float32)
    got, expected = packed.predict(PAIRS), full.predict(PAIRS)
    assert packed.labels == (*NLI_LABELS, "contested")
    np.testing.assert_allclose(got.probs, expected.probs, atol=0.02)
    np.testing.assert_allclose(got.contested, expected.contested, atol=0.02)
    assert (got.probs != expected.probs).any(), "nothing was packed"
    assert np.ptp(expected.contested) > 0.05, "a model that answers all pairs alike tests nothing"


def test_the_encoder_is_what_sentence_transformers_makes_of_the_checkpoint(checkpoints, embedded):
    encoder = SentenceEncoder(embedded, device="cpu", dtype=torch.float32)
    assert isinstance(encoder, Encoder)
    modules = [Transformer(str(checkpoints / "encoder")), Pooling(64, pooling_mode="mean"), Normalize()]
    expected = SentenceTransformer(modules=modules, device="cpu").encode(SENTENCES, show_progress_bar=False)
    got = encoder.encode(SENTENCES)
    assert (got.dtype, got.shape) == (np.float32, (len(SENTENCES), 64))
    assert ((got * expected).sum(axis=1) > 0.999).all()
    np.testing.assert_allclose(np.linalg.norm(got, axis=1), 1, atol=1e-6)
    assert (got @ got.T).min() < 0.98, "an encoder that answers all texts alike tests nothing"


def test_encoding_keeps_order_and_repeats(embedded):
    encoder = SentenceEncoder(embedded, device="cpu", dtype=torch.float32)
    order = [3, 0, 3, 2, 2, 1]
    rows = encoder.encode(SENTENCES)
    np.testing.assert_allclose(encoder.encode([SENTENCES[i] for i in order]), rows[order], atol=1e-5)
    assert encoder.encode([]).shape == (0, 64)
    for bad in ("one string", ["a", 3]):
        with pytest.raises(InputError, match="list of strings"):
            encoder.encode(bad)


def test_bfloat16_rows_are_float32_of_length_one(embedded):
    rows = SentenceEncoder(embedded, device="cpu", dtype=torch.bfloat16).encode(SENTENCES)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)


def test_the_source_names_everything(embedded):
    import tomllib

    source = tomllib.loads((embedded / "SOURCE.toml").read_text())
    assert {key: source[key] for key in ABOUT} == ABOUT
    here = {str(path.relative_to(embedded)) for path in embedded.rglob("*") if path.is_file()}
    assert here == {*source["files"], "SOURCE.toml"}
    identity = locate(embedded).identity
    assert identity.startswith("tiny-3@")
    assert SentenceEncoder(embedded, device="cpu").identity == f"{identity}/similarity"


@pytest.mark.parametrize("file", ["judge/layers.safetensors", "tokenizer.json", "embeddings.safetensors"])
def test_a_damaged_file_is_named(spoilt, file):
    data = bytearray((spoilt / file).read_bytes())
    data[-1] ^= 1
    (spoilt / file).write_bytes(data)
    for load in (lambda: CrossEncoder(locate(spoilt), device="cpu"), lambda: SentenceEncoder(spoilt, device="cpu")):
        with pytest.raises(ModelError, match=f"{file} is damaged.*reinstall"):
            load()


def test_a_missing_file_is_named(spoilt):
    (spoilt / "similarity" / "layers.safetensors").unlink()
    with pytest.raises(ModelError, match=r"similarity/layers\.safetensors.*reinstall"):
        CrossEncoder(locate(spoilt), device="cpu")


def test_a_temperature_divides_the_logits_of_its_outputs(checkpoints, embedded, tmp_path):
    cold = dict.fromkeys(NLI_LABELS, 2.0)
    export_default(checkpoints / "judge", checkpoints / "encoder", tmp_path, **ABOUT, temperatures=cold)
    before, after = (CrossEncoder(locate(folder)).predict(PAIRS) for folder in (embedded, tmp_path))
    powers = np.sqrt(before.probs)
    np.testing.assert_allclose(after.probs, powers / powers.sum(axis=1, keepdims=True), atol=1e-5)
    np.testing.assert_array_equal(after.contested, before.contested)


def test_export_refuses_what_does_not_belong_together(checkpoints, tiny_models, tmp_path):
    judge, encoder = checkpoints / "judge", shutil.copytree(checkpoints / "encoder", tmp_path / "encoder")
    with pytest.raises(InputError, match="has no embeddings"):
        export_default(judge, tiny_models["roberta"], tmp_path / "out", **ABOUT)
    shutil.copy(tiny_models["roberta"] / "tokenizer.json", encoder / "tokenizer.json")
    with pytest.raises(InputError, match=r"tokenizers of .* differ"):
        export_default(judge, encoder, tmp_path / "out", **ABOUT)
    weights = load_file(encoder / "model.safetensors")
    weights["embeddings.word_embeddings.weight"] += 1
    save_file(weights, encoder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(InputError, match=r"word embeddings of .* differ; train with freeze_embeddings"):
        export_default(judge, encoder, tmp_path / "out", **ABOUT)
    (encoder / "tokenizer.json").unlink()
    with pytest.raises(InputError, match=r"no tokenizer\.json"):
        export_default(judge, encoder, tmp_path / "out", **ABOUT)
    assert not (tmp_path / "out").exists()

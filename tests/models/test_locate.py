import shutil
from fnmatch import fnmatch
from pathlib import Path

import pytest
from tiny import rewrite_config

from narratives.errors import InputError, ModelError, ModelLabelsError, ModelNotFoundError
from narratives.models.locate import CONTESTED, KIND_OUTPUTS, STANCE_OUTPUTS, locate
from narratives.types import NLI_LABELS

NETWORK = "narratives.models.locate._fetch"
REPOSITORY = ["config.json", "model.py", "model.safetensors", "pytorch_model.bin", "tokenizer.json", "vocab.txt"]
FULL = ("entailment", "neutral", "contradiction")


@pytest.fixture
def bert(tiny_models, tmp_path):
    """A copy that a test may spoil."""
    return Path(shutil.copytree(tiny_models["bert"], tmp_path / "judge"))


@pytest.fixture
def no_network(monkeypatch):
    monkeypatch.setattr(NETWORK, lambda *_, **__: pytest.fail("the network was asked"))


@pytest.mark.parametrize(
    ("names", "columns", "contested", "stance"),
    [
        (["entailment", "neutral", "contradiction"], [0, 1, 2], [], []),
        (["CONTRADICTION", "NEUTRAL", "ENTAILMENT"], [2, 1, 0], [], []),
        (["Contradictory", "Entails", "Neutral"], [1, 2, 0], [], []),
        (["contested", "neutral", "contradiction", "entailment"], [3, 1, 2], [0], []),
        (["stance:neutral", *NLI_LABELS, "stance:favor", "stance:against"], [1, 2, 3], [], [4, 5, 0]),
        ([*NLI_LABELS, *KIND_OUTPUTS], [0, 1, 2], [], []),
    ],
)
def test_labels_are_matched_by_name(bert, names, columns, contested, stance):
    rewrite_config(bert, id2label=dict(enumerate(names)))
    source = locate(bert)
    assert [source.find(each) for each in (NLI_LABELS, (CONTESTED,), STANCE_OUTPUTS)] == [columns, contested, stance]


def test_label_order_is_that_of_the_numbers_not_of_the_file(bert):
    rewrite_config(bert, id2label={"2": "entailment", "0": "neutral", "1": "contradiction"})
    assert locate(bert).find(NLI_LABELS) == [2, 0, 1]


@pytest.mark.parametrize(
    ("id2label", "found"),
    [
        ({0: "LABEL_0", 1: "LABEL_1", 2: "LABEL_2"}, "LABEL_0"),
        ({0: "entailment", 1: "not_entailment"}, "not_entailment"),
        ({0: "entailment", 1: "neutral", 2: "neutral"}, "'neutral', 'neutral'"),
        ({0: "entailment", 1: "neutral", 2: "contradiction", 3: "other"}, "other"),
        (dict(enumerate(("entailment", "neutral", "contradiction", "stance:favor"))), "stance:favor"),
        ({"first": "entailment", "x": "neutral", "y": "contradiction"}, "first"),
        (None, "no id2label"),
    ],
)
def test_unclear_labels_are_refused_with_a_remedy(bert, id2label, found):
    rewrite_config(bert, id2label=id2label)
    with pytest.raises(ModelLabelsError, match=found) as caught:
        locate(bert)
    assert 'labels=("entailment", "neutral", "contradiction")' in str(caught.value)


def test_given_labels_take_the_place_of_the_models_own(bert):
    rewrite_config(bert, id2label={0: "LABEL_0", 1: "LABEL_1", 2: "LABEL_2"})
    source = locate(bert, labels=("neutral", "contradiction", "entailment"))
    assert source.find(NLI_LABELS) == [2, 0, 1]
    assert source.identity.endswith("(neutral,contradiction,entailment)")
    with pytest.raises(ModelLabelsError, match="which has 3"):
        locate(bert, labels=(*FULL, "contested"))
    with pytest.raises(ModelLabelsError, match="yes"):
        locate(bert, labels=("yes", "no", "maybe"))


@pytest.mark.parametrize("path", ["./judge", "/nowhere/judge", "~/no/such/judge", "a/b/c", "judge", r"C:\models\judge"])
def test_what_looks_like_a_path_is_never_downloaded(no_network, path):
    with pytest.raises(ModelNotFoundError, match=r"does not exist.*hub id like org/name"):
        locate(path)


def test_a_misspelt_name_in_an_existing_folder_is_never_downloaded(no_network, tmp_path, monkeypatch):
    (tmp_path / "models").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelNotFoundError, match="does not exist"):
        locate("models/jugde")
    with pytest.raises(ModelNotFoundError, match="does not exist"):
        locate(Path("org/name"))


def test_a_file_is_no_model(no_network, bert):
    with pytest.raises(ModelNotFoundError, match="is a file"):
        locate(bert / "config.json")


def test_a_directory_never_touches_the_network(no_network, bert, monkeypatch):
    monkeypatch.chdir(bert.parent.parent)
    assert locate(f"{bert.parent.name}/judge").path.resolve() == bert


def test_a_hub_id_offline_says_what_was_tried(monkeypatch, tmp_path):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    for offline, variable in ((True, "0"), (False, "1")):
        monkeypatch.setenv("HF_HUB_OFFLINE", variable)
        with pytest.raises(ModelNotFoundError, match=r"'org/name'.*local cache.*offline.*local directory"):
            locate("org/name", offline=offline)


def test_a_hub_without_connection_says_what_was_tried(monkeypatch):
    def refuse(*_, **__):
        raise ConnectionError("connection refused")

    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setattr("huggingface_hub.snapshot_download", refuse)
    with pytest.raises(ModelNotFoundError, match=r"'org/name' \(revision v2\).*connection refused.*local directory"):
        locate("org/name", revision="v2")


def test_a_hub_id_resolves_to_its_commit(monkeypatch, bert):
    commit = bert.rename(bert.parent / ("0123456789" * 4))
    asked = {}

    def download(repo_id, **options):
        asked.update(options, repo_id=repo_id)
        return str(commit)

    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setattr("huggingface_hub.snapshot_download", download)
    source = locate("org/name", revision="v2")
    assert source.identity == f"org/name@{commit.name}"
    assert (asked["repo_id"], asked["revision"], asked["local_files_only"]) == ("org/name", "v2", False)
    taken = [file for file in REPOSITORY if any(fnmatch(file, pattern) for pattern in asked["allow_patterns"])]
    assert taken == ["config.json", "model.safetensors", "tokenizer.json", "vocab.txt"]


def test_identity_follows_the_content(bert):
    before = locate(bert).identity
    assert before.startswith("judge@")
    assert len(before) == len("judge@") + 12
    assert locate(bert).identity == before
    rewrite_config(bert, hidden_dropout_prob=0.3)
    assert locate(bert).identity != before


def test_only_safetensors_are_read(bert):
    (bert / "model.safetensors").rename(bert / "pytorch_model.bin")
    with pytest.raises(ModelNotFoundError, match=r"no \*\.safetensors.*pytorch_model\.bin.*save_pretrained"):
        locate(bert)


def test_broken_configs_are_named(bert):
    (bert / "config.json").write_text("[1]")
    with pytest.raises(ModelError, match="list"):
        locate(bert)
    (bert / "config.json").write_text("{")
    with pytest.raises(ModelError, match=r"config\.json"):
        locate(bert)
    (bert / "config.json").unlink()
    with pytest.raises(ModelNotFoundError, match=r"no config\.json"):
        locate(bert)


def test_a_revision_belongs_to_a_hub_id(bert):
    with pytest.raises(InputError, match="only a hub id"):
        locate(bert, revision="main")

import subprocess
import sys

import numpy as np
import pytest
from fakes import FakeModel

from narratives.errors import InputError, ModelError, ModelNotFoundError
from narratives.models import identity_of, load_encoder, load_model
from narratives.types import NLIModel


def test_importing_loads_no_torch():
    code = (
        "import sys, narratives.models; print(sorted({'torch', 'transformers', 'huggingface_hub'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_object_with_predict_is_itself():
    model = FakeModel()
    assert load_model(model) is model
    assert identity_of(model) == "fake-1"


def test_an_object_without_identity_goes_by_its_class():
    class Oracle:
        def predict(self, pairs):
            raise NotImplementedError

    assert identity_of(load_model(Oracle())) == "Oracle"


@pytest.mark.parametrize("model", [3, FakeModel, ["a"], {}])
def test_anything_else_is_refused(model):
    with pytest.raises(InputError, match="expected None, a directory, a hub id"):
        load_model(model)


def test_options_do_not_apply_to_an_object():
    with pytest.raises(InputError, match="do not apply to a FakeModel"):
        load_model(FakeModel(), device="cpu")


def test_a_directory_loads(tiny_models):
    model = load_model(tiny_models["bert"], device="cpu")
    assert isinstance(model, NLIModel)
    assert model.device == "cpu"
    assert model.labels == ("entailment", "neutral", "contradiction")
    assert model.identity in repr(model)
    assert np.isfinite(model.predict([("He said so.", "He did not.")]).probs).all()


def test_devices_that_are_not_there_are_named(tiny_models, monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    monkeypatch.setattr("torch.backends.mps.is_available", lambda: False)
    for device in ("cuda", "cuda:1", "mps"):
        with pytest.raises(ModelError, match=rf"{device}.*use device='cpu'"):
            load_model(tiny_models["bert"], device=device)
    for device in ("gpu", "cuda:x"):
        with pytest.raises(InputError, match=f"device is '{device}'"):
            load_model(tiny_models["bert"], device=device)


def test_a_missing_embedded_model_says_to_reinstall(monkeypatch, tmp_path):
    monkeypatch.setattr("narratives.models.locate.DEFAULT", tmp_path / "default")
    monkeypatch.setattr("narratives.models.DEFAULT", tmp_path / "default")
    with pytest.raises(ModelNotFoundError, match="reinstall"):
        load_model()
    with pytest.raises(ModelError, match="reinstall"):
        load_encoder()

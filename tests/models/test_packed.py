import numpy as np
import pytest

from narratives.errors import ModelError
from narratives.models.packed import GROUP, check_files, load_packed, pack, read_source, save_packed, unpack

RNG = np.random.default_rng(0)
MATRIX = (RNG.standard_normal((100, 2 * GROUP)) * RNG.uniform(0.01, 10, (100, 1))).astype(np.float32)


def test_each_value_is_right_to_half_a_scale():
    packed = pack({"layer.weight": MATRIX})
    assert packed["layer.weight"].dtype == np.int8
    assert packed["layer.weight.scale"].shape == (100, 2)
    groups = np.abs(unpack(packed)["layer.weight"] - MATRIX).reshape(100, 2, GROUP)
    assert (groups <= packed["layer.weight.scale"][..., None] * 0.501).all()


def test_bytes_are_a_quarter():
    assert sum(values.nbytes for values in pack({"w": MATRIX}).values()) < MATRIX.nbytes * 0.27


def test_a_width_that_does_not_divide_has_one_scale_a_row():
    odd = MATRIX[:, : GROUP + 36]
    packed = pack({"w": odd})
    assert packed["w.scale"].shape == (100, 1)
    assert unpack(packed)["w"].shape == odd.shape


def test_rows_of_zeros_stay_zeros():
    rows = MATRIX.copy()
    rows[7] = 0
    assert not unpack(pack({"w": rows}))["w"][7].any()


def test_small_tensors_and_vectors_are_kept_exactly(tmp_path):
    tensors = {"bias": MATRIX[0], "classifier.weight": MATRIX[:4], "gate.scale": MATRIX[1], "long": MATRIX.ravel()}
    save_packed(tmp_path / "layers.safetensors", tensors)
    loaded = load_packed(tmp_path / "layers.safetensors")
    assert loaded.keys() == tensors.keys()
    for name, values in tensors.items():
        np.testing.assert_array_equal(loaded[name], values)


def test_a_broken_source_is_named(tmp_path):
    with pytest.raises(ModelError, match=r"SOURCE\.toml.*reinstall"):
        read_source(tmp_path)
    (tmp_path / "SOURCE.toml").write_text('name = "x"\n')
    with pytest.raises(ModelError, match="version"):
        check_files(tmp_path)

import pytest
import torch

from narratives.models import precision
from narratives.models.precision import choose_precision, has_fast_bf16


@pytest.fixture
def no_gpu(monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    monkeypatch.setattr("torch.backends.mps.is_available", lambda: False)


@pytest.mark.parametrize(("fast", "dtype"), [(True, torch.bfloat16), (False, torch.float32)])
def test_cpu_takes_bf16_only_in_hardware(no_gpu, monkeypatch, fast, dtype):
    monkeypatch.setattr(precision, "has_fast_bf16", lambda: fast)
    assert choose_precision() == choose_precision("cpu")
    assert choose_precision().dtype == dtype


@pytest.mark.parametrize(("bf16", "dtype"), [(True, torch.bfloat16), (False, torch.float16)])
def test_cuda_comes_first(monkeypatch, bf16, dtype):
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    monkeypatch.setattr("torch.cuda.device_count", lambda: 2)
    monkeypatch.setattr("torch.cuda.is_bf16_supported", lambda: bf16)
    assert choose_precision().device.type == "cuda"
    assert choose_precision("cuda:1").dtype == dtype


def test_mps_runs_in_float32(no_gpu, monkeypatch):
    monkeypatch.setattr("torch.backends.mps.is_available", lambda: True)
    assert (choose_precision().device.type, choose_precision().dtype) == ("mps", torch.float32)


@pytest.mark.parametrize(("amx", "avx512"), [(True, False), (False, True), (False, False)])
def test_fast_bf16_asks_torch(monkeypatch, amx, avx512):
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: amx, raising=False)
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: avx512, raising=False)
    assert has_fast_bf16() == (amx or avx512)


@pytest.mark.parametrize(
    ("flags", "fast"),
    [("fpu avx2 amx_bf16", True), ("avx512f avx512_bf16", True), ("avx2 avx512f", False), (None, False)],
)
def test_fast_bf16_reads_the_flags_where_torch_is_silent(monkeypatch, tmp_path, flags, fast):
    cpuinfo = tmp_path / "cpuinfo"
    if flags is not None:
        cpuinfo.write_text(f"flags : {flags}\n")
    monkeypatch.setattr(precision, "_CPU_PROBES", ("_no_such_probe",))
    monkeypatch.setattr(precision, "CPUINFO", cpuinfo)
    assert has_fast_bf16() == fast

"""The engine: a transformers sequence classifier that scores (premise, hypothesis) pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from tqdm import tqdm
from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer
from transformers.utils import logging as transformers_logging

from narratives.errors import InputError, ModelError, ScoringError
from narratives.models.batching import Tokens, cut_pair, learn_template, plan_batches, tokenize
from narratives.models.locate import CONTESTED, KIND_OUTPUTS, STANCE_OUTPUTS, ModelSource
from narratives.models.packed import check_files, load_part
from narratives.models.precision import choose_precision
from narratives.types import NLI_LABELS, NLIOutput, Pair, Probabilities, check_pairs

_BATCH_TOKENS = {"cpu": 4096, "mps": 8192, "cuda": 65536}
_LOAD_FAILURES = (OSError, RuntimeError, ValueError, KeyError, SafetensorError)


class CrossEncoder:
    """A sequence classifier with the three NLI classes, and maybe outputs for contested, its kinds, and stance.

    Any architecture that `AutoModelForSequenceClassification` knows and that reads two texts one after the other:
    BERT, RoBERTa, DeBERTa-v2 and -v3, BART, ModernBERT, XLM-RoBERTa and their like.

    Args:
        source: Where the model lies.
        device: `cpu`, `cuda`, `cuda:1` or `mps`; None takes the fastest that is there.
        dtype: Number format of weights and activations; None takes the fastest that is safe on the device.

    Attributes:
        identity: Name and content digest, or hub id and commit.
        labels: What each logit stands for, in the model's order.
        device: Where it runs.
        precision: Number format of weights and activations, such as `float32` or `bfloat16`.
        max_tokens: Longest pair, special tokens included, that the model reads in one go.

    Raises:
        ModelError: The files cannot be loaded, or the device is not there.
    """

    def __init__(self, source: ModelSource, *, device: str | None = None, dtype: torch.dtype | None = None) -> None:
        place = choose_precision(device)
        self._dtype = dtype or place.dtype
        self.identity = source.identity
        self.labels = source.labels
        self.device = str(place.device)
        self.precision = str(self._dtype).removeprefix("torch.")
        self._nli = source.find(NLI_LABELS)
        self._contested = source.find((CONTESTED,))
        self._kinds = source.find(KIND_OUTPUTS)
        self._stance = source.find(STANCE_OUTPUTS)
        self._tokenizer, self._model = load_checkpoint(source)
        self._template = learn_template(self._tokenizer)
        self._takes_types = "token_type_ids" in self._tokenizer.model_input_names
        self.max_tokens = _find_limit(self._model, self._tokenizer)
        for parameter in self._model.parameters():  # buffers stay float32: rotary frequencies would lose their meaning
            parameter.data = parameter.data.to(self._dtype)
        self._model.to(place.device).eval()

    def __repr__(self) -> str:
        return f"CrossEncoder({self.identity!r}, device={self.device!r}, precision={self.precision!r})"

    def predict(self, pairs: Sequence[Pair], *, batch_tokens: int | None = None, progress: bool = False) -> NLIOutput:
        """Score pairs; equal pairs are scored once, and neither order nor batch size changes an answer.

        A pair that is longer than `max_tokens` is never cut off. Its longer text (both, where each is longer than half
        the room) is read in windows that overlap by half. The three probabilities are those of the window least
        neutral, for that is where the two texts meet; `contested` is the highest of any window, `kinds` those of that
        window; `stance` is that of the window least neutral in stance. `truncated` says so.

        Args:
            pairs: n (premise, hypothesis) pairs.
            batch_tokens: Tokens of a batch, padding included; None takes what suits the device.
            progress: Show a progress bar on stderr.

        Returns:
            Probabilities of the n pairs, in their order, always computed in float32 from the logits; in bfloat16 or
            float16 the logits themselves vary with the batch in their third digit.

        Raises:
            InputError: A pair is not two strings, or one is empty, or `batch_tokens` is less than 1.
            ScoringError: The model gave something that is not a number.
        """
        pairs = pairs if isinstance(pairs, str) else list(pairs)
        budget = _BATCH_TOKENS[self.device.partition(":")[0]] if batch_tokens is None else batch_tokens
        if budget < 1:
            raise InputError(f"batch_tokens is {budget}; expected 1 or more")
        check_pairs(pairs)
        distinct = {(a, b): 0 for a, b in pairs}
        for index, pair in enumerate(distinct):
            distinct[pair] = index
        texts = list(dict.fromkeys(text for pair in distinct for text in pair))
        ids = dict(zip(texts, tokenize(texts, self._tokenizer), strict=True))
        room = self.max_tokens - self._template.n_special
        cut = [cut_pair(ids[a], ids[b], room) for a, b in distinct]
        logits = self._run([window for windows in cut for window in windows], budget, progress)
        if not torch.isfinite(logits).all():
            raise ScoringError(
                f"{self.identity} gave logits that are no numbers ({self.precision} on {self.device});"
                " its weights are damaged, or the number format is too small for it: try device='cpu'"
            )
        n_windows = np.array([len(windows) for windows in cut], dtype=np.int64)
        back = np.array([distinct[a, b] for a, b in pairs], dtype=np.int64)

        def choose(values: torch.Tensor, weakest: torch.Tensor) -> Probabilities:
            """Take, of each pair's windows, the row where `weakest` is least."""
            order = np.lexsort((weakest.numpy(), np.repeat(np.arange(len(cut)), n_windows)))
            first = order[np.cumsum(n_windows) - n_windows]
            chosen: Probabilities = values.numpy()[first][back]
            return chosen

        probs = torch.softmax(logits[:, self._nli], dim=1)
        contested = torch.sigmoid(logits[:, self._contested]).sum(dim=1)
        kinds, stance = torch.softmax(logits[:, self._kinds], dim=1), torch.softmax(logits[:, self._stance], dim=1)
        return NLIOutput(
            probs=choose(probs, probs[:, 1]),
            truncated=(n_windows > 1)[back],
            contested=choose(contested, -contested) if self._contested else None,
            kinds=choose(kinds, -contested) if self._kinds else None,
            stance=choose(stance, stance[:, -1]) if self._stance else None,
        )

    def _run(self, rows: Sequence[tuple[Tokens, Tokens]], budget: int, progress: bool) -> torch.Tensor:
        """Give the logits of rows of token ids: float32 (n_rows, n_labels), on the CPU."""
        logits = torch.empty((len(rows), len(self.labels)), dtype=torch.float32)
        lengths = [len(a) + len(b) + self._template.n_special for a, b in rows]
        with torch.inference_mode(), tqdm(total=len(rows), desc="pairs", unit="pair", disable=not progress) as bar:
            for batch in plan_batches(lengths, budget):
                inputs = self._template.collate([rows[i] for i in batch])
                if not self._takes_types:
                    del inputs["token_type_ids"]
                tensors = {name: torch.from_numpy(values).to(self.device) for name, values in inputs.items()}
                logits[torch.from_numpy(batch)] = self._model(**tensors).logits.float().cpu()
                bar.update(len(batch))
        return logits


def load_checkpoint(source: ModelSource) -> tuple[Any, Any]:
    """Read tokenizer and weights, from the disk only.

    Args:
        source: Where they lie.

    Returns:
        The tokenizer, and the sequence classifier in float32.

    Raises:
        ModelError: They cannot be read, or the weights are those of a base encoder only.
    """
    named = dict(enumerate(source.labels))
    config_path = source.path / "judge" if source.packed else source.path
    if source.packed:
        check_files(source.path)
    try:
        tokenizer = AutoTokenizer.from_pretrained(source.path, local_files_only=True, trust_remote_code=False)
        config = AutoConfig.from_pretrained(
            config_path,
            local_files_only=True,
            trust_remote_code=False,
            id2label=named,
            label2id={name: index for index, name in named.items()},
        )
        if source.packed:
            model = AutoModelForSequenceClassification.from_config(config)  # type: ignore[no-untyped-call]
            weights = load_part(source.path, "judge", prefix="bert.")
            model.load_state_dict({name: torch.from_numpy(values) for name, values in weights.items()})
            return tokenizer, model
        with _quiet_loading():
            model, info = AutoModelForSequenceClassification.from_pretrained(
                source.path,
                config=config,
                local_files_only=True,
                trust_remote_code=False,
                use_safetensors=True,
                output_loading_info=True,
            )
    except _LOAD_FAILURES as error:
        raise ModelError(f"cannot load {source.identity} from {source.path}: {error}") from error
    if missing := sorted(info["missing_keys"]):
        raise ModelError(
            f"{source.identity} has no weights for {missing}; expected a checkpoint that was trained as a"
            f" {type(model).__name__}, not only its base encoder"
        )
    return tokenizer, model


def _find_limit(model: Any, tokenizer: Any) -> int:
    """Tell how many tokens the model can read: the smaller of what tokenizer and positions allow."""
    limit = min(int(tokenizer.model_max_length), int(getattr(model.config, "max_position_embeddings", 512)))
    for name, module in model.named_modules():
        # Where padding has a position of its own (RoBERTa and its like), the count starts behind it.
        if name.endswith("position_embeddings") and getattr(module, "padding_idx", None) is not None:
            limit = min(limit, int(module.num_embeddings - module.padding_idx - 1))
    return limit


@contextmanager
def _quiet_loading() -> Iterator[None]:
    """Keep off stderr what transformers prints while it loads, and leave its settings as they were."""
    shown, verbosity = transformers_logging.is_progress_bar_enabled(), transformers_logging.get_verbosity()
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        transformers_logging.set_verbosity(verbosity)
        if shown:
            transformers_logging.enable_progress_bar()  # type: ignore[no-untyped-call]

"""The training loop: stages of mixed NLI and contested pairs, with checkpoints that resume."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch
from torch.nn import functional

from narratives.errors import InputError
from narratives.models.batching import Template, learn_template
from narratives.models.locate import KIND_OUTPUTS, STANCE_OUTPUTS
from narratives.training.base import find_base, load_base
from narratives.training.recipe import Recipe, Stage
from narratives.training.sources import read_source
from narratives.types import NLI_LABELS

logger = logging.getLogger(__name__)

_N_NLI, _N_KINDS, _N_STANCES = len(NLI_LABELS), len(KIND_OUTPUTS), len(STANCE_OUTPUTS)
KIND_WEIGHT = 0.2
"""Of the loss over the kinds, beside that of `contested`."""
CHECKPOINT = "checkpoint.pt"
CHECKPOINT_EVERY_S = 240.0


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """A stage's pairs as token ids, with their labels.

    Attributes:
        premises: Token ids of each premise, without special tokens.
        hypotheses: Token ids of each hypothesis, without special tokens.
        labels: int64 (n,): 0 to 2, -1 for none.
        contested: float32 (n,): 0 or 1, -1 for none.
        kinds: int64 (n,): index of `KINDS`, -1 for none.
        stances: int64 (n,): index of `STANCES`, -1 for none.
        nli_weight: float32 (n,).
    """

    premises: list[list[int]]
    hypotheses: list[list[int]]
    labels: npt.NDArray[np.int64]
    contested: npt.NDArray[np.float32]
    kinds: npt.NDArray[np.int64]
    stances: npt.NDArray[np.int64]
    nli_weight: npt.NDArray[np.float32]

    def __len__(self) -> int:
        """Count the pairs."""
        return len(self.labels)


def encode(frame: pd.DataFrame, tokenizer: Any, room: int) -> tuple[Encoded, int]:
    """Tokenise a frame of pairs, each distinct text once.

    Args:
        frame: With the columns that `read_source` gives.
        tokenizer: Of the base encoder.
        room: Longest pair that is kept, in tokens, special ones not included.

    Returns:
        The encoded pairs, and how many were left out for being longer.
    """
    texts = pd.unique(pd.concat([frame["premise"], frame["hypothesis"]]))
    ids = tokenizer(list(texts), add_special_tokens=False, verbose=False)["input_ids"]
    by_text = dict(zip(texts, ids, strict=True))
    premises = [by_text[text] for text in frame["premise"]]
    hypotheses = [by_text[text] for text in frame["hypothesis"]]
    keep = np.array([len(a) + len(b) <= room for a, b in zip(premises, hypotheses, strict=True)])
    index = np.flatnonzero(keep)
    encoded = Encoded(
        premises=[premises[i] for i in index],
        hypotheses=[hypotheses[i] for i in index],
        labels=frame["label"].to_numpy(np.int64)[index],
        contested=frame["contested"].to_numpy(np.float32)[index],
        kinds=frame["kind"].to_numpy(np.int64)[index],
        stances=frame["stance"].to_numpy(np.int64)[index],
        nli_weight=frame["nli_weight"].to_numpy(np.float32)[index],
    )
    return encoded, int((~keep).sum())


def plan_batches(data: Encoded, *, batch_size: int, seed: int) -> list[npt.NDArray[np.int64]]:
    """Shuffle, then sort by length inside windows of 40 batches, so that little is padded and order stays random."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(data))
    length = np.array([len(a) + len(b) for a, b in zip(data.premises, data.hypotheses, strict=True)])
    batches = []
    for start in range(0, len(order), batch_size * 40):
        window = order[start : start + batch_size * 40]
        window = window[np.argsort(length[window], kind="stable")]
        batches += [window[i : i + batch_size] for i in range(0, len(window), batch_size)]
    return [batches[i] for i in rng.permutation(len(batches))]


def collate(data: Encoded, index: npt.NDArray[np.int64], template: Template, *, flip: bool) -> dict[str, torch.Tensor]:
    """Pad one batch; `flip` swaps the sides of pairs that carry a contested label, which has no direction."""
    rows = [(data.premises[i], data.hypotheses[i]) for i in index]
    swapped = [(b, a) if flip and data.contested[i] >= 0 else (a, b) for i, (a, b) in zip(index, rows, strict=True)]
    return {name: torch.from_numpy(values) for name, values in template.collate(swapped).items()}


def loss_of(logits: torch.Tensor, data: Encoded, index: npt.NDArray[np.int64], smoothing: float) -> torch.Tensor:
    """Give the mean loss of a batch: NLI, contested, kinds and stance, each over the pairs that are labelled for it.

    Args:
        logits: float32 (batch, labels), columns as `LABELS`.
        data: Where the labels stand.
        index: int64 (batch,), which pairs of it.
        smoothing: Of the NLI and stance labels.

    Returns:
        A scalar.
    """
    labels, kinds, stances = (torch.from_numpy(part[index]) for part in (data.labels, data.kinds, data.stances))
    contested, nli_weight = (torch.from_numpy(part[index]) for part in (data.contested, data.nli_weight))
    of_nli, of_contested, of_kind, of_stance = torch.split(logits, [_N_NLI, 1, _N_KINDS, _N_STANCES], dim=1)
    classes = partial(functional.cross_entropy, ignore_index=-1, reduction="none")
    contest = functional.binary_cross_entropy_with_logits(
        of_contested[:, 0], contested.clamp(min=0), reduction="none"
    ) * (contested >= 0)
    return (
        classes(of_nli, labels, label_smoothing=smoothing) * nli_weight
        + contest
        + classes(of_kind, kinds) * KIND_WEIGHT
        + classes(of_stance, stances, label_smoothing=smoothing)
    ).mean()


class Trainer:
    """Holds the model, its optimiser and the place reached, and saves all three.

    Starts from the base encoder, or from the checkpoint in `out` if it was made by the same recipe.

    Args:
        recipe: What to do.
        data: Folders that the recipe's paths begin at.
        out: Folder of the checkpoint and of the finished model.
    """

    def __init__(self, recipe: Recipe, *, data: Sequence[Path], out: Path) -> None:
        self.recipe, self.data, self.out = recipe, data, out
        self.stage, self.step = 0, 0
        torch.manual_seed(recipe.seed)
        self.tokenizer, self.model = load_base(find_base(recipe.base))
        self._template = learn_template(self.tokenizer)
        self._takes_types = "token_type_ids" in self.tokenizer.model_input_names
        if recipe.freeze_embeddings:
            self.model.get_input_embeddings().weight.requires_grad = False
        self.optimizer_state: dict[str, Any] | None = None
        if (out / CHECKPOINT).exists():
            self._resume()

    def _resume(self) -> None:
        saved = torch.load(self.out / CHECKPOINT, weights_only=True)
        if saved["recipe"] != self.recipe.digest:
            raise InputError(
                f"{self.out / CHECKPOINT} was made by recipe {saved['recipe']}, not {self.recipe.digest};"
                " use another --out, or delete it to begin anew"
            )
        self.model.load_state_dict(saved["model"])
        self.stage, self.step, self.optimizer_state = saved["stage"], saved["step"], saved["optimizer"]
        logger.info("resumed at stage %d, step %d", self.stage, self.step)

    def _save(self, optimizer: torch.optim.Optimizer | None) -> None:
        state = {
            "recipe": self.recipe.digest,
            "stage": self.stage,
            "step": self.step,
            "model": self.model.state_dict(),
            "optimizer": optimizer.state_dict() if optimizer else None,
        }
        self.out.mkdir(parents=True, exist_ok=True)
        part = self.out / (CHECKPOINT + ".part")
        torch.save(state, part)
        part.replace(self.out / CHECKPOINT)

    def run(self) -> Path:
        """Train what is left to train; each finished stage is written in the ordinary transformers layout.

        Returns:
            The folder of the last stage's model, `out / <stage name>`.
        """
        while self.stage < len(self.recipe.stages):
            self._run_stage(self.recipe.stages[self.stage])
            self._write(self.recipe.stages[self.stage])
            self.stage, self.step, self.optimizer_state = self.stage + 1, 0, None
            self._save(None)
        return self.out / self.recipe.stages[-1].name

    def _write(self, stage: Stage) -> None:
        target = self.out / stage.name
        self.model.save_pretrained(target)
        self.tokenizer.save_pretrained(target)

    def _run_stage(self, stage: Stage) -> None:
        seed = self.recipe.seed + self.stage
        frames = [read_source(source, self.data, seed=seed + i) for i, source in enumerate(stage.sources)]
        data, n_long = encode(
            pd.concat(frames, ignore_index=True), self.tokenizer, self.recipe.max_tokens - self._template.n_special
        )
        batches = plan_batches(data, batch_size=stage.batch_size, seed=seed)
        logger.info("stage %s: %d pairs, %d too long left out, %d steps", stage.name, len(data), n_long, len(batches))
        trained = [p for p in self.model.parameters() if p.requires_grad]
        optimizer = torch.optim.AdamW(trained, lr=stage.learning_rate, weight_decay=0.01, fused=True)
        if self.optimizer_state:
            optimizer.load_state_dict(self.optimizer_state)
        n_warm = max(1, round(stage.warmup * len(batches)))
        self.model.train()
        saved = began = time.monotonic()
        first, running = self.step, 0.0
        for step in range(self.step, len(batches)):
            rate = min((step + 1) / n_warm, (len(batches) - step) / max(1, len(batches) - n_warm))
            for group in optimizer.param_groups:
                group["lr"] = stage.learning_rate * rate
            index = batches[step]
            inputs = collate(data, index, self._template, flip=bool((seed + step) % 2))
            if not self._takes_types:
                del inputs["token_type_ids"]
            loss = loss_of(self.model(**inputs).logits, data, index, self.recipe.label_smoothing)
            torch.autograd.backward(loss)
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            self.step = step + 1
            running += 0.01 * (float(loss.detach()) - running) if step > first else float(loss.detach())
            if self.step % 50 == 0:
                pace = (self.step - first) / (time.monotonic() - began)
                left = (len(batches) - self.step) / pace / 60
                logger.info(
                    "%s",
                    json.dumps(
                        {
                            "stage": stage.name,
                            "step": self.step,
                            "of": len(batches),
                            "loss": round(running, 4),
                            "pairs_per_s": round(pace * stage.batch_size, 1),
                            "minutes_left": round(left, 1),
                        }
                    ),
                )
            if time.monotonic() - saved > CHECKPOINT_EVERY_S:
                self._save(optimizer)
                saved = time.monotonic()

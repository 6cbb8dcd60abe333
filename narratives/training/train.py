"""The training loop: stages of mixed NLI and contested pairs, with checkpoints that resume."""

from __future__ import annotations

import importlib.util
import json
import logging
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch
from torch.nn import functional
from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer

from narratives.errors import InputError
from narratives.training.data import read_source
from narratives.training.recipe import Recipe, Stage
from narratives.types import NLI_LABELS

logger = logging.getLogger(__name__)

LABELS = (*NLI_LABELS, "contested")
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
        nli_weight: float32 (n,).
    """

    premises: list[list[int]]
    hypotheses: list[list[int]]
    labels: npt.NDArray[np.int64]
    contested: npt.NDArray[np.float32]
    nli_weight: npt.NDArray[np.float32]

    def __len__(self) -> int:
        """Count the pairs."""
        return len(self.labels)


def find_base(base: str) -> Path:
    """Find the folder of the pretrained encoder: a directory, or `model/` of an installed package.

    Args:
        base: The directory, or the package's name.

    Returns:
        The folder.

    Raises:
        InputError: It is neither.
    """
    if Path(base).is_dir():
        return Path(base)
    spec = importlib.util.find_spec(base) if base.isidentifier() else None
    if spec is None or spec.origin is None:
        raise InputError(f"no base encoder at {base!r}; give a directory, or install the package of that name")
    return Path(spec.origin).parent / "model"


def encode(frame: pd.DataFrame, tokenizer: Any, max_tokens: int) -> tuple[Encoded, int]:
    """Tokenise a frame of pairs, each distinct text once.

    Args:
        frame: With the columns that `read_source` gives.
        tokenizer: Of the base encoder.
        max_tokens: Longest pair that is kept, special tokens included.

    Returns:
        The encoded pairs, and how many were left out for being longer than `max_tokens`.
    """
    texts = pd.unique(pd.concat([frame["premise"], frame["hypothesis"]]))
    ids = tokenizer(list(texts), add_special_tokens=False, verbose=False)["input_ids"]
    by_text = dict(zip(texts, ids, strict=True))
    premises = [by_text[text] for text in frame["premise"]]
    hypotheses = [by_text[text] for text in frame["hypothesis"]]
    keep = np.array([len(a) + len(b) + 3 <= max_tokens for a, b in zip(premises, hypotheses, strict=True)])
    index = np.flatnonzero(keep)
    encoded = Encoded(
        premises=[premises[i] for i in index],
        hypotheses=[hypotheses[i] for i in index],
        labels=frame["label"].to_numpy(np.int64)[index],
        contested=frame["contested"].to_numpy(np.float32)[index],
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


def collate(data: Encoded, index: npt.NDArray[np.int64], tokenizer: Any, *, flip: bool) -> dict[str, torch.Tensor]:
    """Pad one batch; `flip` swaps the sides of pairs that carry a contested label, which has no direction."""
    rows, types = [], []
    for i in index:
        a, b = data.premises[i], data.hypotheses[i]
        if flip and data.contested[i] >= 0:
            a, b = b, a
        rows.append([tokenizer.cls_token_id, *a, tokenizer.sep_token_id, *b, tokenizer.sep_token_id])
        types.append([0] * (len(a) + 2) + [1] * (len(b) + 1))
    width = max(map(len, rows))
    return {
        "input_ids": torch.tensor([row + [tokenizer.pad_token_id] * (width - len(row)) for row in rows]),
        "token_type_ids": torch.tensor([row + [0] * (width - len(row)) for row in types]),
        "attention_mask": torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows]),
    }


def loss_of(
    logits: torch.Tensor, labels: torch.Tensor, contested: torch.Tensor, nli_weight: torch.Tensor, smoothing: float
) -> torch.Tensor:
    """Cross-entropy over the classes where labelled, plus binary cross-entropy of `contested` where labelled."""
    nli = functional.cross_entropy(logits[:, :3], labels, ignore_index=-1, label_smoothing=smoothing, reduction="none")
    contest = functional.binary_cross_entropy_with_logits(logits[:, 3], contested.clamp(min=0), reduction="none")
    return (nli * nli_weight + contest * (contested >= 0)).mean()


class Trainer:
    """Holds the model, its optimiser and the place reached, and saves all three.

    Starts from the base encoder, or from the checkpoint in `out` if it was made by the same recipe.

    Args:
        recipe: What to do.
        data: Folder of the training data.
        out: Folder of the checkpoint and of the finished model.
    """

    def __init__(self, recipe: Recipe, *, data: Path, out: Path) -> None:
        self.recipe, self.data, self.out = recipe, data, out
        self.stage, self.step = 0, 0
        base = find_base(recipe.base)
        torch.manual_seed(recipe.seed)
        self.tokenizer = AutoTokenizer.from_pretrained(base, local_files_only=True)
        config = AutoConfig.from_pretrained(
            base,
            local_files_only=True,
            num_labels=len(LABELS),
            id2label=dict(enumerate(LABELS)),
            label2id={name: index for index, name in enumerate(LABELS)},
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        self.model = AutoModelForSequenceClassification.from_pretrained(
            base, config=config, local_files_only=True, dtype=torch.float32, ignore_mismatched_sizes=True
        )
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
        data, n_long = encode(pd.concat(frames, ignore_index=True), self.tokenizer, self.recipe.max_tokens)
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
            inputs = collate(data, index, self.tokenizer, flip=bool((seed + step) % 2))
            loss = loss_of(
                self.model(**inputs).logits,
                torch.from_numpy(data.labels[index]),
                torch.from_numpy(data.contested[index]),
                torch.from_numpy(data.nli_weight[index]),
                self.recipe.label_smoothing,
            )
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

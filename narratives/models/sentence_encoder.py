"""The embedded similarity encoder: BERT, mean pooling, rows of length 1, as a sentence-transformers model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling
from transformers import AutoConfig, AutoModel, AutoTokenizer

from narratives.errors import InputError, ModelError
from narratives.models.packed import SOURCE, check_files, load_part, read_source
from narratives.models.precision import choose_precision
from narratives.types import Probabilities


class _Words(torch.nn.Module):
    """First module of the model: texts to one vector a token."""

    def __init__(self, model: Any, tokenizer: Any) -> None:
        super().__init__()
        self.model = model
        self.tokenizer = tokenizer
        self.max_seq_length = min(tokenizer.model_max_length, model.config.max_position_embeddings)

    def preprocess(self, inputs: list[str], **_: Any) -> dict[str, torch.Tensor]:
        limit = self.max_seq_length
        inputs = [text.encode("utf-8", "replace").decode() for text in inputs]  # half a surrogate pair becomes `?`
        return dict(self.tokenizer(inputs, padding=True, truncation=True, max_length=limit, return_tensors="pt"))

    tokenize = preprocess

    def forward(self, features: dict[str, torch.Tensor], **_: Any) -> dict[str, torch.Tensor]:
        inputs = {name: features[name] for name in self.tokenizer.model_input_names}
        return features | {"token_embeddings": self.model(**inputs).last_hidden_state}


class SentenceEncoder:
    """Embeds texts so that the cosine of two says how near they are in meaning.

    Args:
        folder: A folder in the layout of the embedded model.
        device: `cpu`, `cuda`, `cuda:1` or `mps`; None takes the fastest that is there.
        dtype: Number format of weights and activations; None takes the fastest that is safe on the device.

    Attributes:
        identity: Name, version and digest of the folder's files.
        model: The `SentenceTransformer`, for whatever else one may do with it.

    Raises:
        ModelError: The files are missing or damaged, or the device is not there.
    """

    def __init__(self, folder: Path, *, device: str | None = None, dtype: torch.dtype | None = None) -> None:
        if not (folder / SOURCE).is_file():
            raise ModelError(f"no similarity encoder in {folder}: it has no {SOURCE}; reinstall narratives")
        place = choose_precision(device)
        check_files(folder)
        self.identity = f"{read_source(folder).identity}/similarity"
        config = AutoConfig.from_pretrained(folder / "similarity", local_files_only=True)
        bert = AutoModel.from_config(config, add_pooling_layer=False)  # type: ignore[no-untyped-call]
        weights = load_part(folder, "similarity")
        bert.load_state_dict({name: torch.from_numpy(values) for name, values in weights.items()})
        words = _Words(bert.to(dtype or place.dtype), AutoTokenizer.from_pretrained(folder, local_files_only=True))
        self._width = int(config.hidden_size)
        pooling = Pooling(self._width, pooling_mode="mean")
        self.model = SentenceTransformer(modules=[words, pooling, Normalize()], device=str(place.device))

    def encode(self, texts: Sequence[str]) -> Probabilities:
        """Embed texts; equal texts are embedded once.

        Args:
            texts: n texts. What goes beyond the encoder's 512 tokens, some 350 words, does not count.

        Returns:
            float32 (n, width), in their order, rows of length 1: their products are cosines, -1 to 1.

        Raises:
            InputError: A text is not a string, or `texts` is one string.
        """
        if isinstance(texts, str) or not all(isinstance(text, str) for text in texts):
            raise InputError(f"texts is {texts!r}; expected a list of strings")
        distinct = {text: index for index, text in enumerate(dict.fromkeys(texts))}
        if not distinct:
            return np.empty((0, self._width), dtype=np.float32)
        rows = self.model.encode(list(distinct), convert_to_tensor=True, show_progress_bar=False).float()
        embeddings: Probabilities = torch.nn.functional.normalize(rows, dim=1).cpu().numpy()
        return embeddings[[distinct[text] for text in texts]]

"""Tiny random three-label transformers of six architectures, laid out on disk as a hub gives them."""

from __future__ import annotations

import json
from pathlib import Path

from narratives.types import NLI_LABELS

ARCHITECTURES = ("bert", "roberta", "deberta-v2", "bart", "modernbert", "xlm-roberta")
SENTENCES = [
    "The ministers agreed to open the border on Monday, the spokesman said.",
    "No agreement was reached, and the border will stay closed.",
    "Both sides spoke of the checkpoint on the road to the town.",
    "She did not say when the talks will go on; nobody was invited.",
    "Their convoy of 40 trucks was stopped, they told reporters.",
    "“It’s an outrage,” he wrote. “We won’t accept it.”",
]
SIZES = {
    "vocab_size": 200,
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 64,
    "max_position_embeddings": 128,
    "initializer_range": 0.3,  # so that answers differ from pair to pair
}


def rewrite_config(folder: Path, **changes: object) -> None:
    """Change entries of a checkpoint's config.json; None removes one."""
    path = folder / "config.json"
    config = json.loads(path.read_text()) | changes
    path.write_text(json.dumps({key: value for key, value in config.items() if value is not None}))


def write_model(architecture: str, folder: Path) -> None:
    import torch
    from transformers import AutoConfig, AutoModelForSequenceClassification

    sizes = dict(SIZES)
    special = {"pad_token_id": 0, "bos_token_id": 1, "cls_token_id": 1, "eos_token_id": 2, "sep_token_id": 2}
    if architecture in ("roberta", "xlm-roberta"):  # positions start behind the padding's
        sizes["max_position_embeddings"] = 129
    if architecture == "bart":
        width, layers, heads = (
            sizes.pop("hidden_size"),
            sizes.pop("num_hidden_layers"),
            sizes.pop("num_attention_heads"),
        )
        sizes |= {"d_model": width, "init_std": sizes.pop("initializer_range")}
        for part in ("encoder", "decoder"):
            sizes |= {f"{part}_layers": layers, f"{part}_attention_heads": heads, f"{part}_ffn_dim": 64}
        special |= {"decoder_start_token_id": 2, "forced_eos_token_id": 2}
    if architecture == "deberta-v2":
        sizes |= {"relative_attention": True, "pos_att_type": ["p2c", "c2p"], "position_biased_input": False}
    if architecture == "modernbert":
        sizes |= {"global_attn_every_n_layers": 2, "local_attention": 16}
    labels = dict(enumerate(NLI_LABELS))
    config = AutoConfig.for_model(
        architecture, **sizes, **special, id2label=labels, label2id={name: i for i, name in labels.items()}
    )
    torch.manual_seed(len(architecture))
    AutoModelForSequenceClassification.from_config(config).save_pretrained(folder)


def write_tokenizer(architecture: str, folder: Path) -> None:
    """Train a tokenizer of the architecture's kind and write it the way such checkpoints carry it."""
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    if architecture in ("bert", "deberta-v2", "modernbert"):
        pad, first, last, unknown, mask = "[PAD]", "[CLS]", "[SEP]", "[UNK]", "[MASK]"
    else:
        pad, first, last, unknown, mask = "<pad>", "<s>", "</s>", "<unk>", "<mask>"
    special = [pad, first, last, unknown, mask]
    size = SIZES["vocab_size"]
    between = [last]
    if architecture == "bert":
        tokenizer = Tokenizer(models.WordPiece(unk_token=unknown))
        tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
        tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        trainer = trainers.WordPieceTrainer(vocab_size=size, special_tokens=special, show_progress=False)
        kind = "BertTokenizer"
    elif architecture in ("deberta-v2", "xlm-roberta"):
        tokenizer = Tokenizer(models.Unigram())
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
        tokenizer.decoder = decoders.Metaspace()
        trainer = trainers.UnigramTrainer(
            vocab_size=size, special_tokens=special, unk_token=unknown, show_progress=False
        )
        kind = "DebertaV2Tokenizer" if architecture == "deberta-v2" else "XLMRobertaTokenizer"
        between = [last] if architecture == "deberta-v2" else [last, last]
    else:
        tokenizer = Tokenizer(models.BPE(unk_token=unknown))
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        trainer = trainers.BpeTrainer(vocab_size=size, special_tokens=special, show_progress=False)
        kind = {"roberta": "RobertaTokenizer", "bart": "BartTokenizer"}.get(architecture, "PreTrainedTokenizerFast")
        between = [last] if architecture == "modernbert" else [last, last]
    tokenizer.train_from_iterator(SENTENCES, trainer)
    second = ":1" if architecture in ("bert", "deberta-v2") else ":0"
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{first} $A {last}",
        pair=" ".join([first, "$A", *between, f"$B{second}", last + second]),
        special_tokens=[(token, tokenizer.token_to_id(token)) for token in (first, last)],
    )
    inputs = ["input_ids", "attention_mask"]
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        **{"pad_token": pad, "cls_token": first, "sep_token": last, "unk_token": unknown, "mask_token": mask},
        **({} if pad == "[PAD]" else {"bos_token": first, "eos_token": last}),
        model_max_length=1_000,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"] if second == ":1" else inputs,
    ).save_pretrained(folder)
    path = folder / "tokenizer_config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"tokenizer_class": kind}))

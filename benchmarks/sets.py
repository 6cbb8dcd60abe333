"""Which data sets are measured, and on which split. Every split of the project stands here.

What users fetch themselves lies in a folder of theirs with `nli/` and `eval/`: Parquet files, whose columns are
described in README.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

SHIPPED = Path(__file__).parent
SEEDS = SHIPPED.parent / "seeds"

TEST_DISPUTES = ("d10", "d11", "d18", "d19", "d25")
CALIBRATION_DISPUTES = ("d17",)
"""What p_contested is calibrated and every threshold chosen on."""
SEED_REPORTS = ("r1-05-six-on-the-bridge", "r2-01-tema-cranes", "r3-03-waikaia-fenceline", "r1-08-meltemi-tankers")
"""Reports that are seeds too."""
TEST_WRITERS = ("r4",)
"""All reports of these writers are for testing."""
ReportSet = Literal["seeds", "reports"]
REPORT_SETS: tuple[ReportSet, ...] = ("seeds", "reports")
FORMS = ("claims", "words")
UNLISTED = "Not in the list"
"""SEESAW's holder or target that has no name."""


def dispute_path(stem: str) -> Path:
    """Say where a file of disputes lies."""
    return SHIPPED / "disputes" / f"{stem}.jsonl"


@dataclass(frozen=True, slots=True)
class DataSet:
    """A public data set in the users' folder.

    Attributes:
        name: As the tables show it.
        path: Relative to the folder.
        split: Value of the column `split`; empty takes every row.
        licence: Of the data; `none stated` where its repository names none.
        origin: Repository@commit on GitHub.
        columns: Premise and hypothesis (NLI).
        labels: `three` classes, or `binary`: entailment against the rest (NLI).
        group: Column that the intervals resample by; rows of one text are not independent.
        seen: What of it, if anything, the shipped fits have seen.
        kept_out: The fits have seen the other rows: only those of one text in so many are measured; 0 for all.
    """

    name: str
    path: str
    split: str = ""
    licence: str = "none stated"
    origin: str = ""
    columns: tuple[str, str] = ("premise", "hypothesis")
    labels: Literal["three", "binary"] = "three"
    group: str = "premise"
    seen: str = ""
    kept_out: int = 0


def _nli(
    name: str, licence: str, origin: str, labels: Literal["three", "binary"] = "three", *, kept_out: int = 0
) -> DataSet:
    return DataSet(name, f"nli/{name}.parquet", licence=licence, origin=origin, labels=labels, kept_out=kept_out)


_NLI_DATASETS = "felipessalvatore/NLI_datasets@9551b73"
NLI_SETS = (
    _nli("mnli-dev_matched", "OANC and others", "eyalbd2/PADA@d872a9e"),
    _nli("snli-dev", "CC BY-SA 4.0", "OanaMariaCamburu/e-SNLI@7b585a3", kept_out=4),
    _nli("lingnli-dev", "none stated", "Alicia-Parrish/ling_in_loop@9def304e"),
    _nli("anli-dev", "CC BY-NC 4.0", "facebookresearch/anli@b5ce27a"),
    _nli("snli_cad-dev", "Apache-2.0", "acmi-lab/counterfactually-augmented-data@6f232a1"),
    _nli("inli-dev", "CC BY-SA 4.0", "google-deepmind/inli@5fe253e"),
    _nli("conjnli-dev", "MIT", "swarnaHub/ConjNLI@10e0515"),
    _nli("control-dev", "none stated", "csitfun/ConTRoL-dataset@d7acc33"),
    _nli("mpe-dev", "none stated", "aylai/MultiPremiseEntailment@7064edb"),
    _nli("folio-dev", "CC BY-SA 4.0", "Yale-LILY/FOLIO@5d7bb84"),
    _nli("cb-dev", "research use", _NLI_DATASETS),
    _nli("averitec-dev", "CC BY-NC 4.0", "MichSchli/AVeriTeC@7c62d1e"),
    _nli("fever_symmetric-dev", "CC BY-SA", "TalSchuster/FeverSymmetric@fa25d17"),
    _nli("foolmetwice-dev", "Apache-2.0", "google-research/fool-me-twice@d9db753"),
    _nli("healthver-dev", "none stated", "sarrouti/HealthVer@b20ac99"),
    _nli("sick-dev", "CC BY-NC-SA 3.0", "kkalouli/SICK-processing@0848f4a"),
    _nli("nannli-test", "none stated", "csitfun/LogiEval@df87f82"),
    _nli("fracas-test", "none stated", "csitfun/LogiEval@df87f82"),
    _nli("rte-dev", "research use", _NLI_DATASETS, "binary"),
    _nli("scitail-test", "none stated", _NLI_DATASETS, "binary"),
    _nli("wice-dev", "ODC-BY", "ryokamoi/wice@ddeb6c1", "binary"),
    _nli("dnc_part-dev", "CC BY-SA 4.0", "decompositional-semantics-initiative/DNC@1aca8f2", "binary"),
    _nli("med-test", "CC BY-SA 4.0", "verypluming/MED@860ba36", "binary"),
    _nli("monli-test", "none stated", "atticusg/MoNLI@5bf388a", "binary"),
    DataSet(
        name="rte3-3way-dev",
        path="eval/contradiction_rte3_3way_dev.parquet",
        split="dev",
        licence="BSD-2 (labels)",
        origin="nltk/nltk_data@5db857e, mskandalis/rte3-french@79574a5",
        columns=("text_a", "text_b"),
        group="text_a",
    ),
    DataSet(
        name="climatefever-dev",
        path="eval/contradiction_climatefever_dev.parquet",
        split="dev",
        origin="tdiggelm/climate-fever-dataset@03de616",
        columns=("text_a", "text_b"),
        group="claim_id",
    ),
    DataSet(
        name="claimdiff-train",
        path="eval/contradiction_claimdiff_train.parquet",
        split="train",
        origin="kaistAI/ClaimDiff@19d033c",
        columns=("text_b", "text_a"),  # the second claim weakens or strengthens the first
        group="topic",
    ),
)

_FITTED = "rows of its training split fitted the stance function"
STANCE_SETS = (
    DataSet(
        name="gwsd",
        path="eval/stance_gwsd_train.parquet",
        split="train",
        origin="yiweiluo/GWStance@7c44811",
        group="text",
        seen="1,000 of these rows fitted the stance function",
    ),
    DataSet(
        name="seesaw-dev",
        path="eval/stance_seesaw_train_dev.parquet",
        split="dev",
        licence="CC BY-NC-SA 4.0",
        origin="launchnlp/SEESAW@aeb7bac",
        group="story_id",
    ),
    DataSet(
        name="perspectrum-dev",
        path="eval/stance_perspectrum_train_dev.parquet",
        split="dev",
        licence="CC BY-SA 4.0",
        origin="CogComp/perspectrum@b42c27b",
        group="claim_id",
        seen=_FITTED,
    ),
    DataSet(
        name="vast-dev",
        path="eval/stance_vast_train10_dev.parquet",
        split="dev",
        origin="emilyallaway/zero-shot-stance@e7c4775",
        group="target",
        seen=_FITTED,
    ),
    DataSet(
        name="newsmtsc-dev",
        path="eval/stance_newsmtsc_train_dev.parquet",
        split="dev",
        licence="MIT",
        origin="fhamborg/NewsMTSC@b9d9b79",
        group="text",
    ),
    DataSet(
        name="pstance-dev",
        path="eval/stance_pstance_train_dev.parquet",
        split="dev",
        licence="MIT",
        origin="kayzhou/PStance@8890db1",
        group="text",
    ),
    DataSet(
        name="semeval2016-train",
        path="eval/stance_semeval2016_train.parquet",
        split="train",
        licence="research use",
        origin="prajwal1210/Stance-Detection-in-Web-and-Social-Media@c646b50",
        group="text",
        kept_out=5,
    ),
)

POLNEAR = DataSet(
    name="polnear-dev",
    path="eval/attribution_polnear_docs.parquet",
    split="dev",
    origin="networkdynamics/PolNeAR@c3eee83",
    group="doc_id",
)
POLNEAR_ATTRIBUTIONS = "eval/attribution_polnear_attributions.parquet"

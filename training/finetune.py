# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "torch==2.13.0",
#   "transformers==5.23.0",
#   "accelerate==1.15.0",
#   "datasets==5.2.0",
#   "pillow==13.0.0",
#   "safetensors==0.8.0",
# ]
# ///
"""Fine-tune an image classifier and keep what an embedding animation needs.

One run folder comes out, in the Hugging Face Trainer's own layout:

    <output>/checkpoint-0/         the untouched model, before the first step
    <output>/checkpoint-<step>/    config.json, model.safetensors, preprocessor_config.json, trainer_state.json
    <output>/log.csv               one row a logged step, no header: loss, learning_rate, epoch
    <output>/trainer_state.json    the history of the whole run, held-out accuracy included

With no arguments it is the article's run: google/vit-base-patch16-224-in21k on CIFAR-10.

    uv run training/finetune.py --output content/runs/cifar10

A training that is interrupted can't be resumed, because checkpoints hold no optimizer, but what it left is a run: each
checkpoint has its own trainer_state.json until the end joins them. Only the newest may be incomplete.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from pathlib import Path

import numpy as np
import torch
from datasets import ClassLabel, Dataset, DatasetDict, Image, load_dataset
from safetensors.torch import load_file, save_file
from transformers import (
    AutoConfig,
    AutoImageProcessor,
    AutoModelForImageClassification,
    Trainer,
    TrainerCallback,
    TrainingArguments,
    set_seed,
)

# Decoded training pixels are kept in memory up to this size; above it every image is decoded each time.
PIXELS_IN_MEMORY_BYTES = 4 * 1024**3
# What a training writes; a run.yaml may wait in the folder for it.
RUN_FILES = ("checkpoint-*", "log.csv", "trainer_state.json")
STORAGE_DTYPES = {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}


def parse_arguments() -> argparse.Namespace:
    p = argparse.ArgumentParser(
        description=__doc__.split("\n\n")[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    p.add_argument("--model", default="google/vit-base-patch16-224-in21k", help="hub id or local folder of the base model")
    p.add_argument("--from-scratch", action="store_true", help="take --model's configuration only and start from random weights")
    p.add_argument("--dataset", default="uoft-cs/cifar10", help="hub id, a folder of Parquet files, or an image folder (label/file.png, or with metadata.csv, .jsonl or .parquet)")
    p.add_argument("--train-split", default="train")
    p.add_argument("--eval-split", default="test")
    p.add_argument("--image-column", help="default: the first column of images")
    p.add_argument("--label-column", help="default: the first column of class labels, else `label`")
    p.add_argument("--output", type=Path, required=True, help="the run folder; it must hold no training yet")
    p.add_argument("--epochs", type=float, default=3)
    p.add_argument("--batch-size", type=int, default=32)
    p.add_argument("--eval-batch-size", type=int, default=128)
    p.add_argument("--learning-rate", type=float, default=2e-4)
    p.add_argument("--scheduler", default="linear", help="a transformers scheduler name: linear, cosine, constant …")
    p.add_argument("--warmup-steps", type=int, default=0)
    p.add_argument("--weight-decay", type=float, default=0.0)
    p.add_argument("--label-smoothing", type=float, default=0.0)
    p.add_argument("--save-steps", type=int, default=20, help="a checkpoint every so many steps …")
    p.add_argument("--save-at", help="… or at these steps, comma-separated; the last step is always kept")
    p.add_argument("--storage-dtype", choices=STORAGE_DTYPES, default="fp32", help="dtype of the stored weights")
    p.add_argument("--augment", action="store_true", help="mirror and shift training images at random")
    p.add_argument("--shift", type=float, default=0.125, help="largest shift of --augment, as a share of the side")
    p.add_argument("--no-mirror", action="store_true", help="--augment without mirroring")
    p.add_argument("--compile", action="store_true", help="torch.compile the model; pays off for long runs")
    p.add_argument("--max-steps", type=int, default=-1, help="stop after so many steps, whatever --epochs says")
    p.add_argument("--seed", type=int, default=42)
    args = p.parse_args()
    if any(True for pattern in RUN_FILES for _ in args.output.glob(pattern)):
        p.error(f"{args.output} holds a training already: choose another --output, or remove its checkpoints and logs first")
    if args.save_at:
        try:
            args.save_at = sorted({int(s) for s in args.save_at.split(",")})
        except ValueError:
            p.error(f"--save-at takes whole numbers separated by commas, not {args.save_at!r}")
    return args


def load_splits(args: argparse.Namespace) -> DatasetDict:
    """Training and evaluation split, with the image column named `image` and the class column `label`."""
    folder = Path(args.dataset)
    if not folder.is_dir():
        splits = load_dataset(args.dataset)
    elif tables := find_tables(folder):
        files = {split: [str(f) for f in tables if split_of(f) == split] for split in (args.train_split, args.eval_split)}
        splits = load_dataset("parquet", data_files={split: found for split, found in files.items() if found})
    else:
        splits = load_dataset("imagefolder", data_dir=str(folder), drop_labels=False)
    missing = {args.train_split, args.eval_split} - set(splits)
    if missing:
        raise SystemExit(f"{args.dataset} has no split {', '.join(sorted(missing))}; it has {', '.join(splits)}")
    wanted = DatasetDict(train=splits[args.train_split], test=splits[args.eval_split])
    features = wanted["train"].features
    image = args.image_column or next((n for n, f in features.items() if isinstance(f, Image)), "image")
    label = args.label_column or next((n for n, f in features.items() if isinstance(f, ClassLabel)), "label")
    for column, option in ((image, "--image-column"), (label, "--label-column")):
        if column not in features:
            raise SystemExit(f"{args.dataset} has no column {column}; name one of these as {option}: {', '.join(features)}")
    wanted = wanted.select_columns([image, label])
    if not isinstance(features[image], Image):
        wanted = wanted.cast_column(image, Image())
    for old, new in ((image, "image"), (label, "label")):
        if old != new:
            wanted = wanted.rename_column(old, new)
    return wanted if isinstance(features[label], ClassLabel) else encode_labels(wanted)


def find_tables(folder: Path) -> list[Path]:
    """Parquet files that hold images; a `metadata.parquet` holds the labels of images beside it."""
    return sorted(f for f in folder.rglob("*.parquet") if f.name != "metadata.parquet")


def split_of(file: Path) -> str:
    """`train` for train-00000-of-00003.parquet, train.parquet, and train/0000.parquet."""
    shard = re.fullmatch(r"(.+)-\d+-of-\d+(-[0-9a-f]{16})?", file.stem)
    numbered = re.fullmatch(r"(part-)?\d+([-.].*)?", file.stem)
    return shard[1] if shard else file.parent.name if numbered else file.stem


def encode_labels(splits: DatasetDict) -> DatasetDict:
    """Texts, numbers and truth values as classes, the same in all splits: a metadata file's labels are not encoded."""
    values = {value for rows in splits.values() for value in rows.unique("label")}
    if None in values:
        raise SystemExit("an image has no label")
    classes = ClassLabel(names=sorted(str(value) for value in values))
    features = splits["train"].features.copy()
    features["label"] = classes
    return splits.map(lambda label: {"label": classes.str2int(str(label))}, input_columns="label", features=features)


class Pixels(torch.utils.data.Dataset):
    """Images resized and cropped as the model's processor does it, still 8-bit: rescaling waits for the batch."""

    def __init__(self, rows: Dataset, processor):
        self.rows, self.processor = rows, processor
        first = self._pixels(0)
        self.cached = None
        if len(rows) * first.numel() <= PIXELS_IN_MEMORY_BYTES:
            self.cached = torch.stack([self._pixels(i) for i in range(len(rows))])
        self.labels = rows["label"][:]

    def _pixels(self, i: int) -> torch.Tensor:
        image = self.rows[i]["image"].convert("RGB")
        pixels = self.processor(image, do_rescale=False, do_normalize=False)["pixel_values"][0]
        return torch.as_tensor(np.asarray(pixels)).to(torch.uint8)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, i: int) -> dict:
        return {"pixels": self._pixels(i) if self.cached is None else self.cached[i], "label": self.labels[i]}


class Collator:
    """Stacks a batch, augments it when asked, and rescales and normalises it as the processor would."""

    def __init__(self, processor, shift: float = 0.0, mirror: bool = False):
        as_tensor = lambda v: torch.tensor(v, dtype=torch.float32).reshape(1, -1, 1, 1)
        self.scale = processor.rescale_factor if processor.do_rescale else 1.0
        self.mean = as_tensor(processor.image_mean) if processor.do_normalize else torch.zeros(1)
        self.std = as_tensor(processor.image_std) if processor.do_normalize else torch.ones(1)
        self.shift, self.mirror = shift, mirror

    def __call__(self, rows: list[dict]) -> dict:
        pixels = torch.stack([r["pixels"] for r in rows])
        if self.shift:
            pixels = self._shift(pixels)
        if self.mirror:
            flip = torch.rand(len(pixels)) < 0.5
            pixels[flip] = pixels[flip].flip(-1)
        values = (pixels.float() * self.scale - self.mean) / self.std
        return {"pixel_values": values, "labels": torch.tensor([r["label"] for r in rows])}

    def _shift(self, pixels: torch.Tensor) -> torch.Tensor:
        n, _, height, width = pixels.shape
        most = max(1, round(self.shift * width))
        padded = torch.nn.functional.pad(pixels.float(), (most,) * 4, mode="replicate").to(torch.uint8)
        tops, lefts = torch.randint(0, 2 * most + 1, (2, n)).tolist()
        return torch.stack([p[:, t : t + height, l : l + width] for p, t, l in zip(padded, tops, lefts)])


class LossLog(TrainerCallback):
    """Writes the article's log.csv: a row for each training log, no header: loss, learning_rate, epoch.

    Rows are told apart by their keys, not counted: the Trainer has added `grad_norm` since the article was
    written, and evaluation and summary rows pass here too. The dict belongs to the Trainer and stays as it is.
    """

    def __init__(self, path: Path):
        self.path = path

    def on_log(self, args, state, control, logs=None, **kwargs):
        if logs and state.is_world_process_zero and {"loss", "learning_rate", "epoch"} <= logs.keys():
            with self.path.open("a", newline="") as file:
                csv.writer(file).writerow([f"{logs[key]:.6g}" for key in ("loss", "learning_rate", "epoch")])


class SaveAt(TrainerCallback):
    """Saves and evaluates at the given global steps, and at the last one."""

    def __init__(self, steps: list[int]):
        self.steps = set(steps)

    def on_step_end(self, args, state, control, **kwargs):
        if state.global_step in self.steps or state.global_step >= state.max_steps:
            control.should_save = control.should_evaluate = True
        return control


class Compact(TrainerCallback):
    """Leaves in each checkpoint what can be published: weights in the storage dtype, no pickles."""

    def __init__(self, dtype: torch.dtype):
        self.dtype = dtype

    def on_save(self, args, state, control, **kwargs):
        if state.is_world_process_zero:
            compact_checkpoint(Path(args.output_dir) / f"checkpoint-{state.global_step}", self.dtype)


def compact_checkpoint(folder: Path, dtype: torch.dtype) -> None:
    for pickle in folder.glob("*.bin"):
        pickle.unlink()
    for pickle in folder.glob("rng_state*.pth"):
        pickle.unlink()
    for file in folder.glob("*.safetensors"):
        tensors = {name: t.to(dtype) if t.is_floating_point() else t for name, t in load_file(file).items()}
        save_file(tensors, file, metadata={"format": "pt"})


def make_model(args: argparse.Namespace, names: list[str]):
    labels = {"num_labels": len(names), "id2label": dict(enumerate(names)), "label2id": {n: i for i, n in enumerate(names)}}
    if args.from_scratch:
        return AutoModelForImageClassification.from_config(AutoConfig.from_pretrained(args.model, **labels))
    return AutoModelForImageClassification.from_pretrained(args.model, ignore_mismatched_sizes=True, **labels)


def accuracy(prediction) -> dict[str, float]:
    return {"accuracy": float((prediction.predictions.argmax(-1) == prediction.label_ids).mean())}


def save_untouched(trainer: Trainer, dtype: torch.dtype) -> None:
    """checkpoint-0: the model before its first step, with its held-out accuracy."""
    folder = Path(trainer.args.output_dir) / "checkpoint-0"
    trainer.save_model(str(folder))
    metrics = trainer.evaluate()
    state = {"global_step": 0, "epoch": 0.0, "log_history": [{**metrics, "epoch": 0.0, "step": 0}]}
    (folder / "trainer_state.json").write_text(json.dumps(state, indent=2) + "\n")
    compact_checkpoint(folder, dtype)


def finish(trainer: Trainer, output: Path) -> None:
    """Keeps one history, the run folder's, with checkpoint-0's row in front: those of the checkpoints are parts of it."""
    first = json.loads((output / "checkpoint-0" / "trainer_state.json").read_text())["log_history"]
    trainer.state.log_history = first + [row for row in trainer.state.log_history if row["step"] > 0]
    trainer.save_state()
    history = output / "trainer_state.json"
    history.write_text(json.dumps(json.loads(history.read_text()), separators=(",", ":")) + "\n")
    for part in output.glob("checkpoint-*/trainer_state.json"):
        part.unlink()


def main() -> None:
    args = parse_arguments()
    set_seed(args.seed)
    splits = load_splits(args)
    # The Pillow backend is the reference that embeddings are checked against.
    processor = AutoImageProcessor.from_pretrained(args.model, use_fast=False)
    augmented = {"shift": args.shift, "mirror": not args.no_mirror} if args.augment else {}
    train_collator, eval_collator = Collator(processor, **augmented), Collator(processor)

    class RunTrainer(Trainer):
        """Evaluates on every image, without augmentation; the Trainer would apply the training batches' rules."""

        def get_eval_dataloader(self, *a, **k):
            drop_last, self.args.dataloader_drop_last = self.args.dataloader_drop_last, False
            self.data_collator = eval_collator
            try:
                return super().get_eval_dataloader(*a, **k)
            finally:
                self.data_collator = train_collator
                self.args.dataloader_drop_last = drop_last

    args.output.mkdir(parents=True, exist_ok=True)
    by_list = bool(args.save_at)
    cadence = {"strategy": "no"} if by_list else {"strategy": "steps", "steps": args.save_steps}
    trainer = RunTrainer(
        model=make_model(args, splits["train"].features["label"].names),
        args=TrainingArguments(
            output_dir=str(args.output),
            num_train_epochs=args.epochs,
            max_steps=args.max_steps,
            per_device_train_batch_size=args.batch_size,
            per_device_eval_batch_size=args.eval_batch_size,
            learning_rate=args.learning_rate,
            lr_scheduler_type=args.scheduler,
            warmup_steps=args.warmup_steps,
            weight_decay=args.weight_decay,
            label_smoothing_factor=args.label_smoothing,
            save_strategy=cadence["strategy"],
            eval_strategy=cadence["strategy"],
            **({} if by_list else {"save_steps": args.save_steps, "eval_steps": args.save_steps}),
            save_only_model=True,
            save_total_limit=None,
            logging_steps=1,
            report_to="none",
            remove_unused_columns=False,
            label_names=["labels"],
            torch_compile=args.compile,
            dataloader_drop_last=args.compile,
            seed=args.seed,
            data_seed=args.seed,
        ),
        data_collator=train_collator,
        train_dataset=Pixels(splits["train"], processor),
        eval_dataset=Pixels(splits["test"], processor),
        processing_class=processor,
        compute_metrics=accuracy,
        callbacks=[
            LossLog(args.output / "log.csv"),
            SaveAt(args.save_at or []),
            Compact(STORAGE_DTYPES[args.storage_dtype]),
        ],
    )
    save_untouched(trainer, STORAGE_DTYPES[args.storage_dtype])
    trainer.train()
    finish(trainer, args.output)
    scores = [row["eval_accuracy"] for row in trainer.state.log_history if "eval_accuracy" in row]
    print(f"held-out accuracy: first {scores[0]:.4f}, last {scores[-1]:.4f}, best {max(scores):.4f}")


if __name__ == "__main__":
    main()

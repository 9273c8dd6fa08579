"""Logs that the Trainer of transformers writes: `trainer_state.json` of each checkpoint, and of the folder, as they are.

One folder for each way in which a folder comes about:

    whole     one training of 8 steps
    again     the same folder, then trained into again for 4 steps with another seed
    resumed   4 steps, then resumed from checkpoint-4 up to 8
    branched  8 steps, then resumed from checkpoint-4 with another learning rate and stopped at 6
    best      `load_best_model_at_end`, and an evaluation of the best model after the training
    sets      two evaluation sets
    start     evaluated before the training by hand, as training/finetune.py does
    diverged  a learning rate at which the loss becomes NaN

Usage: python make-trainer-logs.py   (transformers, torch, accelerate; some seconds on a CPU)
"""

import json
import math
import shutil
import tempfile
from pathlib import Path

import torch
from transformers import Trainer, TrainingArguments, ViTConfig, ViTForImageClassification, set_seed

OUT = Path(__file__).parent / "trainer-logs"
CONFIG = dict(hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8, image_size=8, patch_size=4, num_labels=2)


class Noise(torch.utils.data.Dataset):
    def __init__(self, count, seed):
        self.generator = torch.Generator().manual_seed(seed)
        self.pixels = torch.randn(count, 3, 8, 8, generator=self.generator)
        self.labels = torch.randint(0, 2, (count,), generator=self.generator)

    def __len__(self):
        return len(self.pixels)

    def __getitem__(self, index):
        return {"pixel_values": self.pixels[index], "labels": self.labels[index]}


def accuracy(predicted):
    return {"accuracy": float((predicted.predictions.argmax(-1) == predicted.label_ids).mean())}


def train(folder, steps, *, seed=1, resume=None, evaluation=None, first=False, **changes):
    set_seed(seed)
    arguments = TrainingArguments(
        str(folder),
        max_steps=steps,
        per_device_train_batch_size=4,
        logging_steps=1,
        eval_strategy="steps",
        eval_steps=2,
        save_steps=2,
        report_to=[],
        use_cpu=True,
        seed=seed,
        disable_tqdm=True,
        **{"learning_rate": 1e-3, **changes},
    )
    trainer = Trainer(
        ViTForImageClassification(ViTConfig(**CONFIG)),
        arguments,
        train_dataset=Noise(16, 5),
        eval_dataset=evaluation or Noise(8, 6),
        compute_metrics=accuracy,
    )
    if first:
        metrics = trainer.evaluate()
        (folder / "checkpoint-0").mkdir(parents=True)
        state = {"epoch": 0.0, "global_step": 0, "log_history": [{**metrics, "epoch": 0.0, "step": 0}]}
        (folder / "checkpoint-0" / "trainer_state.json").write_text(json.dumps(state, indent=2) + "\n")
    trainer.train(resume_from_checkpoint=resume and str(folder / resume))
    return trainer


def keep(name, folder):
    shutil.rmtree(OUT / name, ignore_errors=True)
    for file in sorted(folder.glob("**/trainer_state.json")):
        target = OUT / name / file.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(file.read_text().replace(str(folder), "output"))


def main():
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        train(root / "whole", 8).save_state()
        keep("whole", root / "whole")
        train(root / "whole", 4, seed=2).save_state()
        keep("again", root / "whole")
        train(root / "resumed", 4)
        train(root / "resumed", 8, resume="checkpoint-4").save_state()
        keep("resumed", root / "resumed")
        train(root / "branched", 8)
        train(root / "branched", 6, resume="checkpoint-4", learning_rate=1e-2).save_state()
        keep("branched", root / "branched")
        best = train(
            root / "best", 8, learning_rate=0.1, load_best_model_at_end=True, metric_for_best_model="eval_loss", greater_is_better=False
        )
        best.evaluate()
        best.save_state()
        keep("best", root / "best")
        train(root / "sets", 4, evaluation={"test": Noise(8, 6), "shifted": Noise(8, 7)}).save_state()
        keep("sets", root / "sets")
        train(root / "start", 4, first=True)
        keep("start", root / "start")
        diverged = train(root / "diverged", 8, learning_rate=1e30, logging_nan_inf_filter=False)
        diverged.save_state()
        assert any(math.isnan(row.get("loss", 0)) for row in diverged.state.log_history)
        keep("diverged", root / "diverged")


if __name__ == "__main__":
    main()

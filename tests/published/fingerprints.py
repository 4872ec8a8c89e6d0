"""What the pattern of each preset measures, over ten seeds.

    python tests/published/fingerprints.py            make all anew (a quarter of an hour)
    python tests/published/fingerprints.py NAME …     make these anew

Kept are the measures of every run. One more seed falls with 99.9 % into the prediction
interval of Student, mean ± t s √(1 + 1/n), of the logarithm for activities.
Where a pattern died in some runs, the intervals are of those where it lived.
"""

import json
import sys
from pathlib import Path

import numpy as np
import scipy.stats

import rdkit_nn as rd
from rdkit_nn import analysis, presets

KEPT = Path(__file__).with_suffix(".json")
PORTRAITS = Path(presets.__file__).with_name("portraits.npz")
SEEDS = range(10)
OF_PATTERNS = ("variation", "wavelength", "euler")  # not of what died
MEASURES = ("mean", *OF_PATTERNS, "activity")
FAINT = 1e-3  # contrast, as a share of the mean, below which there is no pattern


def finished(name, seed, frames=2):
    """The last frames of a preset's pattern, a four hundredth of its run apart."""
    told = presets.get(name)
    apart = max(1, told.steps // 400)
    before = told.steps - apart * (frames - 1)
    run = rd.simulate(told.flow, told.initial(seed), before, before)
    end = rd.simulate(told.flow, run.isel(time=-1), told.steps - before, apart)
    return end["v" if "gray_scott" in repr(told.flow) else next(iter(end))]


def measured(field):
    """Measures of the last frame, and of how it came from the one before."""
    frame = field[-1]
    found = {
        "mean": float(frame.mean()),
        "variation": float(analysis.variation(frame)),
        "wavelength": float(analysis.wavelength(frame)),
        "euler": float(analysis.euler_number(frame)),
        "activity": float(analysis.activity(field)[-1]),
    }
    contrast = float(analysis.contrast(frame))
    found["alive"] = contrast > FAINT * max(abs(found["mean"]), 1e-3)
    return {key: float(f"{value:.6g}") for key, value in found.items()}


def interval(values, logarithmic=False):
    """Where one more value falls with 99.9 %."""
    told = np.log(values) if logarithmic else np.asarray(values, dtype=float)
    n, mean, spread = len(told), told.mean(), told.std(ddof=1)
    # Six figures are kept, and rounding may differ from machine to machine.
    half = scipy.stats.t.ppf(0.9995, n - 1) * spread * np.sqrt(1 + 1 / n)
    half = max(half, 1e-4 * abs(mean), 1e-12)
    ends = mean - half, mean + half
    return tuple(np.exp(ends)) if logarithmic else ends


def intervals(runs):
    """By measure; none for patterns where most runs have none."""
    alive = [run for run in runs if run["alive"]]
    told = {}
    for measure in MEASURES:
        some = alive if len(alive) > len(runs) / 2 else runs
        if measure in OF_PATTERNS and some is runs and not alive:
            continue
        values = [run[measure] for run in some]
        spread = measure == "activity" and min(values) > 0
        told[measure] = interval(values, logarithmic=spread)
    return told


def kept():
    """Measures of all runs, by preset."""
    return json.loads(KEPT.read_text()) if KEPT.exists() else {}


def keep(name, runs):
    """Put the measures of all runs of a preset beside the others."""
    told = kept() | {name: runs}
    lines = [
        f'"{n}": [\n' + ",\n".join(map(json.dumps, told[n])) + "\n]"
        for n in presets.names()
        if n in told
    ]
    KEPT.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def keep_portraits(name, portraits):
    """Put the portraits of a preset's living patterns beside those of the others."""
    told = {}
    if PORTRAITS.exists():
        told = dict(np.load(PORTRAITS, allow_pickle=False))
    measures = told["measure"] if told else portraits[0].measure.values.astype(str)
    rows = [p.values.astype("float32") for p in portraits]
    new = {
        "portrait": np.array(rows, "float32").reshape(len(rows), len(measures)),
        "label": np.full(len(rows), name),
        "seed": np.array([int(p.seed) for p in portraits], dtype=int),
    }
    if told:
        others = told["label"] != name
        new = {k: np.concatenate([told[k][others], v]) for k, v in new.items()}
    np.savez_compressed(PORTRAITS, measure=measures, **new)


def main(names):
    """Make fingerprints and portraits, and keep each as soon as it is known."""
    for name in names or presets.names():
        fields = [finished(name, seed) for seed in SEEDS]
        runs = [measured(field) for field in fields]
        keep(name, runs)
        last = [field[-1].drop_vars(["time", "step"]) for field in fields]
        portraits = [
            analysis.portrait(frame).assign_coords(seed=seed)
            for seed, frame, run in zip(SEEDS, last, runs)
            if run["alive"]
        ]
        keep_portraits(name, portraits)
        print(name, intervals(runs), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])

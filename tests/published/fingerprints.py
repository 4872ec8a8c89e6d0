"""What the pattern of each preset measures, over ten seeds.

    python tests/published/fingerprints.py            make all anew (half an hour)
    python tests/published/fingerprints.py NAME …     make these anew

For each preset and measure: the mean over seeds, and the interval in which one more seed
falls with 99.9 % (Student's prediction interval, mean ± t s √(1 + 1/n)). Where a pattern
died in some runs, the intervals are of those where it lived, and `alive` is their share.
"""

import json
import sys
from pathlib import Path

import numpy as np
import scipy.stats

import rdkit_nn as rd
from rdkit_nn import analysis, presets

KEPT = Path(__file__).with_suffix(".json")
SEEDS = range(10)
MEASURES = ("mean", "variation", "wavelength", "euler", "activity")
FAINT = 1e-3  # contrast, as a share of the mean, below which there is no pattern


def fingerprint(name, seed, flow=None):
    """Run a preset; measure its last frame."""
    told = presets.get(name)
    flow = told.flow if flow is None else flow
    last = max(1, told.steps // 400)
    run = rd.simulate(flow, told.begin(seed), told.steps - last, told.steps - last)
    end = rd.simulate(flow, run.isel(time=-1), last, last)
    field = end["v" if "gray_scott" in repr(told.flow) else next(iter(end))]
    frame = field[-1]
    found = {
        "mean": float(frame.mean()),
        "contrast": float(analysis.contrast(frame)),
        "variation": float(analysis.variation(frame)),
        "activity": float(analysis.activity(field)[-1]),
        "wavelength": float(analysis.wavelength(frame)),
        "euler": float(analysis.euler_number(frame)),
    }
    found["alive"] = found["contrast"] > FAINT * max(abs(found["mean"]), 1e-3)
    return found


def interval(values):
    """Mean, and where one more value falls with 99.9 %."""
    n, mean = len(values), float(np.mean(values))
    spread = float(np.std(values, ddof=1)) if n > 1 else float("nan")
    half = float(scipy.stats.t.ppf(0.9995, n - 1)) * spread * np.sqrt(1 + 1 / n)
    return [mean, mean - half, mean + half]


def made(name):
    """Fingerprint of a preset over all seeds."""
    runs = [fingerprint(name, seed) for seed in SEEDS]
    alive = [run for run in runs if run["alive"]]
    told = {"seeds": len(runs), "alive": len(alive) / len(runs)}
    for measure in MEASURES:
        some = alive if len(alive) > 2 else [] if measure in MEASURES[1:4] else runs
        if some:
            told[measure] = [
                float(f"{x:.6g}") for x in interval([r[measure] for r in some])
            ]
    return told


def main(names):
    """Make fingerprints and keep each as soon as it is known."""
    for name in names or presets.names():
        kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
        kept[name] = made(name)
        ordered = {n: kept[n] for n in presets.names() if n in kept}
        KEPT.write_text(json.dumps(ordered, indent=1) + "\n")
        print(name, kept[name], flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])

"""Runs written down in a TOML file: read strictly, every key known by name."""

from __future__ import annotations

import inspect
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from .. import initial, methods, models, presets
from ..flow import Flow
from ..grid import Grid
from ..sweeping import latin_hypercube, sobol
from ..terms import Diffusion, Noise, Term, law

INITIAL: dict[str, Callable] = {
    "uniform": initial.uniform,
    "noise": initial.noise,
    "patch": initial.patch,
    "patches": initial.patches,
    "halves": initial.halves,
}
TABLES = (
    "run",
    "model",
    "law",
    "diffusion",
    "noise",
    "grid",
    "method",
    "initial",
    "sweep",
)
RUN = ("preset", "steps", "every", "save", "store", "device", "checkpoint", "workers")
SAMPLES = {"latin_hypercube": latin_hypercube, "sobol": sobol}


MODELS = tuple(
    name
    for name in models.__all__
    if inspect.isfunction(maker := getattr(models, name))
    and inspect.signature(maker).return_annotation in (Term, "Term")
)  # and not the kinetics that they are made of


class Unreadable(ValueError):
    """A file that does not say what is to be done."""


@dataclass(frozen=True)
class Recipe:
    """What a file asks for.

    Args:
        told: Its tables.
    """

    told: Mapping[str, Any]

    def __repr__(self) -> str:
        """What decides the bits, and not where they go."""
        what = {k: v for k, v in self.told.items() if k not in ("run", "sweep")}
        return f"Recipe({what!r}, {self.run.get('preset', '')!r})"

    @property
    def run(self) -> Mapping[str, Any]:
        """The table of the run."""
        return self.told["run"]

    @property
    def steps(self) -> int:
        """How many; a preset knows."""
        if "steps" in self.run:
            return self.run["steps"]
        return presets.get(self.run["preset"]).steps

    @property
    def options(self) -> dict[str, Any]:
        """What `simulate` and `sweep` share."""
        return {k: self.run[k] for k in ("every", "save") if k in self.run}

    def build(self, **point: Any) -> Flow:
        """Flow, some of whose parameters are told by name."""
        device = self.run.get("device", "cpu")
        if "preset" in self.run:
            flow = presets.get(self.run["preset"]).flow
            return Flow(flow.term, flow.method, device)
        term: Any = None
        for part in self._terms(point):
            term = part if term is None else term + part
        told = {**self.told["method"], **{k: point[k] for k in ("dt",) if k in point}}
        return Flow(term, getattr(methods, told.pop("name"))(**told), device)

    def _terms(self, point: Mapping[str, Any]) -> list[Term]:
        found: list[Term] = []
        if "model" in self.told:
            told = dict(self.told["model"])
            maker = getattr(models, told.pop("name"))
            found.append(maker(**{**told, **_named(point, _keys(maker))}))
        if "law" in self.told:
            told = dict(self.told["law"])
            numbers = told.pop("parameters", {})
            made = law(**told)
            known = made.law.parameters  # type: ignore[attr-defined]
            found.append(made(**{**numbers, **_named(point, known)}))
        if "diffusion" in self.told:
            told = dict(self.told["diffusion"])
            found.append(
                Diffusion(**{**told, **_named(point, [f"D{n}" for n in told], 1)})
            )
        if "noise" in self.told:
            found.append(Noise(**{**self.told["noise"], **_named(point, ["seed"])}))
        return found

    def initial(self, **point: Any) -> xr.Dataset:
        """Initial state."""
        seed = point.get("seed")
        if "preset" in self.run:
            own = self.told.get("initial", {}).get("seed", 0)
            return presets.get(self.run["preset"]).initial(
                own if seed is None else seed
            )
        told = dict(self.told["initial"])
        maker = INITIAL[told.pop("kind")]
        if seed is not None and "seed" in _keys(maker):
            told["seed"] = seed
        return maker(Grid(**_tuples(self.told["grid"])), **told)

    @property
    def over(self) -> Any:
        """Where the sweep goes.

        Raises:
            Unreadable: If the file has no table for it, or sweeps what nothing takes.
        """
        if "sweep" not in self.told:
            raise Unreadable("The file has no table [sweep].")
        told = dict(self.told["sweep"])
        sample, n, seed = (told.pop(k, None) for k in ("sample", "n", "sample_seed"))
        _known("sweep", told, self.parameters)
        if sample is None:
            return {name: _values(name, given) for name, given in told.items()}
        if sample not in SAMPLES:
            raise Unreadable(
                f"`sample` is one of {', '.join(SAMPLES)}, not {sample!r}."
            )
        ranges = {name: (given["from"], given["to"]) for name, given in told.items()}
        return SAMPLES[sample](ranges, n=n, seed=seed or 0)

    @property
    def parameters(self) -> tuple[str, ...]:
        """What may be swept."""
        if "preset" in self.run:
            return ("seed",)
        found = ["seed"]
        if "model" in self.told:
            found += _keys(getattr(models, self.told["model"]["name"]))
        if "law" in self.told:
            texts = {k: v for k, v in self.told["law"].items() if k != "parameters"}
            found += law(**texts).law.parameters  # type: ignore[attr-defined]
        found += [f"D{name}" for name in self.told.get("diffusion", {})]
        return tuple(found)


def read(path: str | Path) -> Recipe:
    """Read a file.

    Raises:
        Unreadable: If it is no TOML, or says what nobody understands.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"{path} cannot be read: {error}.") from None
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Unreadable(f"{path} is no TOML: {error}.") from None
    try:
        return _checked(told)
    except Unreadable as error:
        raise Unreadable(f"{path}: {error}") from None


def _checked(told: dict[str, Any]) -> Recipe:
    _known("file", told, TABLES)
    for name, table in told.items():
        if not isinstance(table, dict):
            raise Unreadable(f"`{name}` is a table: write [{name}] above its keys.")
    _known("run", told.setdefault("run", {}), RUN)
    if "preset" in told["run"]:
        if told["run"]["preset"] not in presets.names():
            raise Unreadable(
                f"there is no preset {told['run']['preset']!r}; there are "
                f"{', '.join(presets.names())}."
            )
        more = [t for t in told if t not in ("run", "initial", "sweep")]
        if more:
            raise Unreadable(
                f"a preset knows its {', '.join(more)}; leave the table out."
            )
        _known("initial", told.get("initial", {}), ("seed",))
        return Recipe(told)
    if "steps" not in told["run"]:
        raise Unreadable("[run] needs `steps`.")
    for need in ("grid", "method", "initial"):
        if need not in told:
            raise Unreadable(f"the table [{need}] is missing, or [run] a `preset`.")
    if not {"model", "law", "diffusion"} & set(told):
        raise Unreadable(
            "nothing moves: a table [model], [law] or [diffusion] is missing."
        )
    _checked_call("model", told, models, MODELS)
    _checked_call("method", told, methods, methods.__all__)
    _known("grid", told["grid"], _keys(Grid))
    kind = told["initial"].get("kind")
    if kind not in INITIAL:
        raise Unreadable(
            f"the `kind` of [initial] is one of {', '.join(INITIAL)}, not {kind!r}."
        )
    recipe = Recipe(told)
    try:
        term = recipe.build().term
    except (TypeError, ValueError) as error:
        raise Unreadable(str(error)) from None
    maker = INITIAL[kind]
    takes = any(p.kind is p.VAR_KEYWORD for p in _signature(maker))
    species = dict.fromkeys((*term.inputs, *term.variables)) if takes else ()
    _known("initial", told["initial"], ("kind", *_keys(maker), *species))
    return recipe


def _checked_call(name: str, told: dict, room: Any, there: Any) -> None:
    """Check a table that names something of a room, and its arguments."""
    if name not in told:
        return
    what = told[name].get("name")
    if what not in there:
        raise Unreadable(
            f"the `name` of [{name}] is one of {', '.join(there)}, not {what!r}."
        )
    _known(name, told[name], ("name", *_keys(getattr(room, what))))


def _known(where: str, given: Mapping, known: Any) -> None:
    if unknown := [key for key in given if key not in known]:
        raise Unreadable(
            f"`{where}` has no key `{unknown[0]}`; it has {', '.join(known)}."
        )


def _signature(maker: Callable) -> list[inspect.Parameter]:
    return list(inspect.signature(maker).parameters.values())


def _keys(maker: Callable) -> list[str]:
    plain = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return [p.name for p in _signature(maker) if p.kind in plain and p.name != "grid"]


def _named(point: Mapping[str, Any], known: Any, cut: int = 0) -> dict[str, Any]:
    return {name[cut:]: value for name, value in point.items() if name in known}


def _tuples(told: Mapping[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in told.items()}


def _values(name: str, given: Any) -> Any:
    """Values of one swept parameter: a list, or {from, to, count}."""
    if isinstance(given, list):
        return given
    if isinstance(given, dict) and set(given) == {"from", "to", "count"}:
        return np.linspace(given["from"], given["to"], given["count"]).tolist()
    raise Unreadable(
        f"`{name}` of [sweep] is a list of values, or {{from = …, to = …, count = …}}."
    )

"""All terms that a sum may hold, and all that a term may stand in."""

from __future__ import annotations

import rdkit_nn as rd

from . import laws
from .registry import Slot, nesting, part

RATE = Slot(0.5, time=-1)
D = Slot(0.15, length=2, time=-1)
SPEED = Slot(0.4, length=1, time=-1, odd="x")
SIZE = Slot(1.3, unit=1)
GAIN = Slot(0.4, unit=1, time=-1)


# parts


@part("reaction with branches", "local source", 2, a=RATE, b=RATE, s=SIZE)
def _(c, u, v):
    return laws.switch(u, v)(a=c["a"], b=c["b"], s=c["s"])


@part("law", "local source", 2, a=RATE, b=Slot(0.3, time=-1, unit=-1), c=RATE)
def _(c, u, v):
    return rd.law(**{u: f"a*{u} - b*{u}**2 + c*{v}", v: f"a*({u} - {v})"})(
        a=c["a"], b=c["b"], c=c["c"]
    )


@part("law of functions", "local source", k=GAIN, s=SIZE)
def _(c, u):
    text = (
        f"k*(tanh({u}/s) - minimum({u}/s, 0.8)*where({u} > s, 0.3, 0.5)) - k*sin({u}/s)"
    )
    return rd.law(**{u: text})(k=c["k"], s=c["s"])


@part("law that is constant", "local source", k=GAIN)
def _(c, u):
    return rd.law(**{u: "k"})(k=c["k"])


@part("diffusion", "flux linear transport stencil", D=D)
def _(c, u):
    return c.place(rd.Diffusion(**{u: c["D"]}, stencil=c.stencil))


@part("diffusion of two", "flux linear transport stencil", 2, D=D, E=D)
def _(c, u, v):
    return c.place(rd.Diffusion(**{u: c["D"], v: c["E"]}, stencil=c.stencil))


@part("diffusion by axis", "flux transport", D_=D)
def _(c, u):
    return c.place(rd.Diffusion(**{u: c.by_axis("D_")}))


@part(
    "diffusion by a tensor",
    "flux transport",
    least=2,
    D_=D,
    M=Slot(0.06, length=2, time=-1, odd="yx"),
)
def _(c, u):
    return c.place(
        rd.Diffusion(**{u: {**c.by_axis("D_"), c.axis("x") + c.axis("y"): c["M"]}})
    )


@part("diffusion by a law", "flux transport", d=D, k=Slot(0.5, unit=-2))
def _(c, u):
    law = rd.law(**{u: f"d*(1 + k*{u}**2)"})(d=c["d"], k=c["k"])
    return c.place(rd.Diffusion(**{u: law}))


@part(
    "linear",
    "linear transport stencil source",
    c0=RATE,
    c1=D,
    c2=Slot(-0.02, length=4, time=-1),
)
def _(c, u):
    return c.place(rd.Linear(**{u: (c["c0"], c["c1"], c["c2"])}, stencil=c.stencil))


@part("advection", "flux transport flow", c_=SPEED)
def _(c, u):
    return c.place(rd.Advection(**{u: c.by_axis("c_", False)}))


@part("advection, central", "flux transport flow", c=SPEED)
def _(c, u):
    return c.place(rd.Advection(**{u: {c.axis("x"): c["c"]}}, scheme="central"))


@part(
    "cross-diffusion",
    "flux transport stencil",
    2,
    D=D,
    E=Slot(-0.05, length=2, time=-1),
)
def _(c, u, v):
    return c.place(rd.CrossDiffusion(**{u: {v: c["E"], u: c["D"]}}, stencil=c.stencil))


@part(
    "conserved",
    "flux transport stencil",
    a=RATE,
    b=Slot(0.3, time=-1, unit=-2),
    M=Slot(0.1, length=2),
)
def _(c, u):
    law = rd.law(**{u: f"a*{u} + b*{u}**3"})(a=c["a"], b=c["b"])
    return c.place(rd.Conserved(law, mobility=c["M"], stencil=c.stencil))


@part(
    "chemotaxis", "flux transport", 2, c=Slot(0.3, length=2, time=-1, unit=-1), s=SIZE
)
def _(c, u, v):
    law = rd.law(**{u: f"c*{u}/(1 + ({u}/s)**2)"})(c=c["c"], s=c["s"])
    return c.place(rd.Chemotaxis(law, up={u: v}))


@part(
    "chemotaxis, central", "flux transport", 2, c=Slot(-0.3, length=2, time=-1, unit=-1)
)
def _(c, u, v):
    law = rd.law(**{u: f"c*{u}"})(c=c["c"])
    return c.place(rd.Chemotaxis(law, up={u: v}, scheme="central"))


@part(
    "flux",
    "flux transport flow",
    c=SPEED,
    e=Slot(0.2, length=1, time=-1, unit=-1, odd="x"),
)
def _(c, u):
    law = rd.law(**{u: f"c*{u} + e*{u}**2"})(c=c["c"], e=c["e"])
    return c.place(rd.Flux(law, along={u: c.axis("x")}))


@part(
    "flux of a distant term",
    "flux transport flow",
    c=Slot(0.3, length=3, time=-1, unit=-1, odd="x"),
)
def _(c, u):
    inner = c.place(rd.SquaredGradient(**{u: c["c"]}))
    return c.place(rd.Flux(inner, along={u: c.axis("x")}))


@part("squared gradient", "", c=Slot(0.3, length=2, time=-1, unit=-1))
def _(c, u):
    return c.place(rd.SquaredGradient(**{u: c["c"]}))


@part(
    "convolution",
    "everywhere source",
    k=GAIN,
    s=SIZE,
    A=Slot(0.3, dims=-1, plain=True),
    l=Slot(0.9, length=1, plain=True),
)
def _(c, u):
    law = rd.law(**{u: f"k*tanh({u}/s)"})(k=c["k"], s=c["s"])
    kernel = f"{c['A']!r}*exp(-r/{c['l']!r})"
    return c.place(rd.Convolution(law, **{u: kernel}))


@part("network", "everywhere source", k=GAIN, s=SIZE)
def _(c, u):
    return rd.Network(rd.law(**{u: f"k*tanh({u}/s)"})(k=c["k"], s=c["s"]))


@part("network with weights", "everywhere graph source", k=GAIN, s=SIZE)
def _(c, u):
    law = rd.law(**{u: f"k*tanh({u}/s)"})(k=c["k"], s=c["s"])
    return rd.Network(law, c.weights(symmetric=False))


@part("graph diffusion", "everywhere graph graph-diffusion", D=RATE)
def _(c, u):
    return rd.GraphDiffusion(c.weights(symmetric=True), **{u: c["D"]})


@part("driven by a mean", "everywhere source", a=RATE, k=RATE, s=SIZE)
def _(c, u):
    drive = rd.Network(rd.law(**{u: f"k*{u}"})(k=c["k"]))
    return rd.Driven(laws.pull(u)(a=c["a"], k=c["k"], s=c["s"]), drive=drive)


@part(
    "driven by diffusion",
    "source stencil",
    2,
    a=Slot(0.6),
    s=Slot(1.5, unit=1, time=-1),
    D=D,
)
def _(c, u, v):
    drive = c.place(rd.Diffusion(**{v: c["D"]}, stencil=c.stencil))
    return rd.Driven(laws.squash(u)(a=c["a"], s=c["s"]), drive=drive)


@part("noise", "noise", a=Slot(0.1, dims=0.5, time=-0.5, unit=1))
def _(c, u):
    return rd.Noise(**{u: c["a"]}, seed=c.seed, stream=c.stream)


@part("multiplicative noise", "noise", g=Slot(0.1, dims=0.5, time=-0.5))
def _(c, u):
    law = rd.law(**{u: f"g*{u}"})(g=c["g"])
    return rd.MultiplicativeNoise(law, seed=c.seed, stream=c.stream)


@part("multiplicative noise of Stratonovich", "noise", g=Slot(0.1, dims=0.5, time=-0.5))
def _(c, u):
    law = rd.law(**{u: f"g*{u}"})(g=c["g"])
    return rd.MultiplicativeNoise(
        law, seed=c.seed, convention="stratonovich", stream=c.stream
    )


@part(
    "conserved noise", "noise flux", a=Slot(0.1, length=1, dims=0.5, time=-0.5, unit=1)
)
def _(c, u):
    return c.place(rd.ConservedNoise(**{u: c["a"]}, seed=c.seed, stream=c.stream))


# nestings


@nesting("plain")
def _(c, term, u):
    return term


@nesting("in a sum")
def _(c, term, u):
    return rd.terms.Sum((term,))


@nesting("scaled", by=Slot(0.8))
def _(c, term, u):
    return term.scaled(c["by"])


@nesting("scaled by a negative number", by=Slot(-0.6))
def _(c, term, u):
    return term.scaled(c["by"])


@nesting("scaled twice in a sum", by=Slot(-0.6), by_2=Slot(1.2))
def _(c, term, u):
    return rd.terms.Sum((term.scaled(c["by"]),)).scaled(c["by_2"])


@nesting("conserved", "flux stencil", mobility=Slot(0.05, length=2))
def _(c, term, u):
    return c.place(rd.Conserved(term, mobility=c["mobility"], stencil=c.stencil))


@nesting("driving", "source", gain=Slot(0.6), most=Slot(1.5, unit=1, time=-1))
def _(c, term, u):
    return rd.Driven(laws.squash(u)(a=c["gain"], s=c["most"]), drive=term)

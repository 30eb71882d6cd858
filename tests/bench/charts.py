"""Charts from the warm worker: how long one takes, what it does to the event loop, and that askers share it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

from bot.domain.chart import WeaponBars
from bot.domain.weapon import Damage
from bot.presenters.charts import draw
from bot.renderer import Renderer
from tests.bench.live import probing
from tests.bench.report import Report, percentile
from tests.unit.charts.pictures import weapon, weapons

_ROUNDS = 40
_ASKERS = 20
_CROWDS = 3


def chart(number: int) -> WeaponBars:
    """What /weapons shows: 15 weapons, each chart with figures of its own."""
    names = ("Rose", "Igneous Hammer", "Elsie's Rifle", "Conditional Finality", "No Time to Explain")
    rows = (
        weapon(names[n % 5], 9000 - 500 * n + number, list(Damage)[n % 6], exotic=n % 3 == 0, share=0.11 - n / 200)
        for n in range(15)
    )
    return weapons(*(replace(row, change=row.value % 9 / 3 - 1) for row in rows))


async def measure(report: Report) -> None:
    began = time.perf_counter()
    async with Renderer() as renderer:
        await renderer.render(chart(0), key=None)
        report.line("first chart after the start, the worker cold", f"{time.perf_counter() - began:.2f} s")
        inline = _inline_ms()
        await _alone(report, renderer, inline)
        await _stalls(report, renderer, inline)
        await _shared(report, renderer)


def _inline_ms() -> float:
    """Milliseconds of the same chart drawn in this process: how long the loop would stand still."""
    times = []
    for number in range(10):
        began = time.perf_counter()
        draw(chart(number))
        times.append((time.perf_counter() - began) * 1000)
    return percentile(times[2:], 0.5)


async def _alone(report: Report, renderer: Renderer, inline: float) -> None:
    fresh = [await _render_ms(renderer, number, ("fresh", str(number))) for number in range(_ROUNDS)]
    kept = [await _render_ms(renderer, number, ("fresh", str(number))) for number in range(_ROUNDS)]
    p50, p95 = percentile(fresh, 0.5), percentile(fresh, 0.95)
    report.line(
        f"chart of 15 weapons, not cached, worker warm, p95 of {_ROUNDS}",
        f"{p95:.0f} ms",
        ratio=f"p50 {p50:.0f} ms, {p50 / inline:.2f} of drawn inline",
        goal="250 ms",
        met=p95 <= 250,
    )
    cached = percentile(kept, 0.95)
    report.line(
        "the same, cached, p95",
        f"{cached:.3f} ms",
        ratio=f"1/{p50 / max(cached, 0.001):,.0f} of not cached",
        goal="20 ms",
        met=cached <= 20,
    )


async def _stalls(report: Report, renderer: Renderer, inline: float) -> None:
    """Crowds of different questions, nothing shared; between them an idle loop, so that both see the same machine."""
    busy: list[float] = []
    idle: list[float] = []
    drawn = 0
    for crowd in range(_CROWDS):
        began = time.perf_counter()
        async with probing() as probe:
            asked = (renderer.render(chart(n), key=("crowd", str(crowd), str(n))) for n in range(_ASKERS))
            answers = await asyncio.gather(*asked, return_exceptions=True)
        drawn += sum(isinstance(answer, bytes) for answer in answers)
        busy += probe.late_ms
        async with probing() as probe:
            await asyncio.sleep(time.perf_counter() - began)
        idle += probe.late_ms
    stall, rest = percentile(busy, 0.999), percentile(idle, 0.999)
    report.line(
        f"loop stalls p99.9, {_ASKERS} different charts at once ({drawn} of {_CROWDS * _ASKERS})",
        f"{stall:.1f} ms",
        ratio=f"idle loop {rest:.1f} ms, inline {inline:.0f} ms",
        goal="under 10 ms more than idle",
        met=stall - rest < 10,
    )


async def _shared(report: Report, renderer: Renderer) -> None:
    before = renderer.drawn
    times = await asyncio.gather(*(_render_ms(renderer, 7, ("shared",)) for _ in range(_ASKERS)))
    drawn = renderer.drawn - before
    report.line(
        f"{_ASKERS} askers of one chart in the same moment, the last",
        f"{max(times):.0f} ms",
        ratio=f"{drawn} drawn for {_ASKERS}",
        goal="3 s, by one drawing",
        met=max(times) <= 3000 and drawn == 1,
    )


async def _render_ms(renderer: Renderer, number: int, key: tuple[str, ...]) -> float:
    began = time.perf_counter()
    await renderer.render(chart(number), key=key)
    return (time.perf_counter() - began) * 1000

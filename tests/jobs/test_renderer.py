"""The renderer with its real worker process: shared drawings, lost workers, clean ends."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from bot.errors import ChartFailed
from bot.renderer import Renderer
from bot.renderer import renderer as module
from tests.unit.charts.pictures import FRAME, every_kind, opened, weapon, weapons

CHART = weapons(weapon())
PNG = b"\x89PNG\r\n\x1a\n"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def renderer() -> AsyncIterator[Renderer]:
    """One for the tests that leave it as it was."""
    async with Renderer() as opened_one:
        await opened_one.render(CHART, key=None)
        yield opened_one


def runs(pid: int) -> bool:
    """Whether it is there and no zombie that waits for whoever took it over."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def workers(parent: int) -> list[int]:
    """Process ids of the render workers of that process."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [int(pid) for pid in children if b"bot.renderer.child" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def worker_of(renderer: Renderer) -> int:
    assert renderer.worker_pid is not None
    return renderer.worker_pid


async def until(true: Callable[[], bool], seconds: float = 20.0) -> None:
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.01)


# -- drawing once -----------------------------------------------------------------------------------------


async def test_every_kind_of_chart_is_drawn(renderer: Renderer) -> None:
    for chart in every_kind().values():
        png = await renderer.render(chart, key=None)
        assert png.startswith(PNG)
        assert opened(png).size[0] == 1600


async def test_twenty_askers_share_one_drawing(renderer: Renderer) -> None:
    before = renderer.drawn
    pictures = await asyncio.gather(*(renderer.render(CHART, key=("shared", "v1")) for _ in range(20)))
    assert renderer.drawn == before + 1
    assert set(pictures) == {pictures[0]}


async def test_a_drawn_picture_is_kept_until_the_data_change(renderer: Renderer) -> None:
    before = renderer.drawn
    for version in ("v1", "v1", "v2", "v1"):
        await renderer.render(CHART, key=("kept", version))
    assert renderer.drawn == before + 2


async def test_different_questions_have_different_pictures(renderer: Renderer) -> None:
    charts = [weapons(weapon(value=n)) for n in range(1, 6)]
    pictures = await asyncio.gather(
        *(renderer.render(chart, key=("each", str(n))) for n, chart in enumerate(charts)),
    )
    assert len(set(pictures)) == 5


async def test_without_a_key_nothing_is_shared(renderer: Renderer) -> None:
    before = renderer.drawn
    await asyncio.gather(*(renderer.render(CHART, key=None) for _ in range(2)))
    assert renderer.drawn == before + 2


async def test_one_who_gives_up_takes_the_picture_from_nobody(renderer: Renderer) -> None:
    first, second = (asyncio.create_task(renderer.render(CHART, key=("given", "up"))) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).startswith(PNG)
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_a_chart_that_cannot_be_drawn_harms_no_other(renderer: Renderer) -> None:
    worker = worker_of(renderer)
    for key in (None, ("wrong",), ("wrong",)):
        with pytest.raises(ChartFailed):
            await renderer.render(FRAME, key=key)  # type: ignore[arg-type]
    assert await renderer.render(CHART, key=None)
    assert worker_of(renderer) == worker


async def test_too_many_at_once_are_turned_away(renderer: Renderer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_WAITING", 2)
    asked = await asyncio.gather(*(renderer.render(CHART, key=None) for _ in range(3)), return_exceptions=True)
    assert [type(answer) for answer in asked] == [bytes, bytes, ChartFailed]


async def test_nobody_waits_for_ever(renderer: Renderer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PATIENCE_SECONDS", 0.0)
    with pytest.raises(ChartFailed):
        await renderer.render(CHART, key=("patience",))
    monkeypatch.undo()
    assert (await renderer.render(CHART, key=("patience",))).startswith(PNG)


# -- the worker -------------------------------------------------------------------------------------------


async def test_ctrl_c_is_not_for_the_worker(renderer: Renderer) -> None:
    worker = worker_of(renderer)
    assert os.getpgid(worker) != os.getpgid(0)
    for signum in (signal.SIGINT, signal.SIGTERM):
        os.kill(worker, signum)
    await renderer.render(CHART, key=None)
    assert worker_of(renderer) == worker


async def test_the_worker_gets_no_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HAWTHORNE_DISCORD_TOKEN", "canary")
    monkeypatch.setenv("MPLBACKEND", "no such backend")
    monkeypatch.delenv("HOME", raising=False)
    (tmp_path / "fontlist-v1.json.matplotlib-lock").touch()
    async with Renderer(cache_dir=tmp_path) as own:
        assert await own.render(CHART, key=None)
        environment = Path(f"/proc/{worker_of(own)}/environ").read_bytes()
    assert b"canary" not in environment
    assert f"MPLCONFIGDIR={tmp_path}".encode() in environment
    assert not list(tmp_path.glob("*-lock")), "what a killed worker left would make each start slow"


async def test_a_folder_that_cannot_be_written_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    async with Renderer(cache_dir=tmp_path / "file" / "below") as own:
        assert await own.render(CHART, key=None)


async def test_a_worker_that_dies_while_drawing_is_replaced(renderer: Renderer) -> None:
    worker = worker_of(renderer)
    os.kill(worker, signal.SIGSTOP)
    asked = asyncio.create_task(renderer.render(CHART, key=None))
    await asyncio.sleep(0.05)
    os.kill(worker, signal.SIGKILL)
    assert (await asked).startswith(PNG)
    assert worker_of(renderer) != worker
    assert not runs(worker)


async def test_a_folder_that_was_tidied_away_is_made_again(tmp_path: Path) -> None:
    async with Renderer(cache_dir=tmp_path / "charts") as own:
        (tmp_path / "charts").rmdir()
        assert await own.render(CHART, key=None)


async def test_a_worker_that_hangs_is_replaced() -> None:
    async with Renderer(draw_seconds=2.5) as own:
        await own.render(CHART, key=None)
        worker = worker_of(own)
        os.kill(worker, signal.SIGSTOP)
        assert (await own.render(CHART, key=None)).startswith(PNG)
        assert worker_of(own) != worker
        await until(lambda: not runs(worker))


async def test_a_worker_leaves_after_so_many_charts() -> None:
    async with Renderer(charts_a_worker=2) as own:
        await own.render(CHART, key=None)
        worker = worker_of(own)
        await own.render(CHART, key=None)
        await until(lambda: not runs(worker))
        await until(lambda: own.worker_pid is not None)
        assert worker_of(own) != worker


async def test_a_worker_that_holds_too_much_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_WORKER_BYTES", 1 << 20)
    monkeypatch.setattr(module, "_HEAD_START_SECONDS", 0.0)
    async with Renderer() as own:
        await until(lambda: own.worker_pid is not None)
        worker = worker_of(own)
        await own.render(CHART, key=None)
        await until(lambda: not runs(worker))


async def test_without_a_worker_there_is_no_picture(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for broken in ("/bin/false", str(tmp_path / "no such program")):
        with monkeypatch.context() as patch:
            patch.setattr(sys, "executable", broken)
            async with Renderer() as own:
                with pytest.raises(ChartFailed):
                    await own.render(CHART, key=("none",))
                patch.undo()
                assert await own.render(CHART, key=("none",)), "what was broken is tried again"


# -- ends -------------------------------------------------------------------------------------------------


async def test_a_stop_is_quick_and_leaves_nobody_waiting() -> None:
    own = Renderer()
    async with own:
        await own.render(CHART, key=None)
        asked = [asyncio.create_task(own.render(CHART, key=key)) for key in (None, ("a",), ("a",))]
        await asyncio.sleep(0.02)
        began = time.perf_counter()
    assert time.perf_counter() - began < 1
    for task in asked:
        with pytest.raises(ChartFailed):
            await task


async def test_the_first_one_who_asks_starts_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_HEAD_START_SECONDS", 600.0)
    async with Renderer() as own:
        await asyncio.sleep(0)
        assert own.worker_pid is None
        assert await own.render(CHART, key=None)


async def test_after_the_stop_nothing_starts_again() -> None:
    async with Renderer() as own:
        await own.render(CHART, key=("kept",))
    before = workers(os.getpid())
    assert await own.render(CHART, key=("kept",))
    with pytest.raises(ChartFailed):
        await own.render(CHART, key=None)
    assert workers(os.getpid()) == before


async def test_a_stop_before_the_start_is_quick() -> None:
    before = workers(os.getpid())
    began = time.perf_counter()
    async with Renderer():
        await asyncio.sleep(0)
    assert time.perf_counter() - began < 0.5
    assert workers(os.getpid()) == before


async def test_a_stop_during_the_start_is_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_HEAD_START_SECONDS", 0.0)
    before = workers(os.getpid())
    began = time.perf_counter()
    async with Renderer():
        await until(lambda: workers(os.getpid()) != before)
    assert time.perf_counter() - began < 1
    assert workers(os.getpid()) == before


ORPHANS = """
import asyncio
from bot.renderer import Renderer
from tests.unit.charts.pictures import weapon, weapons

async def main():
    async with Renderer() as renderer:
        await renderer.render(weapons(weapon()), key=None)
        print("ready", flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGINT])
async def test_the_worker_goes_with_its_parent(signum: signal.Signals) -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ORPHANS, stdout=PIPE, stderr=DEVNULL, process_group=0
    )
    assert parent.stdout is not None
    assert await parent.stdout.readline() == b"ready\n"
    (worker,) = workers(parent.pid)
    os.kill(worker, signal.SIGSTOP)  # one that hangs can't see that its parent is gone
    os.killpg(parent.pid, signum)
    await asyncio.wait_for(parent.wait(), 20)
    await until(lambda: not runs(worker), 5)

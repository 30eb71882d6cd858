"""A part never needs another part: what each loads, and that both ways register the same loops."""

from __future__ import annotations

import subprocess
import sys

import pytest

LOADS = {
    "ingest": "import bot.runtime.process, bot.runtime.parts, bot.schedule",
    "web": "import bot.runtime.process, hypercorn.asyncio; from dashboard import create_app",
}


@pytest.mark.parametrize("part", LOADS)
def test_ingest_and_web_load_no_discord(part: str) -> None:
    code = f"{LOADS[part]}; import sys; print(sorted(m for m in sys.modules if m.split('.')[0] == 'discord'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_part_loads_what_draws() -> None:
    loads = f"{LOADS['ingest']}, {LOADS['web'].removeprefix('import ')}; import bot.renderer, bot.delivery, bot.cli"
    cogs = "import cogs, importlib; [importlib.import_module(module) for module in cogs.MODULES]"
    code = f"{loads}; {cogs}; import sys; print({{'matplotlib', 'PIL', 'numpy'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_ingest_loads_no_web_framework() -> None:
    code = f"{LOADS['ingest']}; import sys; print('quart' in sys.modules, 'matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False False"

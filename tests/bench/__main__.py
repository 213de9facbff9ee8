"""Run all measurements and print them as one table, with ratios to an empty page of the same server."""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import math
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tests.bench.generate import write

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = str(Path(sys.executable).with_name("catalogue"))
EMPTY = "/gezondheid"
QUESTIONS = (
    """
groenonderhoud|poetshulp in Poperinge|verpakken 8900|hydranten Westhoek|strijk|catering|fietsen herstellen
schilderwerken Brugge|kringwinkel|houtbewerking|montage|natuurbeheer|klusjesdienst|drukwerk|verhuizen
onkruid wieden|Groenkracht|onderhoud van groen|kuisen|was
""".strip()
    .replace("\n", "|")
    .split("|")
)
FILTERS = (
    "q=",
    "gemeente=ieper",
    "trede=5",
    "werkvorm=maatwerk&regio=westhoek",
    "dienst=groenonderhoud&gemeente=brugge",
    "rond=8900&straal=25",
    "samenwerking=enclave",
    "dienst=schoonmaak",
    "bevestigd=12",
    "gemeente=gent&sorteer=naam",
)


@dataclass
class Times:
    """Durations of one kind of request, in ms."""

    name: str
    values: list[float]

    @property
    def p50(self) -> float:
        return statistics.median(self.values)

    @property
    def p95(self) -> float:
        return sorted(self.values)[math.ceil(len(self.values) * 0.95) - 1]


@dataclass
class Result:
    """What was measured at one size."""

    entries: int
    rows: int
    import_ms_per_row: float
    reindex_s: float
    start_s: float
    times: list[Times]
    weights: dict[str, int]


def command(data: Path, *arguments: str) -> float:
    """Run the console command in a data folder; returns its seconds."""
    start = time.perf_counter()
    done = subprocess.run(
        [CATALOGUE, *arguments], env=environment(data), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"catalogue {' '.join(arguments)}: {done.stderr.strip()[-500:]}")
    return time.perf_counter() - start


def environment(data: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("CATALOGUE_")}
    return {**kept, "CATALOGUE_DATA": str(data), "CATALOGUE_WORKERS": "1"}


@contextmanager
def server(data: Path) -> Iterator[int]:
    """The real server with one worker on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [CATALOGUE, "run", "--port", str(port)],
        env=environment(data),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(600):
            try:
                if fetch(port, "/gezondheid")[0] == 200:
                    break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def fetch(port: int, path: str) -> tuple[int, bytes, dict[str, str]]:
    """One request as a browser makes it, compressed."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body, {key.lower(): value for key, value in answer.getheaders()}


def measure(port: int, name: str, paths: list[str], rounds: int) -> Times:
    values = []
    for _ in range(rounds):
        for path in paths:
            start = time.perf_counter()
            status, _, _ = fetch(port, path)
            values.append((time.perf_counter() - start) * 1000)
            if status != 200:
                raise SystemExit(f"{path} answered {status}")
    return Times(name, values)


def weight(port: int, path: str) -> int:
    """Bytes over the wire of a page with everything that it loads."""
    _, body, headers = fetch(port, path)
    html = gzip.decompress(body).decode() if headers.get("content-encoding") == "gzip" else body.decode()
    total = len(body)
    for address in sorted(set(re.findall(r'(?:src|href|data-[a-z-]+)="(/(?:bestand|kaart/)[^"]+)"', html))):
        total += len(fetch(port, address.replace("&amp;", "&"))[1])
    return total


def bench(size: int, rounds: int) -> Result:
    """Everything at one size, on a catalogue made for it."""
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        file = folder / "catalogus.csv"
        rows = write(file, size)
        data = folder / "data"
        command(data, "init", "--without-organisations")
        base = command(data, "--help")
        seconds = command(data, "import", str(file)) - base
        reindex = command(data, "reindex") - base
        begun = time.perf_counter()
        with server(data) as port:
            fetch(port, "/zoeken")
            start_s = time.perf_counter() - begun
            texts = [f"?q={quote(question)}" for question in QUESTIONS]
            filters = [f"?{one}" for one in FILTERS]
            empty = measure(port, "empty page", [EMPTY] * 20, rounds)
            cold = measure(port, "search page, first time", [f"/zoeken{one}" for one in texts + filters], 1)
            page = measure(port, "search page", [f"/zoeken{one}" for one in texts + filters], rounds)
            api = measure(port, "API", [f"/api/v1/organisaties{one}" for one in texts + filters], rounds)
            suggest = measure(
                port, "suggestions", ["/api/v1/suggesties?q=" + q for q in ("gro", "po", "ie")], rounds
            )
            clause = (
                "/api/v1/clausules/advies?soort=diensten&raming=120000&dienst=groenonderhoud&gemeente=ieper"
            )
            advice = measure(port, "clause advice (API)", [clause], rounds * 5)
            entry = json.loads(fetch_plain(port, "/api/v1/organisaties?per_pagina=1"))["items"][0]["slug"]
            entry_page = measure(port, "entry page", [f"/organisaties/{entry}"], rounds * 5)
            map_page = measure(port, "map page", ["/kaart"], rounds)
            points = measure(port, "map points, all", ["/kaart/punten.geojson"], max(2, rounds // 2))
            weights = {path: weight(port, path) for path in ("/zoeken", "/kaart")}
        return Result(
            entries=size,
            rows=rows,
            import_ms_per_row=seconds * 1000 / rows,
            reindex_s=reindex,
            start_s=start_s,
            times=[empty, cold, page, api, suggest, advice, entry_page, map_page, points],
            weights=weights,
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fetch_plain(port: int, path: str) -> str:
    _, body, headers = fetch(port, path)
    return (gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body).decode()


def report(result: Result) -> str:
    """One size as a table, every row beside the empty page of the same server."""
    empty = result.times[0]
    lines = [
        f"### {result.entries:,} entries ({result.rows:,} rows)",
        "",
        "| | p50 ms | p95 ms | p50 / empty page | p95 / empty page |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {t.name} | {t.p50:.1f} | {t.p95:.1f} | {t.p50 / empty.p50:.1f} | {t.p95 / empty.p95:.1f} |"
        for t in result.times
    ]
    weights = "; ".join(
        f"`{path}` {bytes_ / 1000:.0f} kB over the wire" for path, bytes_ in result.weights.items()
    )
    lines += [
        "",
        f"Import {result.import_ms_per_row:.2f} ms a row, index included; "
        f"index rebuilt in {result.reindex_s:.1f} s; "
        f"first page {result.start_s:.1f} s after the start. {weights}.",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,10000")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    folder = ROOT / "bench"
    folder.mkdir(exist_ok=True)
    tables = []
    for size in map(int, options.sizes.split(",")):
        tables.append(report(bench(size, options.rounds)))
        print(tables[-1], end="\n\n", flush=True)
        (folder / "figures.md").write_text("\n\n".join(tables) + "\n", "utf-8")


if __name__ == "__main__":
    main()

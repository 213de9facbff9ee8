"""The figures of all workers in the form of Prometheus; the only module that knows its library."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address
from itertools import accumulate

from flask import Response, current_app

from catalogue.metrics import BOARD, BOUNDS, Board
from catalogue.web.proxy import is_direct, peer


def is_ours() -> bool:
    """Whether who asks stands beside us: on this machine or its private network, and not behind a proxy.

    A proxy hands on what the whole world asks, and says so; a server without one sees public addresses.
    """
    address = peer()
    if not is_direct():
        return False
    try:
        return not address or ip_address(address.partition("%")[0]).is_private
    except ValueError:
        return False


def figures() -> Response | None:
    """The figures for who may see them; None where there are none, or for somebody else."""
    board: Board | None = current_app.extensions.get(BOARD)
    return _written(board) if board is not None and is_ours() else None


def _written(board: Board) -> Response:
    # Here, because it is an extra that need not be there.
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
    from prometheus_client.metrics_core import GaugeMetricFamily, HistogramMetricFamily, Metric
    from prometheus_client.registry import Collector

    class Figures(Collector):
        def collect(self) -> Iterator[Metric]:
            requests = HistogramMetricFamily(
                "catalogue_request_seconds",
                "Seconds from request to end of answer.",
                labels=("route", "status"),
            )
            for spread in board.spreads():
                bounds = zip((*map(str, BOUNDS), "+Inf"), accumulate(spread.counts), strict=True)
                requests.add_metric((spread.route, spread.status), list(bounds), spread.seconds)
            yield requests
            workers = list(board.workers())
            yield GaugeMetricFamily("catalogue_workers", "Workers that live.", len(workers))
            generation = GaugeMetricFamily(
                "catalogue_generation", "Change of the catalogue that a worker has.", labels=("worker",)
            )
            entries = GaugeMetricFamily(
                "catalogue_entries", "Published entries that a worker has.", labels=("worker",)
            )
            for worker in workers:
                generation.add_metric((str(worker.process),), worker.generation)
                entries.add_metric((str(worker.process),), worker.entries)
            yield from (generation, entries)

    registry = CollectorRegistry()
    registry.register(Figures())
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

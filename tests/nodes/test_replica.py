"""A node whose database is a read replica: it reads as well as any, and says that it cannot keep anything."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.engine import make_url

from catalogue.config import Settings
from catalogue.extensions import db
from catalogue.models import Proposal, ProposalStatus
from tests.builders import app_with, organisation
from tests.cluster import Cluster, standby
from tests.nodes.conftest import Node, Visitor, node

NOTHING_FITS = "/api/v1/organisaties?q=oogarts"


@pytest.fixture(scope="module")
def reader(cluster: Cluster, shared: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node on a replica in which there is something to erase, as there will be after a year."""
    with app_with(shared) as app, app.app_context():
        old = datetime.now(UTC) - timedelta(days=800)
        made = Proposal(status=ProposalStatus.REFUSED, created_at=old, decided_at=old, proposer_name="Iemand")
        db.session.add(made)
        db.session.commit()
    with standby(cluster) as replica:
        url = make_url(shared.database_url).update_query_dict({"host": str(replica.folder)})
        folder = tmp_path_factory.mktemp("reader") / "data"
        with node(folder, url.render_as_string(hide_password=False)) as made_node:
            yield made_node


def test_what_is_written_in_the_first_database_is_found_by_every_worker_on_the_replica_within_a_second(
    shared: Settings, reader: Node
) -> None:
    with app_with(shared) as app, app.app_context():
        organisation("De Volger", description="Wij slijpen schaatsijzers.")
    reader.server.is_seen_at_once(lambda: reader.server.names("schaatsijzers") == {"De Volger"}, time.time())


@pytest.mark.parametrize(
    "path", ["/", "/zoeken?q=werkplaats", "/kaart", "/organisaties/werkplaats-9", "/export.csv", NOTHING_FITS]
)
def test_every_page_for_the_public_is_there(reader: Node, path: str) -> None:
    # More than once: what is counted of a question that nobody answers cannot be written, and waits.
    for _ in range(3):
        assert Visitor().get(reader.server.address + path).status == 200
    ready = Visitor().get(reader.server.address + "/gezondheid/klaar")
    assert ready.status == 200


def test_who_is_logged_in_elsewhere_reads_the_room_there(a: Node, reader: Node) -> None:
    visitor = Visitor()
    assert visitor.log_in(a).status == 303
    # As soon as the account is there as well; the session itself is in no table.
    assert visitor.get(reader.server.address + "/beheer").status == 200


def test_what_would_be_kept_is_refused_as_unavailable(reader: Node) -> None:
    answer = Visitor().log_in(reader)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "60")
    assert "Even niet beschikbaar" in answer.text
    # And it goes on.
    assert Visitor().get(reader.server.address + "/zoeken?q=werkplaats").status == 200

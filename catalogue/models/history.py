"""History: what became of an entry or a word of the vocabulary, who did it and when. Only ever added to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from catalogue.extensions import Base, Moment


class Revision(Base):
    """A state that something got. What changed is the difference with the revision before it.

    `kind` and `key` name what it is of: ("organisatie", "12"), ("dienst", "strijk"). `action` says what was
    done (curation.write.Action), `manner` by which way (curation.write.Manner). `data` is the state whole,
    as curation.entryjson writes it; None for what is gone.
    """

    __tablename__ = "revision"
    __table_args__ = (Index("ix_revision_kind_key", "kind", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(120))
    action: Mapped[str] = mapped_column(String(20))
    manner: Mapped[str] = mapped_column(String(20))
    generation: Mapped[int] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    # The upload that it was part of, so that an import can be undone as a whole.
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id", ondelete="SET NULL"), index=True)
    note: Mapped[str] = mapped_column(Text, default="")
    data: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    # Set where personal data was taken out of it: the mark that stays.
    erased_at: Mapped[datetime | None] = mapped_column(Moment)

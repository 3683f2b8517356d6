"""Roots over all chains, one a night, and the links they were made of."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.column_types import Moment
from app.extensions import Model


class AuditRoot(Model):
    """Dấu nhật ký: the Merkle root over the ends of all chains at a moment, signed; numbered without gaps.

    ``former`` is the SHA-256 of the former root's statement (``roots.statement``), "" for the first. ``stamp`` is
    the answer of a time-stamping service (RFC 3161) in base 64.
    """

    __tablename__ = "audit_root"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    made_at: Mapped[datetime] = mapped_column(Moment)
    former: Mapped[str] = mapped_column(String(64), default="")
    root: Mapped[str] = mapped_column(String(64))
    leaves: Mapped[int]
    events: Mapped[int]
    public_key: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(128))
    stamp: Mapped[str | None] = mapped_column(Text)

    def __repr__(self) -> str:
        return f"{self.number}"


class AuditLeaf(Model):
    """A link that a root was made of and the former was not: the new end of a chain, or a receipt's own link."""

    __tablename__ = "audit_leaf"
    __table_args__ = (Index("ix_audit_leaf_chain", "chain", "place"),)
    root_number: Mapped[int] = mapped_column(ForeignKey("audit_root.number"), primary_key=True)
    chain: Mapped[str] = mapped_column(String(40), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(String(64))

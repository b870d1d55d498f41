"""Tables as classes whose attributes are the columns, without the mapping of objects of SQLAlchemy.

    class Fichier(Rows, metadata=METADATA):
        __tablename__ = "fichiers"

        id: Column[int] = column(primary_key=True)
        date_fichier: Column[dt.date | None]

`select(Fichier.id)` reads as it would with a mapping, which nothing here uses: rows are plain tuples, and
importing and configuring it cost a third of the start of a verb. `Fichier.__table__` is the table.
"""

from __future__ import annotations

import inspect
from typing import Any, ClassVar, Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    LargeBinary,
    MetaData,
    Table,
    Text,
)
from sqlalchemy import Column as _OfTable

__all__ = ["Column", "Rows", "column"]

#: A column in an expression, which is all that these classes are for.
Column = ColumnElement

_TYPES: Final[dict[str, Any]] = {
    "int": BigInteger,
    "str": Text,
    "bytes": LargeBinary,
    "bool": Boolean,
    "dt.date": Date,
}


class _Told(NamedTuple):
    """What is said of a column besides its type."""

    primary_key: bool
    unique: bool
    owner: str


def column(*, primary_key: bool = False, unique: bool = False, owner: str = "") -> Any:
    """A column that is more than its type; `owner` is the column whose row takes this one away with it."""
    return _Told(primary_key, unique, owner)


class Rows:
    """The rows of one table. A subclass with `__tablename__` is one; `__owner__` names that of all its rows.

    An annotation `Column[T]` is a column of that type, `Column[T | None]` one that may be null.
    """

    __tablename__: ClassVar[str]
    __table__: ClassVar[Table]
    #: Columns of this table, and those of the row that takes them away with it.
    __owner__: ClassVar[tuple[list[str], list[str]] | None] = None

    def __init_subclass__(cls, metadata: MetaData, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        columns = [
            _column(name, told, cls.__dict__.get(name))
            for name, told in inspect.get_annotations(cls).items()
            if told.startswith("Column[")
        ]
        owner = [ForeignKeyConstraint(*cls.__owner__, ondelete="CASCADE")] if cls.__owner__ else []
        cls.__table__ = Table(cls.__tablename__, metadata, *columns, *owner)
        for one in columns:
            setattr(cls, one.name, one)


def _column(name: str, annotation: str, told: _Told | None) -> _OfTable[Any]:
    written, _, absent = annotation.removeprefix("Column[").removesuffix("]").partition(" | ")
    told = told or _Told(False, False, "")
    owner = [ForeignKey(told.owner, ondelete="CASCADE")] if told.owner else []
    return _OfTable(
        name,
        _TYPES[written](),
        *owner,
        primary_key=told.primary_key,
        unique=told.unique or None,
        nullable=bool(absent),
        autoincrement=False,
    )

"""Where the commission block of a new deal comes from (S10, S11, D4, D5, D6)."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, final, get_args

from attrs import frozen

from .checks import exactly
from .codes import RecordKind
from .models import Client, Introducer, Introduction, as_client, as_introducer
from .refusals import UnknownCodeError
from .values import shown

Source: TypeAlias = Literal[RecordKind.CLIENT, RecordKind.INTRODUCER]
_SOURCES: Final = tuple(source.value for source in get_args(Source))


@final
@frozen(kw_only=True)
class Prefill:
    """What a new deal starts with: `introduction`, where its block comes from, and a warning.

    `source` is the kind of record that the block was copied from. `differs_from_preferred` says
    that the client prefers another introducer than the one assigned, so that a host can ask its
    user (D5).

    >>> prefill_introduction(Client(1, introduction=None), Introducer(7)).source
    <RecordKind.INTRODUCER: 'introducer'>
    """

    __repr__ = shown

    introduction: Introduction
    source: Source
    differs_from_preferred: bool

    def __attrs_post_init__(self) -> None:
        exactly(Introduction, self.introduction, "introduction")
        if exactly(RecordKind, self.source, "source") not in _SOURCES:
            raise UnknownCodeError("source", self.source.value, _SOURCES)
        exactly(bool, self.differs_from_preferred, "differs_from_preferred")


def prefill_introduction(client: Client, introducer: Introducer) -> Prefill:
    """The introduction of a new deal of `client`, to which `introducer` is assigned.

    Its block is the client's if the client's record names a preferred introducer, this one
    or another (S10, D5), otherwise the introducer's own (S11); terms included, the same objects
    (D4). It asks for no gate, since terms are not part of the paid feature (D7). Arguments of
    another type are refused with an `InvalidTypeError` (D19).

    >>> from partner_comms import CommissionBlock
    >>> durand = Introducer("A7", block=CommissionBlock(rule="introducer"))
    >>> martin = Client("C1", introduction=Introduction(introducer=durand))
    >>> prefill = prefill_introduction(martin, durand)
    >>> prefill.source, prefill.introduction.block.rule
    (<RecordKind.CLIENT: 'client'>, <CommunicationRule.CLIENT: 'client'>)
    """
    preferred = as_client(client).introduction
    as_introducer(introducer)
    if preferred is None:  # S11
        return Prefill(
            introduction=Introduction(introducer=introducer, block=introducer.block),
            source=RecordKind.INTRODUCER,
            differs_from_preferred=False,
        )
    return Prefill(  # S10, and D5 where the preferred introducer is another one
        introduction=Introduction(introducer=introducer, block=preferred.block),
        source=RecordKind.CLIENT,
        differs_from_preferred=preferred.introducer.id != introducer.id,
    )

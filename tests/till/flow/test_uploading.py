"""A backlog goes up: at full speed while nobody sells, giving way while somebody does."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from tests.till.flow.shop import ANNA, COFFEE, HandClock, NoOffice, Shop

from skrin.sync.messages import MAX_BATCH_BYTES, ExchangeAnswer, unpack_exchange
from skrin.till.devices.contract import OfficeAway
from skrin.till.flow import selling, uploading
from skrin.till.flow.uploading import GIVES_WAY, LONGEST_PAUSE_S, PIECE_BYTES, UploadLane

TOOK_S = 0.04


@dataclass
class Office(NoOffice):
    """Takes what follows, and needs a while for each exchange."""

    shop: Shop
    took_s: float = TOOK_S
    sizes: list[int] = field(default_factory=list)
    away: bool = False

    def exchange(self, body: bytes) -> ExchangeAnswer:
        clock = self.shop.till.clock
        assert isinstance(clock, HandClock)
        clock.forward(self.took_s)
        if self.away:
            raise OfficeAway("nobody there")
        sent = unpack_exchange(body)
        self.sizes.append(sum(len(record) for record in sent.records))
        seq = sent.head.first_seq + len(sent.records) - 1
        entry = self.shop.counter.upload_lane.reader.entry(seq)
        digest = entry.hash.hex() if entry else ""
        till = self.shop.till
        told = self.shop.counter.upload_lane.reader.state("publication_digest")
        return ExchangeAnswer(seq, digest, "running", (), 0, 5000, till.publication, told)


def tap(shop: Shop) -> None:
    selling.tap_article(shop.till, ANNA, shop.till.clock.new_id(), COFFEE)


@pytest.fixture
def office(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office for a shop with a backlog of many pieces: pieces are small here."""
    assert PIECE_BYTES * 8 <= MAX_BATCH_BYTES
    monkeypatch.setattr(uploading, "PIECE_BYTES", 2_000)
    there = Office(shop)
    shop.counter.upload_lane.link = there
    for _ in range(60):
        tap(shop)
    return there


def lane_of(shop: Shop) -> UploadLane:
    return shop.counter.upload_lane


@pytest.mark.requirement("R-OFF-006")
def test_a_backlog_goes_at_once_and_whole_while_nobody_sells(shop: Shop, office: Office) -> None:
    lane_of(shop).step()
    assert len(office.sizes) == 1
    assert lane_of(shop).unsent() == 0


@pytest.mark.requirement("R-OFF-006")
def test_a_backlog_gives_way_to_who_sells(shop: Shop, office: Office) -> None:
    lane, clock = lane_of(shop), shop.till.clock
    office.away = True
    lane.step()
    office.away = False
    tap(shop)
    pause_s = lane.step()
    assert office.sizes[-1] <= 2_000
    assert lane.unsent() > 0
    assert pause_s == pytest.approx(TOOK_S * GIVES_WAY)
    # A tap does not end the pause: else each would begin a piece.
    assert not lane.hurries
    tap(shop)
    office.took_s = 9.0
    assert lane.step() == LONGEST_PAUSE_S
    # The last customer is gone: the rest goes at once.
    clock.wait(uploading.SELLS_S)
    office.took_s = TOOK_S
    lane.step()
    assert lane.unsent() == 0
    assert lane.hurries


def test_who_waits_for_a_right_does_not_wait_behind_a_gentle_backlog(
    shop: Shop, office: Office
) -> None:
    lane = lane_of(shop)
    office.away = True
    lane.step()
    office.away = False
    tap(shop)
    shop.till.sharing.asking = True
    lane.step()
    assert lane.unsent() == 0


def test_an_office_that_goes_away_between_two_pieces_is_asked_again_as_ever(
    shop: Shop, office: Office
) -> None:
    lane = lane_of(shop)
    office.away = True
    lane.step()
    office.away = False
    tap(shop)
    lane.step()
    office.away = True
    tap(shop)
    assert lane.step() == uploading.RETRY_S[0]
    assert "nobody there" in lane.fault
    assert 0 < lane.unsent() < shop.till.head.seq

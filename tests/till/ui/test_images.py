"""The pictures on keys at the till: kept in its file, served by their hash."""

from __future__ import annotations

import hashlib
import http.client
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.browser.small import SmallTill
from tests.browser.small_till import BROKEN, BUN, CUP, NOT_HERE
from tests.till.flow.shop import Shop

from skrin.domain.article import Image
from skrin.domain.codec import encode
from skrin.sync.messages import PublicationAnswer, PublishedRow
from skrin.sync.publication import digest
from skrin.till.flow import publication

pytestmark = pytest.mark.requirement("R-BTN-006", "OPP-005")


def row(image: Image) -> PublishedRow:
    return PublishedRow("images", image.hash, encode(image).decode())


def change(shop: Shop, *rows: PublishedRow) -> None:
    """Apply a difference, as the office would send it."""
    till = shop.till
    kept = {
        (section, key): till.file.registers.row(section, key)
        for bucket in range(512)
        for section, key in till.file.registers.bucket_hashes(bucket)
    }
    kept |= {(one.section, one.key): one.row.encode() if one.row else None for one in rows}
    after = digest({place: body for place, body in kept.items() if body is not None})
    answer = PublicationAnswer(till.publication + 1, after, False, rows)
    assert publication.apply_publication(till, answer)


def test_a_picture_is_kept_in_the_tills_file_until_it_is_taken_back(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    assert CUP.hash not in shop.till.registers.images
    change(shop, row(CUP), row(BUN))
    shop.restart()
    images = shop.till.registers.images
    assert CUP.hash in images and images.get(CUP.hash) == CUP.content
    change(shop, PublishedRow("images", CUP.hash, None))
    images = shop.till.registers.images
    assert CUP.hash not in images and images.get(CUP.hash) is None
    assert images.get(BUN.hash) == BUN.content


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallTill]:
    with SmallTill(tmp_path_factory.mktemp("images") / "till") as till:
        yield till


def ask(
    running: SmallTill, path: str, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """(status, headers, body) of what somebody without any cookie gets."""
    line = http.client.HTTPConnection("127.0.0.1", running.ready["port"], timeout=10)
    try:
        line.request(method, path, headers=headers)
        said = line.getresponse()
        return said.status, {k.lower(): v for k, v in said.getheaders()}, said.read()
    finally:
        line.close()


def test_it_is_served_for_good_to_anybody_without_a_session(running: SmallTill) -> None:
    running.say("away")
    for image in (CUP, BROKEN):
        status, headers, body = ask(running, f"/image/{image.hash}.webp")
        assert (status, body) == (200, image.content)
        assert hashlib.sha256(body).hexdigest() == image.hash
        assert headers["content-type"] == "image/webp", "whatever lies in it"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "private, max-age=31536000, immutable"
        assert "default-src 'self'" in headers["content-security-policy"]
        assert not {"set-cookie", "vary"} & set(headers)


def test_what_is_not_there_is_not_found_and_not_kept(running: SmallTill) -> None:
    there = f"/image/{CUP.hash}.webp"
    status, headers, _ = ask(running, f"/image/{NOT_HERE.hash}.webp")
    assert (status, headers["cache-control"]) == (404, "no-store")
    for name in ("..%2f..%2fshop.sqlite", CUP.hash[:-1], CUP.hash.upper(), f"{CUP.hash}.webp/x"):
        assert ask(running, f"/image/{name}.webp")[0] == 404
    assert ask(running, there, "POST")[0] in (302, 405)
    # By another name than this machine's own the till does not answer at all.
    assert ask(running, there, Host="evil.example")[0] == 400

"""Pictures on keys: what is taken in, what is refused, and how they travel to the tills."""

from __future__ import annotations

import hashlib
import random
import struct
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from django.utils import translation
from PIL import Image
from tests.office.cast import Cast, swedish

from skrin.domain import article as domain
from skrin.domain.codec import decode, encode
from skrin.domain.refusal import Refusal
from skrin.office import load_examples
from skrin.office.layouts import actions as layouts
from skrin.office.layouts.images import LARGEST_BYTES, reencoded
from skrin.office.layouts.models import Image as Kept
from skrin.office.pictures import TAKEN_MOST_BYTES
from skrin.office.publication import actions as publication
from skrin.office.publication.models import Edition
from skrin.office.tenancy.wall import inside
from skrin.sync.messages import PublicationAnswer, PublicationRequest

pytestmark = [pytest.mark.office, pytest.mark.requirement("R-BTN-006", "OPP-005")]

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "bageri"


def noise(mode: str, size: tuple[int, int]) -> Image.Image:
    """What compresses worst."""
    dice = random.Random(5)
    return Image.frombytes(mode, size, dice.randbytes(size[0] * size[1] * len(mode)))


def as_file(image: Image.Image, kind: str, **how: object) -> bytes:
    out = BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be this large."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_becomes_a_small_webp_without_what_was_beside_it(kind: str) -> None:
    secret = b"Alvas telefon 59.3293"
    exif = Image.Exif()
    exif[0x010F] = secret.decode()
    exif[0x0112] = 6  # Lies on its side.
    raw = as_file(noise("RGB", (1200, 600)), kind, exif=exif, icc_profile=b"profile" + secret)
    assert secret in raw
    made = reencoded(raw + b"<script>" + secret)
    assert len(made) <= LARGEST_BYTES and secret not in made and b"<script>" not in made
    with Image.open(BytesIO(made)) as picture:
        assert (picture.format, picture.size) == ("WEBP", (128, 256))
        assert not {"exif", "icc_profile", "xmp"} & set(picture.info)
    assert reencoded(made) and reencoded(raw) == reencoded(raw), "the same in, the same out"


def test_what_is_clear_stays_clear_and_what_is_small_stays_small() -> None:
    glass = Image.new("RGBA", (40, 30), (200, 0, 0, 0))
    with Image.open(BytesIO(reencoded(as_file(glass, "PNG")))) as picture:
        assert (picture.mode, picture.size) == ("RGBA", (40, 30))
        assert picture.getpixel((5, 5))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "image_unreadable"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image_unreadable"),
        (as_file(Image.new("RGB", (9, 9)), "GIF"), "image_unreadable"),
        (as_file(noise("RGB", (300, 300)), "PNG")[:5000], "image_unreadable"),
        (bomb(5000, 5000), "image_too_large"),
        (bomb(12_000, 12_000), "image_too_large"),
        (bomb(60_000, 60_000), "image_too_large"),
        (b"\x89PNG" + bytes(TAKEN_MOST_BYTES), "image_too_large"),
    ],
    ids=["nothing", "svg", "gif", "cut off", "large", "larger", "bomb", "bytes"],
)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_what_is_no_picture_or_too_much_of_one_is_refused(raw: bytes, code: str) -> None:
    with pytest.raises(Refusal) as no:
        reencoded(raw)
    assert no.value.code == code


def test_the_loader_says_which_file_is_refused_and_why(cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "bun.png").write_text("a bun")
    why = "No such file or directory"
    for name, words, values in (
        (
            "bun.png",
            "images/%(name)s is not a picture that can be read: give a PNG, a JPEG or a WebP.",
            {},
        ),
        ("gone.png", "images/%(name)s cannot be read (%(why)s).", {"why": why}),
        ("../a.toml", 'buttons.csv: "%(name)s" is not the name of a file in images/.', {}),
    ):
        for language, said in (("sv", swedish(words, name=name, **values)), ("en", "")):
            with (
                inside(cast.company),
                translation.override(language),
                pytest.raises(load_examples.BadFile) as bad,
            ):
                load_examples._images(cast.company, tmp_path, [name])
            assert str(bad.value) == (said or words % {"name": name, **values})


def difference(cast: Cast, number: int) -> PublicationAnswer:
    """What a till with this edition gets."""
    known = Edition.objects.get(company=cast.company, store=1, number=number)
    return publication.answer(cast.company, PublicationRequest(1, number, known.digest))


def lay(cast: Cast, *images: str) -> None:
    """A layout with a key for each of the images, none for what is not named."""
    layout = layouts.set_layout(cast.company, "kafe", "Kafé", 1, {})
    keys = [
        layouts.ButtonForm(1, place, 1, 1, 0, "text", {"text": "x"}, image=image)
        for place, image in enumerate(images, start=1)
    ]
    layouts.set_buttons(cast.company, layout, keys)
    layouts.drop_images(cast.company)


@pytest.mark.requirement("R-SYNC-003")
def test_a_picture_travels_once_however_often_it_is_shown(cast: Cast) -> None:
    raw = {
        name: (EXAMPLES / "images" / f"{name}.png").read_bytes()
        for name in ("kanelbulle", "bryggkaffe")
    }
    with inside(cast.company):
        bun, again = (layouts.set_image(cast.company, raw["kanelbulle"]) for _ in range(2))
        assert bun == again
        before = publication.current(cast.company, 1)
        lay(cast, bun, bun, "")
        first = publication.publish(cast.company, 1)
        sent = {(row.section, row.key): row.row or "" for row in difference(cast, before).rows}
        (layout,) = (place for place in sent if place[0] == "layouts")
        assert set(sent) == {layout, ("images", bun)}
        shown = decode(domain.Layout, sent[layout].encode())
        assert [key.image for key in shown.buttons] == [bun, bun, ""]
        picture = decode(domain.Image, sent["images", bun].encode())
        assert hashlib.sha256(picture.content).hexdigest() == bun == picture.hash
        assert len(picture.content) < 8_000

        cup = layouts.set_image(cast.company, raw["bryggkaffe"])
        lay(cast, bun, cup)
        second = publication.publish(cast.company, 1)
        answer = difference(cast, first)
        assert {(row.section, row.key) for row in answer.rows} == {layout, ("images", cup)}
        size = len(Kept.objects.get(hash=cup).content)
        assert size < len(encode(answer)) < size * 4 / 3 + 1_000, "the other did not come again"

        lay(cast, cup)
        publication.publish(cast.company, 1)
        gone = {(row.section, row.key): row.row for row in difference(cast, second).rows}
        assert gone["images", bun] is None and ("images", cup) not in gone
        assert list(Kept.objects.values_list("hash", flat=True)) == [cup]


def test_the_example_has_pictures_on_its_first_keys(cast: Cast) -> None:
    found = load_examples.load_company(EXAMPLES)
    with inside(found["company"]["id"]):
        answer = publication.answer(found["company"]["id"], PublicationRequest(1, 0, ""))
        hashes = {row.key for row in answer.rows if row.section == "images"}
        assert hashes == set(Kept.objects.values_list("hash", flat=True)) and len(hashes) == 3
        number = publication.current(found["company"]["id"], 1)
    load_examples.load_company(EXAMPLES)
    with inside(found["company"]["id"]):
        assert publication.current(found["company"]["id"], 1) == number, (
            "loading again is no change"
        )

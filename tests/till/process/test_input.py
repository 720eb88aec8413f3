"""What a person may type or press, and what must change nothing: through the pages, as they are."""

from __future__ import annotations

import re
import secrets

import pytest
from tests.till.flow.shop import BUN, COFFEE, OPEN_PRICE
from tests.till.process.office_stub import EMAIL, PASSWORD
from tests.till.process.rig import TillProcess
from tests.till.process.screen import Screen, Zone
from tests.till.process.swedish import refusal, swedish

pytestmark = pytest.mark.slow

GROUP = "20"
UNREADABLE = ("12,345,6", "-0", "abc", "", "1e3", "-5", "12,345", "１２", "0x10", "12 34")


def with_a_coffee(till: TillProcess) -> tuple[Screen, Zone, int]:
    """A coffee on the receipt; the screen, what it shows, the journal's head."""
    zone = till.screen.tap(COFFEE).zone
    assert len(zone.lines) == 1
    return till.screen, zone, till.head_seq()


def assert_unchanged(till: TillProcess, before: Zone, head_seq: int) -> None:
    assert till.head_seq() == head_seq
    after = till.screen.zone()
    assert (after.state, after.lines, after.total) == ("open", before.lines, before.total)


@pytest.mark.parametrize("typed", UNREADABLE)
@pytest.mark.parametrize("key", ["group", "article"])
def test_an_amount_that_is_none_changes_nothing(desk: TillProcess, key: str, typed: str) -> None:
    screen, before, head_seq = with_a_coffee(desk)
    if key == "group":
        answer = screen.post("/group-tap", group_id=GROUP, amount=typed)
        sentence = refusal("amount_unreadable", typed=typed)
    else:
        answer = screen.tap(OPEN_PRICE, typed)
        sentence = refusal("amount_unreadable", typed=typed)
        if typed == "":
            sentence = refusal("price_wanted", name="Diverse")
    assert (answer.status, answer.notice) == (422, sentence)
    assert_unchanged(desk, before, head_seq)


@pytest.mark.parametrize(
    ("typed", "code"),
    [("0", "amount_zero"), ("0,00", "amount_zero"), ("1234567890123", "amount_too_large"),
     ("100000000", "amount_too_large")],
)  # fmt: skip
def test_an_amount_out_of_bounds_changes_nothing(desk: TillProcess, typed: str, code: str) -> None:
    screen, before, head_seq = with_a_coffee(desk)
    answer = screen.post("/group-tap", group_id=GROUP, amount=typed)
    assert (answer.status, answer.notice) == (422, refusal(code))
    assert_unchanged(desk, before, head_seq)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("12,345,6", refusal("amount_unreadable", typed="12,345,6")),
        ("-0", refusal("amount_unreadable", typed="-0")),
        ("", refusal("amount_unreadable", typed="")),
        ("1234567890123", refusal("amount_too_large")),
        ("40,50", refusal("tendered_not_payable")),
    ],
)
def test_cash_that_is_none_is_told_beside_its_field(
    desk: TillProcess, typed: str, sentence: str
) -> None:
    screen, before, head_seq = with_a_coffee(desk)
    answer = screen.post("/pay/cash/amount", tendered=typed)
    # The zone comes whole, with what was typed still in the field.
    assert (answer.status, answer.zone.state) == (200, "window")
    assert answer.zone.fault == sentence
    field = answer.page.one("#tendered")
    assert field is not None and field.attrs["value"] == typed
    assert_unchanged(desk, before, head_seq)


def test_an_unknown_code_and_articles_that_are_gone(desk: TillProcess) -> None:
    screen, before, head_seq = with_a_coffee(desk)
    for path, fields, sentence in (
        ("/scan", {"code": "7350000000000"}, refusal("code_unknown", typed="7350000000000")),
        ("/scan", {"code": "<b>&"}, refusal("code_unknown", typed="<b>&")),
        ("/tap", {"article_id": "4711"}, refusal("article_unknown")),
        ("/group-tap", {"group_id": "4711", "amount": "5"}, refusal("group_unknown")),
        ("/line/remove", {"line_no": "9"}, refusal("line_gone")),
        ("/line/quantity", {"line_no": "9", "change": "1"}, refusal("line_gone")),
        ("/line/quantity", {"line_no": "1", "change": "99999"}, refusal("quantity_out_of_range")),
        ("/way", {"way": "drive_in"}, refusal("way_unknown")),
    ):
        answer = screen.post(path, **fields)
        assert (answer.status, answer.notice) == (422, sentence), path
    assert_unchanged(desk, before, head_seq)


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/tap", {}),
        ("/tap", {"article_id": ""}),
        ("/tap", {"article_id": "eins"}),
        ("/tap", {"article_id": "--1"}),
        ("/tap", {"article_id": "-"}),
        ("/tap", {"article_id": "١"}),
        ("/tap", {"article_id": "9" * 30}),
        ("/tap", {"article_id": "1", "tap_id": ""}),
        ("/tap", {"article_id": "1", "tap_id": "x" * 32}),
        ("/tap", {"article_id": "1", "tap_id": "ab" * 40}),
        ("/group-tap", {"amount": "5"}),
        ("/scan", {"code": "1001", "tap_id": "7"}),
        ("/line/quantity", {"line_no": "1"}),
        ("/line/quantity", {"line_no": "1", "change": "--1"}),
        ("/line/quantity", {"change": "1"}),
        ("/line/remove", {}),
        ("/pay/cash", {"tap_id": ""}),
        ("/pay/card", {"tap_id": "not one"}),
        ("/pay/cash/amount", {"tendered": "50", "tap_id": ""}),
        ("/printed", {"answer": "perhaps"}),
        ("/printed", {}),
    ],
)
def test_what_our_pages_never_send_is_refused(
    desk: TillProcess, path: str, fields: dict[str, str]
) -> None:
    screen, before, head_seq = with_a_coffee(desk)
    assert screen.post(path, **fields).status == 400
    assert_unchanged(desk, before, head_seq)


@pytest.mark.parametrize("path", ["receipts", "day/z", "panel/receipts", "earlier/1-SK1-1/z"])
def test_a_number_that_no_receipt_has_is_a_page_that_is_not_there(
    desk: TillProcess, path: str
) -> None:
    for number in ("999999999999999999", "9" * 19, "9" * 400):
        assert desk.screen.get(f"/{path}/{number}").status in (404, 422)


def test_a_repeated_tap_is_one_and_two_taps_are_two(desk: TillProcess) -> None:
    screen = desk.screen
    tap_id = secrets.token_hex(16)
    for _ in range(3):
        zone = screen.tap(COFFEE, tap_id=tap_id).zone
        assert [line[2] for line in zone.lines] == ["34,00"]
    assert screen.tap(COFFEE).zone.total == "68,00"
    less = {"line_no": "1", "change": "-1", "tap_id": secrets.token_hex(16)}
    for _ in range(3):
        assert screen.post("/line/quantity", **less).zone.total == "34,00"
    screen.tap(BUN)
    gone = {"line_no": "1", "tap_id": secrets.token_hex(16)}
    for _ in range(3):
        zone = screen.post("/line/remove", **gone).zone
        assert [line[0] for line in zone.lines] == ["Kanelbulle"]


@pytest.mark.parametrize("method", ["cash", "card"])
def test_a_repeated_payment_is_one(desk: TillProcess, method: str) -> None:
    screen, _, _ = with_a_coffee(desk)
    charges, receipts = desk.charges()[0], len(desk.bodies("receipt.sealed"))
    tap_id = secrets.token_hex(16)
    for _ in range(3):
        assert screen.post(f"/pay/{method}", tap_id=tap_id).status == 200
    screen.until("done")
    assert screen.post(f"/pay/{method}", tap_id=tap_id).zone.state == "done"
    assert len(desk.bodies("receipt.sealed")) == receipts + 1
    assert desk.charges()[0] == charges + (method == "card")


def test_a_form_from_elsewhere_is_refused(desk: TillProcess) -> None:
    screen, before, head_seq = with_a_coffee(desk)
    fields = {"article_id": str(BUN), "tap_id": secrets.token_hex(16)}
    for headers in (
        {"HX-Request": "true"},
        {"HX-Request": "true", "X-CSRFToken": "a" * 64},
        {"HX-Request": "true", "X-CSRFToken": screen.token, "Origin": "http://evil.example"},
    ):
        assert screen.ask("POST", "/tap", fields, headers).status == 403
    assert screen.ask("POST", "/abort", {}, {}).status == 302
    assert screen.get("/tap").status == 405
    assert_unchanged(desk, before, head_seq)


def test_nobody_without_a_session_touches_the_cart(desk: TillProcess) -> None:
    screen, before, head_seq = with_a_coffee(desk)
    stranger = Screen(screen.port)
    stranger.get("/login")
    for path in ("/tap", "/pay/cash", "/abort"):
        assert stranger.post(path, article_id=str(BUN)).status == 401
    assert stranger.get("/paying", fragment=True).status == 401
    for path in ("/", "/status", "/day", "/receipts"):
        answer = stranger.get(path)
        assert (answer.status, answer.headers["Location"]) == (302, "/login")
    assert_unchanged(desk, before, head_seq)
    assert stranger.log_in(EMAIL, PASSWORD).status == 302
    assert stranger.zone().lines == before.lines, "the cart is the till's, not the session's"


@pytest.mark.requirement("R-USER-001")
def test_a_wrong_password_says_so_and_guessing_is_slow(desk: TillProcess) -> None:
    _, before, head_seq = with_a_coffee(desk)
    guesser = Screen(desk.screen.port)
    name = f"{secrets.token_hex(4)}@prov.example"
    for _ in range(5):
        answer = guesser.log_in(name, "gissar")
        assert answer.status == 422
        assert answer.page.says(".notice") == refusal("login_wrong")
        assert f'value="{name}"' in answer.text, "the e-mail is not typed again"
    answer = guesser.log_in(name, "gissar")
    assert answer.status == 422
    wait = swedish("Too many tries. Wait %(seconds)s seconds, then try again.", seconds="60")
    assert re.sub(r"\d+", "60", answer.page.says(".notice")) == wait
    assert 50 <= int(re.findall(r"\d+", answer.page.says(".notice"))[0]) <= 60
    # The one who guesses locks nobody else out.
    assert Screen(desk.screen.port).log_in(EMAIL, "fel").status == 422
    assert "skrin_till" not in guesser.cookies
    assert_unchanged(desk, before, head_seq)


def test_an_empty_log_in_says_what_is_missing(desk: TillProcess) -> None:
    answer = Screen(desk.screen.port).log_in("", "")
    assert answer.status == 422
    assert answer.page.says("#email-fault") == swedish("Type your e-mail.")
    assert answer.page.says("#password-fault") == swedish("Type your password.")


def test_paying_for_nothing(desk: TillProcess) -> None:
    head_seq = desk.head_seq()
    for path in ("/pay/cash", "/pay/card"):
        answer = desk.screen.post(path)
        assert (answer.status, answer.notice) == (422, refusal("cart_empty"))
    assert desk.head_seq() == head_seq

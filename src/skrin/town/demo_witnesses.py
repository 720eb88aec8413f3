"""The witnesses of a demo's sales: till, Z, office, control unit, card terminal, paper."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skrin.domain.codec import decode_body
from skrin.domain.payment import CARD, CASH
from skrin.domain.receipt import ReceiptSealed, ReceiptSigned
from skrin.domain.report import DayReport
from skrin.till.storage.register_reader import RegisterReader
from skrin.till.storage.shop_reader import ShopReader
from skrin.town.compare import Sums, Witness
from skrin.town.web import WebFault, WebSession

if TYPE_CHECKING:
    from skrin.town.demo import Demo, RunningTill

UPLOAD_PATIENCE_S = 60.0
PRINT_PATIENCE_S = 20.0


def device_json(part_ready: dict[str, Any], path: str) -> Any:
    """What a simulator's control page tells."""
    url = f"http://127.0.0.1:{part_ready['control_port']}{path}"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=10) as answer:
        return json.loads(answer.read())


class Witnesses:
    """Everybody who saw the sales of one till, from now on."""

    def __init__(self, demo: Demo, running: RunningTill) -> None:
        """Remember where each stands before the first sale."""
        self.demo, self.running = demo, running
        (path,) = Path(demo.data / "tills" / running.designation).glob("*/shop.sqlite")
        self.reader = ShopReader(path)
        self.registers = RegisterReader(path)
        self.first_seq = self.reader.head()[0] + 1
        self.office = WebSession(demo.office_url)
        owner = demo.people[-1]
        self.office.log_in(owner["email"], owner["password"])
        self.till_id = str(running.till.ready["till"])
        self.store = int(path.parent.name.rsplit("-", 1)[1])
        self.slips_before = self._last_slip()
        self.before = self._counters()
        self.z_through = 0

    def close_day(self, web: WebSession) -> None:
        """Close every waiting day at the till's own page."""
        page = web.get("/day")
        days = re.findall(r'href="/day/close/([\d-]+)"', page)
        if not days:
            raise WebFault("the till shows no day to close")
        status, answer = web.post("/day/close", day=days[-1])
        if status != 200:
            raise WebFault(f"closing answered {status}: {answer[:200]}")
        self.z_through = 1

    def all(self, tally: Sums) -> list[Witness]:
        """What each tells of the sales since the beginning."""
        self._wait_printed()
        self._wait_uploaded()
        now = self._counters()
        rows = [Witness("shopper", tally), Witness("till journal", self._journal())]
        if self.z_through:
            rows.append(self._z())
        for name, sums in now.items():
            rows.append(Witness(name, sums.minus(self.before[name]), self._remark(name)))
        rows.append(Witness("paper", self._paper()))
        return rows

    def _journal(self) -> Sums:
        sums = Sums()
        sealed: ReceiptSealed | None = None
        for entry in self.reader.entries(self.first_seq):
            body = decode_body(entry.header.kind, entry.header.version, entry.body)
            if isinstance(body, ReceiptSealed):
                sealed = body
            elif isinstance(body, ReceiptSigned):
                assert sealed is not None and sealed.number == body.number
                sums = sums.plus(_of_receipt(sealed))
        return sums

    def _z(self) -> Witness:
        """The Z that closed the sales; its periods may hold sales from before the shopper came."""
        counted, numbers = Sums(), []
        for entry in self.reader.entries(self.first_seq):
            body = decode_body(entry.header.kind, entry.header.version, entry.body)
            if isinstance(body, DayReport) and body.number:
                numbers.append(str(body.number))
                counted = counted.plus(_of_report(body, self._methods()))
        early = self._sold_before()
        return Witness("till Z", counted.minus(early), f"Z {', '.join(numbers)}")

    def _sold_before(self) -> Sums:
        """Receipts before the shopper that no Z had closed yet."""
        closed_seq = max(
            (seq for _, _, _, seq, _ in self.reader.closings(1000) if seq < self.first_seq),
            default=0,
        )
        sums = Sums()
        for entry in self.reader.entries(closed_seq + 1):
            if entry.header.seq >= self.first_seq:
                break
            body = decode_body(entry.header.kind, entry.header.version, entry.body)
            if isinstance(body, ReceiptSealed):
                sums = sums.plus(_of_receipt(body))
        return sums

    def _methods(self) -> dict[str, str]:
        rows = [json.loads(row) for row in self.registers.rows("payment_methods")]
        return {str(row["id"]): row["kind"] for row in rows}

    def _counters(self) -> dict[str, Sums]:
        return {
            "office": self._office(),
            "control unit": self._control_unit(),
            "card terminal": self._card_terminal(),
        }

    def _office(self) -> Sums:
        told = self._summary()
        sold = [kind for kind in told["kinds"] if kind["kind"] == "sale"]
        paid = dict.fromkeys((CASH, CARD), 0)
        for payment in told["payments"]:
            paid[payment["kind"]] = paid.get(payment["kind"], 0) + payment["amount_minor"]
        return Sums(
            sum(kind["count"] for kind in sold),
            sum(kind["total_minor"] for kind in sold),
            sum(kind["rounding_minor"] for kind in sold),
            paid[CASH],
            paid[CARD],
        )

    def _summary(self) -> dict[str, Any]:
        summary: dict[str, Any] = self.office.get_json(
            f"/tills/{self.till_id}/{self.store}/summary.json"
        )
        return summary

    def _control_unit(self) -> Sums:
        assert self.demo.unit is not None
        counters = device_json(self.demo.unit.ready, "/state")["counters"]["receipts"]
        heard = [
            by_type.get("normal", {})
            for of_company in counters.values()
            for pos_id, by_type in of_company.items()
            if pos_id == self.running.designation
        ]
        return Sums(
            sum(c.get("number", 0) - c.get("again_number", 0) for c in heard),
            sum(c.get("total_minor", 0) - c.get("again_total_minor", 0) for c in heard),
            None,
            None,
            None,
        )

    def _card_terminal(self) -> Sums:
        tills = device_json(self.running.card_terminal.ready, "/state")["counters"]["tills"]
        charges = tills.get(self.till_id, {}).get("charges", {})
        return Sums(None, None, None, None, charges.get("sum_minor", 0))

    def _remark(self, name: str) -> str:
        if name == "office":
            again = self._summary()["repeated_registrations"]
            return f"{again} registered again" if again else ""
        return ""

    def _last_slip(self) -> int:
        slips = device_json(self.running.printer.ready, "/slips")
        return max((slip["number"] for slip in slips), default=0)

    def _paper(self) -> Sums:
        slips = device_json(self.running.printer.ready, f"/slips?after={self.slips_before}")
        sums = Sums()
        for slip in slips:
            if "Kvittonr" in slip["text"] and slip["complete"]:
                sums = sums.plus(_of_slip(slip["text"]))
        return sums

    def _wait_printed(self) -> None:
        wanted = sum(
            1
            for entry in self.reader.entries(self.first_seq)
            if entry.header.kind in ("receipt.signed", "day.closed")
        )
        patience = time.monotonic() + PRINT_PATIENCE_S
        while time.monotonic() < patience:
            delivered = sum(
                1
                for entry in self.reader.entries(self.first_seq)
                if entry.header.kind == "document.delivered"
            )
            if delivered >= wanted:
                return
            time.sleep(0.1)

    def _wait_uploaded(self) -> None:
        patience = time.monotonic() + UPLOAD_PATIENCE_S
        while self._summary()["head_seq"] < self.reader.head()[0]:
            if time.monotonic() > patience:
                raise WebFault("the office has not got everything")
            time.sleep(0.2)


def _of_receipt(sealed: ReceiptSealed) -> Sums:
    paid = {CASH: 0, CARD: 0}
    for payment in sealed.payments:
        paid[payment.kind] = paid.get(payment.kind, 0) + payment.amount_minor
    return Sums(1, sealed.total_minor, sealed.rounding_minor, paid[CASH], paid[CARD])


def _of_report(report: DayReport, methods: dict[str, str]) -> Sums:
    paid = {CASH: 0, CARD: 0}
    for row in report.rows_of("method"):
        paid[methods.get(row.key, CASH)] += row.amount_minor
    return Sums(
        report.row("receipts").count,
        report.row("receipts").amount_minor,
        report.row("rounding").amount_minor,
        paid[CASH],
        paid[CARD],
    )


def _of_slip(text: str) -> Sums:
    """The sums that a receipt's paper shows, read as a person would."""
    total = _shown(text, "Totalt")
    to_pay = _shown(text, "Att betala SEK")
    cash = _shown(text, "Kontant") - _shown(text, "Växel")
    return Sums(1, total, _shown(text, "Öresavrundning"), cash, to_pay - cash)


def _shown(text: str, label: str) -> int:
    found = re.search(rf"^{label} +(-?[\d ]+,\d\d)$", text, re.M)
    return int(re.sub(r"[ ,]", "", found[1])) if found else 0

"""The messages between a till and the office, each a frozen dataclass, on the wire as JSON.

The exchange alone carries the journal: its body is a JSON head followed by the raw records, so that
entries travel as the bytes that were written (D1). Every request of an enrolled till is signed with
its Ed25519 key over path and body (D23); the signature stands in the header `SIGNATURE_HEADER`.
Repeats have no effect: the office takes only head + 1 (D26), the till only its last order + 1.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from struct import Struct

from skrin.domain.card_terminal import NEXO_JSON
from skrin.domain.codec import decode, encode
from skrin.domain.receipt import ReceiptSealed
from skrin.sync.damage import FileDamage
from skrin.sync.host import NO_HOST, HostFacts

WIRE_VERSION = 1

ENROL_PATH = "/sync/enrol"
LOGIN_PATH = "/sync/login"
PIN_PATH = "/sync/pin"
EXCHANGE_PATH = "/sync/exchange"
PUBLICATION_PATH = "/sync/publication"
SALES_PATH = "/sync/sales"

TILL_HEADER = "Skrin-Till"
"""`<company>/<till_id>`: whose key to check the signature with."""

SIGNATURE_HEADER = "Skrin-Signature"
"""Ed25519 over `signed_bytes(path, body)`, base64."""

RUNNING, STOPPED, RETIRED = "running", "stopped", "retired"

MAX_BATCH_BYTES = 4 * 1024 * 1024
"""What one exchange carries at most; a longer backlog goes in several."""

_LENGTH = Struct(">I")


class WireFault(ValueError):
    """A message that is not of the agreed form."""


def signed_bytes(path: str, body: bytes) -> bytes:
    """The bytes that a till signs: the path and the body, so that neither can be swapped."""
    return path.encode() + b"\n" + body


@dataclass(frozen=True, slots=True)
class EnrolRequest:
    """A device presents the office's code and the public half of its own key (base64)."""

    wire: int
    code: str
    public_key: str
    device_name: str
    program: str
    version: str


@dataclass(frozen=True, slots=True)
class StoreSeat:
    """A store that the till may sell in, and its register designation there (D2)."""

    store: int
    name: str
    designation: str


@dataclass(frozen=True, slots=True)
class CardTerminalSettings:
    """A card terminal: the payment app's id, the name for people, what it speaks. `ca`: whom its
    TLS trusts, the file or the certificate itself (PEM); empty = no TLS. `provider`: whom to ask
    about its payments, where that is another than the payment method's."""

    card_terminal_id: str
    address: str
    name: str = ""
    protocol: str = NEXO_JSON
    ca: str = ""
    provider: str = ""
    provider_phone: str = ""


@dataclass(frozen=True, slots=True)
class StoreCardTerminal:
    """A card terminal that the office names for a store, as published: for the till with this
    `designation`, or (empty) for all of them; in this order."""

    id: int
    designation: str
    order: int
    terminal: CardTerminalSettings


@dataclass(frozen=True, slots=True)
class StoreTillSettings:
    """A row of the published section `settings`: what the office says for the till with this
    designation, empty = for all tills of the store. `values` by the setting's name; one that is not
    named holds nothing. See `domain.till_setting`."""

    designation: str
    values: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class DeviceSettings:
    """What hangs on the till; addresses are `host:port`, an empty one = none. A card terminal that
    speaks over TLS is trusted by the file `ca`."""

    control_unit: str = ""
    control_unit_model: str = ""
    card_terminal: str = ""
    card_terminal_id: str = ""
    card_terminal_ca: str = ""
    printer: str = ""
    printer_columns: int = 42
    printer_code_page: str = "cp858"
    printer_profile: str = "default"
    card_terminal_protocol: str = NEXO_JSON
    card_terminal_name: str = ""
    more_card_terminals: tuple[CardTerminalSettings, ...] = ()
    scale: str = ""
    """`toledo_8217:/dev/ttyUSB0`, as `domain.scale.place_of` reads it."""


@dataclass(frozen=True, slots=True)
class SignedAdmission:
    """The office's word that it let a till in (`admissions.Admission`, as JSON), and its signature
    of it."""

    admission: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class EnrolAnswer:
    """Who the till is from now on. `predecessor`: the till that it replaces, empty = none (D45).
    `admission`: to be shown to an office that has forgotten the till; older ones give none."""

    company: int
    company_name: str
    till: str
    seats: tuple[StoreSeat, ...]
    devices: DeviceSettings
    predecessor: str = ""
    admission: SignedAdmission | None = None


@dataclass(frozen=True, slots=True)
class LoginRequest:
    """A person's e-mail and password, checked at the office (D28). `store` 0 = not chosen yet.

    `new_pin`: the PIN that the person chooses with it; empty = the PIN stays as it is.
    """

    email: str
    password: str
    store: int
    new_pin: str = ""


@dataclass(frozen=True, slots=True)
class PinRequest:
    """A person's PIN, checked at the office the first time that a till sees it (D28)."""

    person: str
    pin: str
    store: int


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff as the till knows them: never an address or a hash (D5, D28).

    `pin_version` is raised with each new PIN, so that a till forgets the old one; 0 = none.
    `services`: the right to service tills was given beside the role.
    """

    person: str
    display_name: str
    role: str
    stores: tuple[int, ...]
    pin_version: int = 0
    services: bool = False


@dataclass(frozen=True, slots=True)
class LoginAnswer:
    """The person, when the password or the PIN was right; else why not, and when to try again.

    `refusal`: `wrong`, `wait`, `not_here`; of a PIN also `unset` and `password` (too many misses).
    `seats`: the stores that the device is a till of by now; none = as it knows.
    """

    person: Person | None
    refusal: str = ""
    wait_s: int = 0
    seats: tuple[StoreSeat, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """The control unit as the till last heard it. Codes are the unit's own; an empty text = its
    protocol does not tell, or nothing is known. `fault` is why it gives no mark, empty = it does;
    `owner` the organisation number that unit and till belong to; `answered_ms` how long ago it
    answered, -1 = not since the till's start."""

    model: str = ""
    firmware: str = ""
    protocol: str = ""
    kind: str = ""
    address: str = ""
    main_status: str = ""
    storage_status: str = ""
    licences: str = ""
    fault: str = ""
    owner: str = ""
    answered_ms: int = -1


@dataclass(frozen=True, slots=True)
class TillStatus:
    """How the till is, for the office's page. Ages in milliseconds, -1 = never. `host`: what keeps
    it running, where something does. `damage`: of its file, for service; it sells nothing then.
    `damages`: the first of it, to be put in words; an older till sends none."""

    unsent: int = 0
    oldest_unsent_ms: int = 0
    control_unit: str = ""
    control_unit_state: str = ""
    card_terminal_state: str = ""
    printer_state: str = ""
    publication: int = 0
    user: str = ""
    unit: UnitFacts = UnitFacts()
    host: HostFacts = NO_HOST
    damage: str = ""
    damages: tuple[FileDamage, ...] = ()


@dataclass(frozen=True, slots=True)
class ParkedName:
    """What a parked receipt is called: people's words, so never in the journal (D5)."""

    cart_id: str
    name: str


@dataclass(frozen=True, slots=True)
class ParkedLine:
    """A line of a parked receipt as the list shows it."""

    name: str
    quantity_milli: int
    decimals: int
    unit: str


@dataclass(frozen=True, slots=True)
class ParkedCard:
    """A parked receipt of the store, wherever it lies (R-PARK-006).

    `register` has it, called `holder` (its designation); both empty = nobody, whoever asks gets
    it. `on_screen`: `person` (an id) has it on the screen there; `away`: that till is out of use.
    `generation` is what a manager who takes it over names.
    """

    cart_id: str
    name: str
    register: str
    holder: str
    person: str
    on_screen: bool
    away: bool
    generation: int
    parked_utc_ms: int
    total_minor: int
    lines: tuple[ParkedLine, ...]


@dataclass(frozen=True, slots=True)
class ExchangeHead:
    """The head of an exchange. `first_seq`: seq of the first record; `count`: how many follow.

    `sold_out_tag`: which list of what is sold out the till has; empty = none. `parked_tag`: the
    same of the store's parked receipts; `parked_names`: what those are called that lie here and
    that the list calls otherwise. `orders_after`: the last order that the journal has.
    `tills_heard`: the tills of which the office told last that they have enrolled.
    """

    wire: int
    company: int
    till: str
    store: int
    incarnation: int
    first_seq: int
    count: int
    orders_after: int
    version: str
    sent_at_utc_ms: int
    status: TillStatus
    sold_out_tag: str = ""
    parked_tag: str = ""
    parked_names: tuple[ParkedName, ...] = ()
    tills_heard: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exchange:
    """A head and its records, each as journaled."""

    head: ExchangeHead
    records: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """An order of the rights protocol, numbered without gaps per (till, store)."""

    order_no: int
    kind: str
    body: dict[str, str | int]


@dataclass(frozen=True, slots=True)
class OrderedCopy:
    """A copy that somebody at the office wants this till to make, while it is wanted. `key` is the
    receipt's; `person`, `display_name` and `role` are of who ordered it."""

    order_id: str
    key: str
    person: str
    display_name: str
    role: str


@dataclass(frozen=True, slots=True)
class ExchangeAnswer:
    """What the office has now. `head_hash` hex. `alarm` names why a chain was stopped.

    `sold_out`: the store's articles of which there is no more, after the records of this exchange;
    None = the list that the till has by its tag. `parked`: the same of its parked receipts.
    `copies`: all that are ordered of this till now; who was called and is not is wanted no more.
    `publication_digest`: of the current publication, for a number may come again with other rows
    after the office was put back to a backup; empty = the office does not tell.
    """

    head_seq: int
    head_hash: str
    chain: str
    orders: tuple[Order, ...]
    office_utc_ms: int
    next_exchange_ms: int
    publication: int
    alarm: str = ""
    sold_out_tag: str = ""
    sold_out: tuple[int, ...] | None = None
    parked_tag: str = ""
    parked: tuple[ParkedCard, ...] | None = None
    copies: tuple[OrderedCopy, ...] = ()
    publication_digest: str = ""
    till_enrolled: str = ""


@dataclass(frozen=True, slots=True)
class PublicationRequest:
    """Ask for registers: `number` and `digest` (hex) are what the till has; 0 and "" = nothing."""

    store: int
    number: int
    digest: str


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """A row of a section; `row` is its JSON as text, kept to the byte; None = the row is gone."""

    section: str
    key: str
    row: str | None


@dataclass(frozen=True, slots=True)
class PublicationAnswer:
    """The difference from the till's number, or all when `whole`; `digest` is of the result."""

    number: int
    digest: str
    whole: bool
    rows: tuple[PublishedRow, ...]


@dataclass(frozen=True, slots=True)
class SalesQuestion:
    """Which sales of a store have this number: of one register, or (empty) of any (R-RET-004)."""

    store: int
    designation: str
    number: int


@dataclass(frozen=True, slots=True)
class FoundSale:
    """A signed sale or return of the store. `key` is of what may be returned of it and of its
    copies (`journaled.receipt_key`)."""

    key: str
    sealed_at_utc_ms: int
    utc_offset_min: int
    receipt: ReceiptSealed


@dataclass(frozen=True, slots=True)
class SalesAnswer:
    """The sales that the office has, latest first."""

    sales: tuple[FoundSale, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """The office's no, in a code: `unknown_till`, `bad_signature`, `code_spent` ..."""

    fault: str
    detail: str = ""


def pack_exchange(exchange: Exchange) -> bytes:
    """The body of an exchange: length and JSON of the head, then of each record its bytes."""
    parts = [encode(exchange.head), *exchange.records]
    return b"".join([piece for part in parts for piece in (_LENGTH.pack(len(part)), part)])


def unpack_exchange(body: bytes) -> Exchange:
    """Read the body of an exchange. Raises `WireFault`."""
    parts = list(_parts(body))
    if not parts:
        raise WireFault("an exchange has a head")
    try:
        head = decode(ExchangeHead, parts[0])
    except ValueError as fault:
        raise WireFault(f"the head cannot be read: {fault}") from fault
    if head.wire != WIRE_VERSION:
        raise WireFault(f"wire version {head.wire} is not spoken here")
    if head.count != len(parts) - 1:
        raise WireFault(f"the head says {head.count} records, {len(parts) - 1} came")
    return Exchange(head, tuple(parts[1:]))


def _parts(body: bytes) -> Iterable[bytes]:
    at, end = 0, len(body)
    while at < end:
        if at + 4 > end:
            raise WireFault("the body is torn inside a length")
        (size,) = _LENGTH.unpack_from(body, at)
        if at + 4 + size > end:
            raise WireFault("the body is torn inside a part")
        yield body[at + 4 : at + 4 + size]
        at += 4 + size

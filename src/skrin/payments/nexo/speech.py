"""nexo Retailer in JSON as a `Speech`. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from skrin.payments.contract import PaymentAnswer, PaymentAsk, ProviderState, TerminalIdentity
from skrin.payments.nexo import answers, requests


@dataclass(frozen=True, slots=True)
class JsonSpeech:
    """The JSON binding; see `contract.Speech`."""

    def login(
        self,
        sale_id: str,
        card_terminal_id: str,
        service_id: str,
        *,
        at_local: str,
        software_version: str,
    ) -> bytes:
        """Opens a session."""
        return requests.login_request(
            sale_id,
            card_terminal_id,
            service_id,
            at_local=at_local,
            software_version=software_version,
        )

    def logout(self, sale_id: str, card_terminal_id: str, service_id: str) -> bytes:
        """Ends the session."""
        return requests.logout_request(sale_id, card_terminal_id, service_id)

    def payment(self, ask: PaymentAsk) -> bytes:
        """Charges, or gives back to a card that is shown."""
        return requests.payment_request(ask)

    def reversal(self, ask: PaymentAsk, transaction: str) -> bytes:
        """Undoes the charge that the terminal calls `transaction`."""
        return requests.reversal_request(ask, transaction)

    def status(self, ask: PaymentAsk, service_id: str) -> bytes:
        """Asks what became of an attempt."""
        return requests.status_request(ask, service_id)

    def abort(self, ask: PaymentAsk, service_id: str) -> bytes:
        """Asks the terminal to stop an attempt."""
        return requests.abort_request(ask, service_id)

    def state(self, sale_id: str, card_terminal_id: str, service_id: str, at_local: str) -> bytes:
        """Asks how the terminal is."""
        return requests.diagnosis_request(sale_id, card_terminal_id, service_id)

    def read_login(self, body: bytes, sale_id: str, service_id: str) -> tuple[str, str]:
        """Empty or why it was refused, and the device's serial number."""
        refused = answers.read_login(body, sale_id, service_id)
        return refused, "" if refused else answers.serial_number(body)

    def read_identity(self, body: bytes) -> TerminalIdentity:
        """Who the device is."""
        return answers.read_identity(body)

    def read_payment(self, body: bytes, ask: PaymentAsk) -> PaymentAnswer:
        """The answer to a payment."""
        return answers.read_payment(body, ask)

    def read_reversal(self, body: bytes, ask: PaymentAsk) -> PaymentAnswer:
        """The answer to a reversal."""
        return answers.read_reversal(body, ask)

    def read_status(self, body: bytes, ask: PaymentAsk, service_id: str) -> PaymentAnswer:
        """What became of an attempt."""
        return answers.read_status(body, ask, service_id)

    def read_state(self, body: bytes, sale_id: str, service_id: str) -> ProviderState:
        """How the terminal is."""
        return answers.read_diagnosis(body, sale_id, service_id)

"""Sold out: there is no more of an article today, on all tills of the store (R-MORE-004, D23a).

A mark is an entry and is sent at once; the office keeps the store's list and tells it with each
exchange. What this till said and the office has not heard yet goes before the list, so that a mark
holds here at once, and without the office here alone.
"""

from __future__ import annotations

from skrin.domain.journal import ArticleSoldOut
from skrin.domain.refusal import Refusal
from skrin.sync.messages import ExchangeAnswer, Person
from skrin.till.flow.till import Till
from skrin.till.storage.shop_reader import ShopReader

TAG = "sold_out_tag"
"""Under this name the state keeps which list of the office this till has."""


def mark(till: Till, actor: Person, article: int, on: bool) -> None:
    """Say that there is no more of an article, or that there is again. `till.sold_out` tells.

    Refused: `article_unknown`; `not_in_training`, since other tills would hear of it.
    """

    def command() -> None:
        if till.desk.training:
            raise Refusal("not_in_training")
        if till.registers.articles.get(article) is None:
            raise Refusal("article_unknown")
        if (article in till.sold_out) == on:
            return
        with till.transaction(actor) as tx:
            header = tx.append("article.sold_out", ArticleSoldOut(article, on))
            till.file.put_sold_out_mark(article, on, header.seq)
        till.sold_out = till.file.sold_out()

    till.run(command)


def take_list(till: Till, reader: ShopReader, answer: ExchangeAnswer) -> None:
    """Take the store's list out of the office's answer, when it is another than the till's.

    `reader`: the calling thread's own view of the file. It is a read model of other journals, so
    it has no entry here.
    """
    if answer.sold_out is None and not reader.has_sold_out_marks(answer.head_seq):
        return

    def command() -> None:
        with till.file.commit():
            if answer.sold_out is not None:
                till.file.put_sold_out(answer.sold_out)
                till.file.put_state(TAG, answer.sold_out_tag)
            till.file.drop_sold_out_marks(answer.head_seq)
        till.sold_out = till.file.sold_out()

    till.run(command)

"""The words around a picture, from the reply that it belongs to."""

from analytics.charts import Words
from analytics.language import tr
from analytics.market.prices import Origin
from handlers._reply import Reply


def words_around(
    reply: Reply, origin: Origin, *, subtitle: str, title: str | None = None, n_lines: int = 2
) -> Words:
    """Title, subtitle, the last ``n_lines`` of the reply below, and the warning of its prices.

    Without a title of its own a picture has that of the reply, with the first part of its answer.
    """
    first, _, _ = reply.answer.partition(" · ")
    return Words(
        title=f"{reply.title} {first}" if title is None else title,
        subtitle=subtitle,
        footnote=" · ".join(reply.provenance[-n_lines:]) or tr("not advice"),
        warning=origin.warning or "",
    )

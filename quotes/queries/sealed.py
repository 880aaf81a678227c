"""What is locked, read by whoever may: a vendor's own draft and revisions, a round's key."""

from core import vault
from quotes.domain.drafts import QuoteDraft
from quotes.domain.sealing import Envelope, unpacked
from quotes.models import Quote, QuoteRevision, RoundKey


def draft_label(quote: Quote) -> str:
    """What a draft is locked under."""
    return f"quotes.quote:{quote.pk}"


def copy_label(revision: QuoteRevision) -> str:
    """What the author's copy of a revision is locked under."""
    return f"quotes.revision:{revision.pk}"


def key_label(key: RoundKey) -> str:
    """What a round's private key is locked under."""
    return f"quotes.key:{key.rfq_id}"


def draft_of(quote: Quote) -> QuoteDraft:
    """Return a vendor's own draft."""
    return QuoteDraft.unpacked(vault.unlock(bytes(quote.locked_draft), label=draft_label(quote)))


def authors_envelope(revision: QuoteRevision) -> Envelope:
    """Return what a vendor itself submitted, at any time."""
    return unpacked(vault.unlock(bytes(revision.authors_copy), label=copy_label(revision)))


def opened_envelope(revision: QuoteRevision) -> Envelope:
    """Return what an opened revision holds."""
    return Envelope(revision.opened.content, revision.opened.nonce)


def private_key(key: RoundKey) -> bytes:
    """Return the private half of a round's key."""
    return vault.unlock(bytes(key.locked_key), label=key_label(key))

"""The signed links of a question: to confirm an address, to follow it, and to answer it."""

from datetime import timedelta

from accounts.links import SignedLink, UnknownLinkError

__all__ = ["ANSWER", "FOLLOW", "VERIFY", "SignedLink", "UnknownLinkError"]

VERIFY = SignedLink("enquiries:verify", "enquiries.verify", timedelta(days=3))
FOLLOW = SignedLink("enquiries:follow", "enquiries.follow", timedelta(days=365))
ANSWER = SignedLink("enquiries:answer", "enquiries.answer", timedelta(days=365))

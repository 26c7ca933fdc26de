"""Whose mail domain is whose: what an address at the domain of a school's website says.

Pure functions on text: no database, no network.
"""

import re

# Providers whose addresses anybody can get, and places where anybody has a page. Also what lies below them.
FOR_EVERYBODY = frozenset(
    {
        "gmail.com", "googlemail.com", "google.com", "outlook.com", "outlook.nl", "hotmail.com", "hotmail.nl",
        "live.com", "live.nl", "msn.com", "microsoft.com", "onmicrosoft.com", "yahoo.com", "yahoo.nl",
        "icloud.com", "me.com", "mac.com", "apple.com", "proton.me", "protonmail.com", "gmx.com", "gmx.net",
        "gmx.nl", "mail.com", "aol.com", "zoho.com", "yandex.com", "tutanota.com", "startmail.com", "kpnmail.nl",
        "kpnplanet.nl", "planet.nl", "hetnet.nl", "kpn.nl", "xs4all.nl", "ziggo.nl", "ziggomail.com", "home.nl",
        "casema.nl", "chello.nl", "quicknet.nl", "upcmail.nl", "zeelandnet.nl", "caiway.nl", "caiway.net",
        "solcon.nl", "solconmail.nl", "telfort.nl", "tele2.nl", "online.nl", "wanadoo.nl", "orange.nl",
        "versatel.nl", "freeler.nl", "zonnet.nl", "tiscali.nl", "lycos.nl", "freedom.nl", "delta.nl", "odido.nl",
        "t-mobilethuis.nl", "wordpress.com", "wixsite.com", "weebly.com", "jouwweb.nl", "webnode.nl",
        "blogspot.com", "facebook.com", "github.io",
    }
)  # fmt: skip
HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z][a-z0-9-]*[a-z0-9]")


def domain_of(website):
    """The domain of a website as a school writes it: no scheme, "www.", path or port; "" when there is none.

    "https://www.school.nl/over-ons" is "school.nl". Signs outside ASCII are written as in an address (xn--).
    """
    host = re.split(r"[/?#\\]", re.sub(r"^\s*([a-z][a-z0-9+.-]*:)?//", "", website.strip().lower()))[0]
    return _ascii(host.rpartition("@")[2].partition(":")[0].removeprefix("www."))


def domain_of_email(email):
    """The domain of an e-mail address; "" when there is none."""
    return _ascii(email.strip().lower().rpartition("@")[2]) if "@" in email else ""


def _ascii(host):
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii").lower()
        except UnicodeError:
            return ""
    host = host.removesuffix(".")
    return host if HOST.fullmatch(host) else ""


def is_within(domain, parent):
    """Whether `domain` is `parent` or lies below it; never for an empty one."""
    return bool(parent) and (domain == parent or domain.endswith("." + parent))


def overlap(one, other):
    """Whether one of two domains lies within the other."""
    return is_within(one, other) or is_within(other, one)


def is_for_everybody(domain):
    """Whether an address at `domain` says nothing of where somebody works."""
    return any(is_within(domain, known) for known in FOR_EVERYBODY)


def is_own(email_domain, school_domain, other_domains):
    """Whether an address at `email_domain` can only be of the school whose website is at `school_domain`.

    other_domains: those of everybody else, "" allowed. Closed by default: a school below or above the domain of
    another shares it.
    """
    return (
        is_within(email_domain, school_domain)
        and not is_for_everybody(email_domain)
        and not any(overlap(school_domain, other) for other in other_domains)
    )

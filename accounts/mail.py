"""Mail with a form: a template in words and one in HTML, made into a Message."""

import re

from django.conf import settings
from django.template import Context
from django.template.loader import get_template

from accounts.messages import queue


def queue_mail(*, template, context, subject, **said):
    """Write down a mail made from `mail/<template>.txt` and `mail/<template>.html`; returns its Message.

    Both templates extend `mail/base.txt` or `mail/base.html`, and know besides `context`: subject,
    site_url, office_name. Addresses in a mail are whole: `site_url` before a path. The rest is as in
    `accounts.messages.queue`: call it inside a transaction; a key that was used gives back the first message.
    """
    subject = " ".join(str(subject).split())
    text, html = render_mail(template, {**context, "subject": subject})
    return queue(subject=subject, text=text, html=html, **said)


def render_mail(template, context):
    """(text, html) of a mail. Only the HTML is escaped: a name with an ampersand reads as it is in the text."""
    values = {**context, "site_url": settings.SITE_URL, "office_name": settings.OFFICE_NAME}
    text, html = (
        get_template(f"mail/{template}.{form}").template.render(Context(dict(values), autoescape=form == "html"))
        for form in ("txt", "html")
    )
    return _tidied(text), html.strip() + "\n"


def _tidied(text):
    """`text` with one empty line at most between its parts: tags of a template leave many behind."""
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines) + "\n"

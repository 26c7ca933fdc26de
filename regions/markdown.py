"""Texts of staff in Markdown, made harmless."""

import nh3
from django.utils.safestring import mark_safe
from markdown_it import MarkdownIt

# Headings start at level 3: the page itself has the first two.
TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote", "h3", "h4", "code"}
_markdown = MarkdownIt("commonmark", {"html": False})


def render_markdown(text):
    """`text` as HTML that holds nothing but plain structure and http(s), mail and telephone links."""
    html = _markdown.render(text).replace("<h1>", "<h3>").replace("</h1>", "</h3>")
    html = html.replace("<h2>", "<h3>").replace("</h2>", "</h3>")
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener",
    )
    return mark_safe(clean)  # noqa: S308 (nh3 has just cleaned it)

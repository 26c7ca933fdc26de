"""Asking: the question of a school, and the answer to it."""

from django.urls import path

from enquiries import answer_views, ask_views, enquiry_views

# The pages of a question for the school; by both ways in.
SCHOOL_SIDE = (
    ("", enquiry_views.enquiry, ""),
    ("wijzig/", enquiry_views.change, "change"),
    ("intrekken/", enquiry_views.withdraw, "withdraw"),
    ("bekend/", enquiry_views.reveal, "reveal"),
    ("later/", enquiry_views.postpone, "postpone"),
    ("aannemen/<uuid:recipient>/", enquiry_views.accept, "accept"),
    ("verder/<uuid:recipient>/", enquiry_views.ask_next, "next"),
    ("bijlage/<uuid:file>/", enquiry_views.attachment, "attachment"),
)


def _named(start, name):
    return f"{start}-{name}" if name else start


urlpatterns = [
    path("vraag/", ask_views.ask, name="ask"),
    path("vraag/kijk-in-uw-mail/", ask_views.ask_sent, name="ask-sent"),
    path("vraag/bevestig/<str:token>/", ask_views.verify_page, name="verify"),
    path("vraag/ontvangen/", answer_views.received, name="received"),
    *(
        path(f"vraag/<uuid:uid>/{route}", enquiry_views.logged_in(view), name=_named("enquiry", name))
        for route, view, name in SCHOOL_SIDE
    ),
    *(
        path(f"vraag/volg/<str:token>/{route}", enquiry_views.by_link(view), name=_named("follow", name))
        for route, view, name in SCHOOL_SIDE
    ),
    path(
        "vraag/<uuid:uid>/ontvanger/<uuid:recipient>/",
        answer_views.logged_in(answer_views.answer),
        name="recipient",
    ),
    path(
        "vraag/<uuid:uid>/ontvanger/<uuid:recipient>/bijlage/<uuid:file>/",
        answer_views.logged_in(answer_views.attachment),
        name="recipient-attachment",
    ),
    path("antwoord/<str:token>/", answer_views.by_link(answer_views.answer), name="answer"),
    path(
        "antwoord/<str:token>/bijlage/<uuid:file>/",
        answer_views.by_link(answer_views.attachment),
        name="answer-attachment",
    ),
]

"""Offers: drafts, proposals, dates and freshness."""

from django.urls import path

from workspace import offer_audience, offer_dates, offer_lists, offer_revisions, offer_views

urlpatterns = [
    path("aanbod/", offer_lists.offers, name="offers"),
    path("aanbod/bevestig/", offer_lists.confirm, name="offers-confirm"),
    path("aanbod/nieuw/", offer_views.new, name="offer-new"),
    path("aanbod/wijziging/<uuid:uid>/", offer_revisions.revision, name="revision"),
    path("aanbod/wijziging/<uuid:uid>/stap/<slug:step>/", offer_revisions.step, name="revision-step"),
    path("aanbod/wijziging/<uuid:uid>/voorbeeld/", offer_revisions.preview, name="revision-preview"),
    path("aanbod/wijziging/<uuid:uid>/wie/", offer_audience.of_revision, name="revision-audience"),
    path("aanbod/wijziging/<uuid:uid>/stel-voor/", offer_revisions.propose, name="revision-propose"),
    path("aanbod/wijziging/<uuid:uid>/publiceer/", offer_revisions.publish, name="revision-publish"),
    path("aanbod/wijziging/<uuid:uid>/wijs-af/", offer_revisions.reject, name="revision-reject"),
    path("aanbod/wijziging/<uuid:uid>/voeg-samen/", offer_revisions.merge, name="revision-merge"),
    path("aanbod/wijziging/<uuid:uid>/neem-terug/", offer_revisions.take_back, name="revision-take-back"),
    path("aanbod/wijziging/<uuid:uid>/gooi-weg/", offer_revisions.discard, name="revision-discard"),
    path("aanbod/wijziging/<uuid:uid>/opnieuw/", offer_revisions.again, name="revision-again"),
    path("aanbod/activiteit/<slug:slug>/", offer_views.offer, name="offer"),
    path("aanbod/activiteit/<slug:slug>/wijzig/", offer_views.edit, name="offer-edit"),
    path("aanbod/activiteit/<slug:slug>/kopieer/", offer_views.copy, name="offer-copy"),
    path("aanbod/activiteit/<slug:slug>/wie/", offer_audience.of_offer, name="offer-audience"),
    path("aanbod/activiteit/<slug:slug>/datums/", offer_dates.dates, name="offer-dates"),
    path("aanbod/activiteit/<slug:slug>/datums/<uuid:uid>/", offer_dates.date, name="offer-date"),
    path(
        "aanbod/activiteit/<slug:slug>/datums/<uuid:uid>/afgelasten/",
        offer_dates.date_call_off,
        name="offer-date-call-off",
    ),
]

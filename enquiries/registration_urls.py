"""Signing up for a date or a programme, attendance, and what a school did."""

from django.urls import path

from enquiries import participation_views, registration_views

urlpatterns = [
    path("aanmelden/datum/<uuid:uid>/", registration_views.register, name="register"),
    path("aanmelden/programma/<slug:slug>/", registration_views.register_for_programme, name="register-programme"),
    path("aanmelding/<uuid:uid>/", registration_views.registration, name="registration"),
    path("aanmelding/<uuid:uid>/agenda.ics", registration_views.registration_ics, name="registration-ics"),
    path("aanmelding/<uuid:uid>/aannemen/", registration_views.accept, name="registration-accept"),
    path("aanmelding/<uuid:uid>/afslaan/", registration_views.decline, name="registration-decline"),
    path("aanmelding/<uuid:uid>/wijzigen/", registration_views.change, name="registration-change"),
    path("aanmelding/<uuid:uid>/andere-datum/", registration_views.transfer, name="registration-transfer"),
    path("aanmelding/<uuid:uid>/afmelden/", registration_views.cancel, name="registration-cancel"),
    path("aanmelding/<uuid:uid>/bevestigen/", registration_views.confirm, name="registration-confirm"),
    path("aanwezig/<uuid:uid>/", registration_views.attendance, name="attendance"),
    path("deelname/<int:pk>/", participation_views.participation, name="participation"),
    path("deelname/<int:pk>/noteer/", participation_views.add_entry, name="entry-add"),
    path("deelname/<int:pk>/noteer/<int:entry_pk>/", participation_views.correct_entry, name="entry"),
    path("deelname/<int:pk>/stoppen/", participation_views.stop, name="participation-stop"),
]

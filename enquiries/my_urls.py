""" "Mijn school". Below /mijn/ the fixed addresses stand in `member_urls`, which come first."""

from django.urls import path

from enquiries import my_views

urlpatterns = [
    path("mijn/", my_views.my, name="my"),
    path("mijn/begin/", my_views.begin, name="begin"),
    path("mijn/agenda/<str:secret>.ics", my_views.calendar, name="calendar"),
    path("mijn/<str:code>/", my_views.my_school, name="my-school"),
    path("mijn/<str:code>/agenda-adres/", my_views.renew_calendar, name="renew-calendar"),
    path("mijn/<str:code>/agenda-adres/weg/", my_views.revoke_calendar, name="revoke-calendar"),
    path("mijn/<str:code>/deelname.csv", my_views.participation_csv, name="participation-csv"),
]

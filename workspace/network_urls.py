"""Networks: record, partners, contacts, area, meetings and obligations."""

from django.urls import path

from workspace import contact_views, network_area_views, network_part_views, network_people_views, network_views

urlpatterns = [
    path("netwerken/", network_views.networks, name="networks"),
    path("netwerken/bevestigen/", network_views.confirm_networks, name="networks-confirm"),
    path("netwerken/<slug:slug>/", network_views.network, name="network"),
    path("netwerken/<slug:slug>/gegevens/", network_views.edit_network, name="network-edit"),
    path("netwerken/<slug:slug>/wijzigingen/", network_views.network_trail, name="network-trail"),
    path("netwerken/<slug:slug>/werkgebied/", network_area_views.area, name="network-area"),
    path("netwerken/<slug:slug>/overdragen/", network_people_views.hand_over_network, name="network-hand-over"),
    path("netwerken/<slug:slug>/vervanging/", network_people_views.appoint_for_network, name="network-appoint"),
    path("netwerken/<slug:slug>/partners/", network_part_views.partners, name="network-partners"),
    path("netwerken/<slug:slug>/steunpunten/", network_part_views.add_support_point, name="support-point-add"),
    path("netwerken/<slug:slug>/bijeenkomsten/", network_part_views.add_meeting, name="meeting-add"),
    path("netwerken/<slug:slug>/verplichtingen/", network_part_views.add_obligation, name="obligation-add"),
    path("opdrachten/<int:pk>/beeindigen/", network_people_views.end, name="assignment-end"),
    path("partners/<int:pk>/", network_part_views.partner, name="partner"),
    path("partners/<int:pk>/weg/", network_part_views.remove_partner, name="partner-remove"),
    path("steunpunten/<int:pk>/", network_part_views.support_point, name="support-point"),
    path("steunpunten/<int:pk>/weg/", network_part_views.remove_support_point, name="support-point-remove"),
    path("bijeenkomsten/<int:pk>/", network_part_views.meeting, name="meeting"),
    path("bijeenkomsten/<int:pk>/weg/", network_part_views.remove_meeting, name="meeting-remove"),
    path("verplichtingen/<int:pk>/", network_part_views.obligation, name="obligation"),
    path("contacten/", contact_views.contacts, name="contacts"),
    path("contacten/bevestigen/", contact_views.confirm_contacts, name="contacts-confirm"),
    path("contacten/nieuw/<slug:kind>/<int:pk>/", contact_views.add, name="contact-add"),
    path("contacten/<int:pk>/", contact_views.contact, name="contact"),
    path("contacten/<int:pk>/plaats/", contact_views.move, name="contact-move"),
    path("contacten/<int:pk>/weg/", contact_views.remove, name="contact-remove"),
]

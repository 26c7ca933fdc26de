"""Membership, profile and intake: the fixed addresses first, then those of one school."""

from django.urls import path

from enquiries import approval_views, member_views, profile_views

urlpatterns = [
    path("mijn/school-kiezen/", member_views.choose_school, name="choose-school"),
    path("mijn/school-kiezen/<str:code>/", member_views.choose_role, name="choose-role"),
    path("mijn/aanvraag/<int:pk>/", member_views.claim_page, name="claim"),
    path("mijn/bestuur/", member_views.boards, name="boards"),
    path("mijn/bestuur/<str:number>/", member_views.board, name="board"),
    path("mijn/uitnodiging/<uuid:uid>/", member_views.invitation, name="invitation"),
    path("mijn/goedkeuren/", approval_views.approvals, name="approvals"),
    path("mijn/goedkeuren/<int:pk>/", approval_views.decide, name="decide"),
    path("mijn/<str:code>/leden/", member_views.members, name="members"),
    path("mijn/<str:code>/leden/uitnodigen/", member_views.invite_member, name="invite"),
    path(
        "mijn/<str:code>/leden/uitnodiging/<uuid:uid>/intrekken/", member_views.withdraw, name="withdraw-invitation"
    ),
    path("mijn/<str:code>/leden/<int:pk>/rol/", member_views.member_role, name="member-role"),
    path("mijn/<str:code>/leden/<int:pk>/weg/", member_views.end_member, name="end-member"),
    path("mijn/<str:code>/profiel/", profile_views.profile, name="profile"),
    path("mijn/<str:code>/profiel/<str:sector>/", profile_views.profile_sector, name="profile-sector"),
    path("mijn/<str:code>/intake/", profile_views.intake, name="intake"),
]

"""Every URL of Loket."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from loket import admin_rules

admin_rules.apply()
# One way in: the admin's own login knows no second step and no limit on tries.
admin.site.login = secure_admin_login(admin.site.login)

urlpatterns = [
    path("", include("loket.public_urls")),
    path("", include("activities.urls")),
    path("", include("schools.urls")),
    path("", include("enquiries.urls")),
    path("beheer/", include("workspace.urls")),
    path("herinneringen/", include("reminders.urls")),
    path("dashboard/", include("dashboards.urls")),
    path("api/v1/", include("dashboards.api_urls")),
    path("", include("accounts.urls")),
    # Not allauth.urls as a whole: it holds addresses of earlier releases too.
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("account/organisatie/", include("allauth.socialaccount.urls")),
    path("account/", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("admin/", admin.site.urls),
]

handler404 = "loket.views.page_not_found"

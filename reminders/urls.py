from django.urls import path

from reminders import item_views, log_views, preference_views

app_name = "reminders"
urlpatterns = [
    path("", log_views.mine, name="mine"),
    path("regels/", log_views.rules, name="rules"),
    path("over/<str:label>:<int:pk>/", log_views.about, name="about"),
    path("voorkeuren/", preference_views.preferences, name="preferences"),
    # By the signed links of a mail.
    path("ding/<str:token>/", item_views.item, name="item"),
    path("kies/<str:token>/", preference_views.choose_by_link, name="choose"),
    path("uit/<str:token>/", preference_views.unsubscribe, name="unsubscribe"),
]

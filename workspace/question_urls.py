"""The inbox of questions, and texts to answer with."""

from django.urls import path

from workspace import question_views as views

urlpatterns = [
    path("vragen/", views.questions, name="questions"),
    path("vragen/antwoordteksten/", views.answer_templates, name="answer-templates"),
    path("vragen/antwoordteksten/nieuw/", views.answer_template_add, name="answer-template-add"),
    path("vragen/antwoordteksten/<int:pk>/", views.answer_template, name="answer-template"),
    path("vragen/antwoordteksten/<int:pk>/weg/", views.answer_template_remove, name="answer-template-remove"),
    path("vragen/<uuid:uid>/", views.question, name="question"),
    path("vragen/<uuid:uid>/notitie/", views.question_note, name="question-note"),
    path("vragen/<uuid:uid>/wie/", views.question_handler, name="question-handler"),
]

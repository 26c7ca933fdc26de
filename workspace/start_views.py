""" "Nu doen": the start page, the list behind each heading, and doing one thing in place."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from workspace.access import coordinator_required
from workspace.exports import PARAMETER, export_response
from workspace.start import SOURCES, GoneError, Person, do, group_of, groups_for

PER_PAGE = 50
COLUMNS = [
    gettext_lazy("wat"),
    gettext_lazy("van"),
    gettext_lazy("de datum zegt"),
    gettext_lazy("datum"),
    gettext_lazy("te laat"),
]


def _source(kind):
    if kind not in SOURCES:
        raise Http404(kind)
    return SOURCES[kind]


@coordinator_required
@require_safe
def start(request):
    """Everything that waits, by kind; the first of each."""
    person = Person(request.user, timezone.now())
    context = {"section": "start", "groups": groups_for(person), "person": person}
    return render(request, "workspace/start.html", context)


@coordinator_required
@require_safe
def todos(request, kind):
    """All that waits of one kind."""
    source, person = _source(kind), Person(request.user, timezone.now())
    if PARAMETER in request.GET:
        found = (source.todo(row, person) for row in source.rows(person))
        rows = ((todo.title, todo.where, todo.said if todo.due else "", todo.due, todo.is_late) for todo in found)
        return export_response(request, rows, COLUMNS, source.kind)
    page = Paginator(source.rows(person), PER_PAGE).get_page(request.GET.get("pagina"))
    context = {
        "section": "start",
        "source": source,
        "page": page,
        "todos": [source.todo(row, person) for row in page],
        "person": person,
    }
    return render(request, "workspace/todos.html", context)


@coordinator_required
@require_POST
def todo(request, kind, key):
    """Do one thing; answers with its group for htmx, else goes back to where the button stood."""
    source, person = _source(kind), Person(request.user, timezone.now())
    if source.act is None:
        raise Http404(kind)
    try:
        do(source, key, person)
    except GoneError as error:
        said, level = str(error), messages.WARNING
    else:
        said, level = str(source.done), messages.SUCCESS
    if request.htmx:
        context = {"group": group_of(source, person), "said": said, "person": person}
        return render(request, "workspace/_todo_group.html", context)
    messages.add_message(request, level, said)
    if "hele-lijst" in request.POST:
        return redirect("workspace:todos", kind)
    return redirect("workspace:start")

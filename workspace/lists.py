"""What the filtered lists of questions, participation and the region have in common."""

from django.http import QueryDict

from workspace.exports import PARAMETER

PAGE = "pagina"


def rest_of_query(request):
    """The address of a list without its page, for the links to other pages."""
    rest = QueryDict(mutable=True)
    for name, values in request.GET.lists():
        if name not in (PAGE, PARAMETER):
            rest.setlist(name, values)
    return rest.urlencode()


def state_in_words(form):
    """[(label, what was chosen)] of each field of a filter that is set, as a person reads it."""
    found = []
    for field in form:
        value = getattr(form, "cleaned_data", {}).get(field.name)
        if value:
            choices = dict(getattr(field.field, "choices", ()))
            found.append((field.label, choices.get(value, value)))
    return found

"""Where a coordinator chooses what one school sees on top, or not at all."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from activities.models import Activity, Pin
from activities.pins import MOST_PINS, TooManyPinsError, pin, pinnable_by
from activities.views import canonical_code
from networks.directory import directory
from networks.rights import schools_coordinated_by


class PinForm(forms.Form):
    activity = forms.ModelChoiceField(
        Activity.objects.none(),
        label=gettext_lazy("Activiteit"),
        empty_label=gettext_lazy("Kies een activiteit"),
        error_messages={
            "required": gettext_lazy("Kies een activiteit."),
            "invalid_choice": gettext_lazy(
                "Deze activiteit is er niet meer, of u gaat er niet over. Kies een andere."
            ),
        },
    )
    kind = forms.ChoiceField(
        choices=Pin.Kind.choices,
        label=gettext_lazy("Wat wilt u?"),
        error_messages={"required": gettext_lazy("Kies wat u wilt.")},
    )
    note = forms.CharField(
        label=gettext_lazy("Waarom? De school leest dit"),
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        error_messages={
            "required": gettext_lazy("Schrijf in een zin waarom, want de school leest dit erbij."),
            "max_length": gettext_lazy("Dit is te lang. Maak er ten hoogste 300 tekens van."),
        },
    )

    def __init__(self, *args, activities, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["activity"].queryset = activities
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": ""}
        self.helper.add_input(Submit("", _("Bewaar deze keuze")))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pins(request, code):
    """The choices for one school, and a form for one more; 404 for who does not coordinate the school."""
    on = timezone.localdate()
    school = get_object_or_404(schools_coordinated_by(request.user, on), code=canonical_code(code))
    covering = [n.pk for n in directory().networks_for(school.municipality_id, school.board_id, on)]
    allowed = pinnable_by(request.user, covering=covering, on=on)
    form = PinForm(request.POST or None, activities=allowed)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            pin(
                school=school,
                activity=values["activity"],
                kind=values["kind"],
                note=values["note"],
                by=request.user,
            )
        except TooManyPinsError:
            form.add_error(
                None,
                _("Er zijn al %(most)d keuzes voor deze school. Haal er eerst een weg.") % {"most": MOST_PINS},
            )
        else:
            return redirect("activities:pins", code=school.code)
    context = {"school": school, "pins": school.pins.select_related("activity__network", "made_by"), "form": form}
    return render(request, "activities/pins.html", context)


@require_POST
def unpin(request, code, pk):
    """Take one choice away. Twice is no error: it is gone, as was asked."""
    on = timezone.localdate()
    school = get_object_or_404(schools_coordinated_by(request.user, on), code=canonical_code(code))
    covering = [n.pk for n in directory().networks_for(school.municipality_id, school.board_id, on)]
    allowed = pinnable_by(request.user, covering=covering, on=on)
    school.pins.filter(pk=pk, activity__in=allowed).delete()
    return redirect("activities:pins", code=school.code)

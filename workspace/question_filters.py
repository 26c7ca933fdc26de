"""What part of the inbox is shown: `?toon=alle&netwerk=<slug>&wie=ik`. Without anything: what waits for an answer."""

from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, FilterSet

from enquiries.models import Recipient
from networks.models import Network
from workspace.question_rows import WAITING

WAITS, ALL = "open", "alle"
MINE, NOBODYS = "ik", "niemand"


class QuestionFilter(FilterSet):
    toon = ChoiceFilter(
        label=_("Welke vragen"),
        choices=[(WAITS, _("wachten op antwoord")), (ALL, _("alle"))],
        empty_label=None,
        method="only_status",
    )
    netwerk = ChoiceFilter(label=_("Netwerk"), empty_label=_("alle"), field_name="network__slug")
    wie = ChoiceFilter(
        label=_("Wie doet dit"),
        choices=[(MINE, _("ik")), (NOBODYS, _("nog niemand"))],
        empty_label=_("maakt niet uit"),
        method="only_handler",
    )

    class Meta:
        model = Recipient
        fields = []

    def __init__(self, data, *args, queryset, user, **kwargs):
        data = data.copy()
        data.setdefault("toon", WAITS)
        super().__init__(data, *args, queryset=queryset, **kwargs)
        self.user = user
        networks = Network.objects.filter(pk__in=queryset.order_by().values("network"))
        self.filters["netwerk"].extra["choices"] = list(networks.order_by("name").values_list("slug", "name"))
        for field in self.form.fields.values():
            field.widget.attrs["class"] = "form-select"

    def only_status(self, queryset, name, value):
        return queryset.filter(status__in=WAITING) if value == WAITS else queryset

    def only_handler(self, queryset, name, value):
        return queryset.filter(handling__user=self.user if value == MINE else None)

"""What may be typed around a question. Messages stand beside the field, and what was typed always stays."""

import uuid
from datetime import timedelta

from crispy_forms.bootstrap import StrictButton
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Layout, Submit
from django import forms
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.forms import LINK, MOST_LINKS, PlainTextField
from activities.models import Activity
from enquiries.attachments import ALLOWED, AttachmentError, check_files
from enquiries.routing import FIRST_CONTACT, MOST_CHOSEN
from enquiries.uploads import MOST_BYTES, MOST_FILES
from loket.vocabulary import Need, RefusalReason

LEAST, MOST = 10, 2000  # characters of a question
MOST_ANSWER = 5000
MOST_SHORT = 300
NO_PUPILS = gettext_lazy("Noem geen namen van leerlingen.")
LONGEST_POSTPONED = timedelta(days=2 * 365)


class ShortTextField(forms.CharField):
    """One line, without the signs that no keyboard writes; the limit is said in words."""

    def __init__(self, *, required=False, **kwargs):
        super().__init__(required=required, **kwargs)

    def to_python(self, value):
        words = super().to_python(value).split()
        return " ".join("".join(sign for sign in word if sign.isprintable()) for word in words)

    def clean(self, value):
        text = super().clean(value)
        if len(text) > MOST_SHORT:
            raise forms.ValidationError(
                _("Dit is te lang: %(count)d tekens. Maak er ten hoogste %(most)d van."),
                params={"count": len(text), "most": MOST_SHORT},
            )
        return text


def check_text(text, *, least, most):
    """Raises ValidationError in words when `text` is too short, too long or full of links."""
    if len(text) < least:
        raise forms.ValidationError(
            _("Schrijf iets meer: ten minste %(least)d tekens, zodat men begrijpt wat u bedoelt."),
            params={"least": least},
        )
    if len(text) > most:
        raise forms.ValidationError(
            _("Dit is te lang: %(count)d tekens. Maak er ten hoogste %(most)d van."),
            params={"count": len(text), "most": most},
        )
    if len(LINK.findall(text)) > MOST_LINKS:
        raise forms.ValidationError(
            _("Hier staan meer dan %(most)d links in. Laat er ten hoogste %(most)d staan."),
            params={"most": MOST_LINKS},
        )
    return text


def helper(*layout, action=""):
    made = FormHelper()
    made.attrs = {"novalidate": ""}  # our own messages, in Dutch and beside the field
    made.form_action = action
    made.layout = Layout(*layout)
    return made


class WordsForm(forms.Form):
    """A question in three short prompts, which help to put a need into words."""

    goal = PlainTextField(
        label=gettext_lazy("Wat wilt u bereiken?"),
        help_text=gettext_lazy(
            "Bijvoorbeeld: leerlingen ontdekken welke techniek er in onze stad is. Noem geen namen van leerlingen."
        ),
        error_messages={"required": gettext_lazy("Schrijf op wat u wilt bereiken.")},
    )
    for_whom = ShortTextField(
        label=gettext_lazy("Voor wie is het?"),
        help_text=gettext_lazy("Bijvoorbeeld: groep 7 en 8, of het hele team. Alleen aantallen en groepen."),
    )
    period = ShortTextField(
        label=gettext_lazy("Wanneer?"), help_text=gettext_lazy("Bijvoorbeeld: dit voorjaar, op een dinsdag.")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["goal"].widget.attrs.update(rows=5)

    def clean_goal(self):
        return check_text(self.cleaned_data["goal"], least=LEAST, most=MOST)

    @property
    def texts(self):
        return {name: self.cleaned_data[name] for name in ("goal", "for_whom", "period")}


class ChangeForm(WordsForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper("goal", "for_whom", "period", Submit("", _("Bewaar de verandering")))


class AskForm(WordsForm):
    """A question. choices: routing.Choices of whom one may ask. with_sender: for who is not logged in."""

    form_key = forms.UUIDField(widget=forms.HiddenInput)
    was_logged_in = forms.BooleanField(widget=forms.HiddenInput, required=False)
    needs = forms.MultipleChoiceField(
        label=gettext_lazy("Wat hebt u nodig?"),
        choices=Need.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("Kies uit de lijst.")},
    )
    recipients = forms.MultipleChoiceField(
        label=gettext_lazy("Aan wie vraagt u het?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": gettext_lazy("Een netwerk dat u koos, staat niet meer in de lijst. Kijk uw keuze na.")
        },
    )
    is_anonymous = forms.BooleanField(label=gettext_lazy("Vraag het zonder de naam van onze school"), required=False)
    sender_name = ShortTextField(
        label=gettext_lazy("Uw naam"),
        required=True,
        error_messages={"required": gettext_lazy("Vul uw naam in: zo weet men wie het vraagt.")},
    )
    sender_email = forms.EmailField(
        label=gettext_lazy("Uw e-mailadres"),
        help_text=gettext_lazy("Hier krijgt u een link om uw vraag te versturen, en later het antwoord."),
        max_length=254,
        error_messages={
            "required": gettext_lazy("Vul uw e-mailadres in: anders kan niemand u antwoorden."),
            "invalid": gettext_lazy("Dit is geen e-mailadres. Verbeter het."),
        },
    )
    # Nobody sees this field; who fills it in is a program.
    website = forms.CharField(label=gettext_lazy("Laat dit leeg"), required=False)

    def __init__(self, *args, choices, with_sender, **kwargs):
        super().__init__(*args, **kwargs)
        self.choices_shown = choices
        self.fields["recipients"].choices = [(choice.value, choice.name) for choice in choices]
        self.fields["website"].widget.attrs.update(tabindex="-1", autocomplete="off")
        sender = []
        if with_sender:
            self.fields["sender_name"].widget.attrs.update(autocomplete="name")
            self.fields["sender_email"].widget.attrs.update(autocomplete="email")
            sender = [HTML("<h2>{}</h2>".format(_("Wie bent u?"))), "sender_name", "sender_email"]
        else:
            del self.fields["sender_name"], self.fields["sender_email"]
        self.helper = helper(
            "form_key",
            "was_logged_in",
            HTML("<h2>{}</h2>".format(_("Uw vraag"))),
            "goal",
            "for_whom",
            "period",
            Field("needs", template="enquiries/_needs.html"),
            HTML("<h2>{}</h2>".format(_("Wie leest uw vraag?"))),
            Field("recipients", template="enquiries/_recipient_choices.html"),
            Field("is_anonymous", template="enquiries/_anonymous.html"),
            *sender,
            Div("website", css_class="visually-hidden", aria_hidden="true"),
            HTML('{% include "enquiries/_before_sending.html" %}'),
            Submit("", _("Naar de laatste stap") if with_sender else _("Verstuur mijn vraag"), css_id="verstuur"),
        )

    def clean_recipients(self):
        chosen = self.cleaned_data["recipients"]
        if len(chosen) > MOST_CHOSEN:
            raise forms.ValidationError(
                _("U koos er %(count)d. Vraag het aan ten hoogste %(most)d."),
                params={"count": len(chosen), "most": MOST_CHOSEN},
            )
        return chosen

    def clean_website(self):
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Laat het veld “Laat dit leeg” leeg, en verstuur opnieuw."))
        return ""

    @property
    def network_slugs(self):
        return [slug for slug in self.cleaned_data["recipients"] if slug != FIRST_CONTACT]

    @property
    def to_first_contact(self):
        return FIRST_CONTACT in self.cleaned_data["recipients"]

    def renew_key(self):
        """A new form key for what was typed: sending it once more is then another question."""
        self.data = self.data.copy()
        self.data["form_key"] = str(uuid.uuid4())


class PostponeForm(forms.Form):
    """ "Dit jaar niet, vraag me in maart"."""

    until = forms.DateField(
        label=gettext_lazy("Vanaf wanneer wel?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Kies een dag."),
            "invalid": gettext_lazy("Dit is geen dag. Schrijf haar zoals 31-3-2027."),
        },
    )
    reason = ShortTextField(label=gettext_lazy("Wilt u er iets bij zeggen? (hoeft niet)"), help_text=NO_PUPILS)

    def __init__(self, *args, on, action="", **kwargs):
        super().__init__(*args, **kwargs)
        self.on = on
        button = StrictButton(_("Stel de vraag uit"), type="submit", css_class="btn-outline-primary")
        self.helper = helper("until", "reason", button, action=action)

    def clean_until(self):
        return check_later(self.cleaned_data["until"], self.on)


def check_later(day, on):
    """Raises ValidationError when `day` is not after `on`, or years away."""
    if day is not None and day <= on:
        raise forms.ValidationError(_("Deze dag is al voorbij. Kies een dag na vandaag."))
    if day is not None and day > on + LONGEST_POSTPONED:
        raise forms.ValidationError(_("Dat is meer dan twee jaar vooruit. Kies een dag dichterbij."))
    return day


class FilesInput(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data, files, name):
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name, [])


class FilesField(forms.FileField):
    """A few files, checked by their content; cleaned to a list of CheckedFile."""

    widget = FilesInput

    def clean(self, data, initial=None):
        try:
            return check_files(data or [])
        except AttachmentError as error:
            raise forms.ValidationError(str(error)) from error


class AnswerForm(forms.Form):
    """The answer of whoever was asked: an answer, a refusal with its reason, or on to the next address.

    activities: those this recipient may propose. seen_until: the last event that the page showed, to find out
    whether something happened while the answer was written.
    """

    ANSWER, REFUSE, PASS_ON = "antwoord", "kan-niet", "door"
    ID = "antwoordformulier"  # so that a page may put a button of the form beside it

    form_key = forms.UUIDField(widget=forms.HiddenInput)
    seen_until = forms.IntegerField(widget=forms.HiddenInput, required=False)
    what = forms.ChoiceField(
        label=gettext_lazy("Wat wilt u doen?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Kies wat u wilt doen."),
            "invalid_choice": gettext_lazy("Dit kan nu niet meer. Kies iets anders."),
        },
    )
    text = PlainTextField(
        label=gettext_lazy("Uw antwoord of toelichting"),
        help_text=gettext_lazy("De school leest dit. Zeg wat u kunt doen, en wie de volgende stap zet."),
        required=False,
    )
    activity = forms.ModelChoiceField(
        label=gettext_lazy("Stel een activiteit voor (hoeft niet)"),
        queryset=Activity.objects.none(),
        required=False,
        empty_label=gettext_lazy("Geen"),
        error_messages={"invalid_choice": gettext_lazy("Deze activiteit staat niet meer in het aanbod.")},
    )
    files = FilesField(
        label=gettext_lazy("Bijlagen (hoeft niet)"),
        required=False,
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Waarom kunt u niet helpen?"),
        choices=[("", gettext_lazy("Kies een reden")), *RefusalReason.choices],
        required=False,
        help_text=gettext_lazy("Alleen als u niet kunt helpen. Zo zien wij wat scholen missen."),
        error_messages={"invalid_choice": gettext_lazy("Kies een reden uit de lijst.")},
    )
    ask_again_on = forms.DateField(
        label=gettext_lazy("Mag de school het later opnieuw vragen? Vanaf (hoeft niet)"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        required=False,
        error_messages={"invalid": gettext_lazy("Dit is geen dag. Schrijf haar zoals 31-3-2027.")},
    )

    def __init__(self, *args, on, activities, next_owner, is_addition, **kwargs):
        super().__init__(*args, **kwargs)
        self.on = on
        choices = [(self.ANSWER, _("Ik voeg iets toe aan mijn antwoord") if is_addition else _("Ik geef antwoord"))]
        if not is_addition:
            choices.append((self.REFUSE, _("Wij kunnen niet helpen")))
            if next_owner:
                choices.append((self.PASS_ON, _("Stuur de vraag door naar %(owner)s") % {"owner": next_owner}))
        self.fields["what"].choices = choices
        if len(choices) == 1:
            self.fields["what"].widget = forms.HiddenInput()
            self.initial.setdefault("what", self.ANSWER)
        self.fields["text"].widget.attrs.update(rows=8)
        self.fields["files"].help_text = _("Ten hoogste %(count)d, elk ten hoogste %(size)s: %(kinds)s.") % {
            "count": MOST_FILES,
            "size": filesizeformat(MOST_BYTES),
            "kinds": ALLOWED,
        }
        self.fields["files"].widget.attrs.update(accept=",".join(f".{kind}" for kind in ALLOWED.split(", ")))
        if activities is None:
            del self.fields["activity"]
        else:
            self.fields["activity"].queryset = activities
        if is_addition:
            del self.fields["reason"], self.fields["ask_again_on"]
        layout = ["form_key", "seen_until", "what", "text", "activity", "files", "reason", "ask_again_on"]
        self.helper = helper(
            *(name for name in layout if name in self.fields), Submit("", _("Verstuur"), css_id="verstuur")
        )
        self.helper.form_id = self.ID

    def clean_ask_again_on(self):
        return check_later(self.cleaned_data["ask_again_on"], self.on)

    def clean(self):
        cleaned = super().clean()
        what, text = cleaned.get("what"), cleaned.get("text", "")
        if "what" in self.errors and self.fields["what"].widget.is_hidden:
            self.add_error(None, _("U hebt al geantwoord. U kunt daar alleen iets aan toevoegen."))
        if what in (self.ANSWER, self.PASS_ON) and "text" not in self.errors:
            if not text:
                self.add_error(
                    "text",
                    _("Schrijf uw antwoord op.") if what == self.ANSWER else _("Schrijf op waarom u doorstuurt."),
                )
            elif len(text) > MOST_ANSWER:
                self.add_error(
                    "text",
                    _("Dit is te lang: %(count)d tekens. Maak er ten hoogste %(most)d van.")
                    % {"count": len(text), "most": MOST_ANSWER},
                )
        if what == self.REFUSE and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Kies een reden."))
        if what == self.PASS_ON and cleaned.get("files"):
            self.add_error("files", _("Bijlagen gaan niet mee als u doorstuurt. Laat ze weg, of geef zelf antwoord."))
        return cleaned

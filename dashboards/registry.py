"""All figures by key, in the order of the page of definitions."""

from django.utils.translation import gettext_lazy as _

from dashboards import coverage_figures, rollup_figures, work_figures
from dashboards.figures import Figure

OF_SCHOOLS = ("landsdeel", "regio", "gemeente", "sector", "schooljaar", "programma", "netwerk", "fase")
ALL_FILTERS = ("schooljaar", "sector", "programma", "landsdeel", "regio", "gemeente", "netwerk")
WITHOUT_PROGRAMME = tuple(name for name in ALL_FILTERS if name != "programma")
SUMMED = ("landsdeel", "sector", "schooljaar")
OPEN_SCHOOLS = _("alle open scholen van de sector in het register; met een programma: die van zijn sectoren")
PARTICIPATIONS = _("deelnames die coördinatoren en scholen in Loket vastleggen, en het register van scholen")

FIGURES = {
    figure.key: figure
    for figure in (
        Figure(
            "deelname",
            _("Scholen die meedoen"),
            _(
                "Scholen die in het schooljaar zijn begonnen of aangemeld bij ten minste één programma, en niet zijn "
                "gestopt. Wie op de wachtlijst staat, doet nog niet mee. Een school met meer sectoren telt in het "
                "totaal één keer, en per sector in elke sector waarin zij meedoet. Scholen die niets doen tellen mee "
                "in de noemer."
            ),
            _("scholen"),
            OPEN_SCHOOLS,
            rollup_figures.participation,
            dimensions=OF_SCHOOLS,
            filters=ALL_FILTERS,
            rows=rollup_figures.participation_rows,
            is_open=True,
            own="landsdeel",
            source=PARTICIPATIONS,
        ),
        Figure(
            "mbb-scholen",
            _("MBB-scholen"),
            _(
                "Scholen die meedoen aan ten minste één programma van Meer Betere Bèta’s, School aan Zet niet "
                "meegeteld. Een school met alleen School aan Zet is geen MBB-school."
            ),
            _("scholen"),
            OPEN_SCHOOLS,
            rollup_figures.mbb_schools,
            dimensions=("landsdeel", "regio", "gemeente", "sector", "schooljaar", "fase"),
            filters=WITHOUT_PROGRAMME[:5],
            rows=rollup_figures.mbb_rows,
            is_open=True,
            own="sector",
            source=PARTICIPATIONS,
        ),
        Figure(
            "alleen-school-aan-zet",
            _("Alleen School aan Zet"),
            _("Scholen die meedoen aan School aan Zet en aan geen ander programma."),
            _("scholen"),
            OPEN_SCHOOLS,
            rollup_figures.only_school_aan_zet,
            dimensions=("landsdeel", "regio", "gemeente", "sector", "schooljaar"),
            filters=WITHOUT_PROGRAMME[:5],
            rows=rollup_figures.only_saz_rows,
            is_open=True,
            own="sector",
            source=PARTICIPATIONS,
        ),
        Figure(
            "aantal-programmas",
            _("Aan hoeveel programma’s scholen meedoen"),
            _("Scholen naar het aantal programma’s waaraan zij in het schooljaar meedoen; School aan Zet telt mee."),
            _("scholen"),
            OPEN_SCHOOLS,
            rollup_figures.programmes_per_school,
            dimensions=("aantal",),
            filters=WITHOUT_PROGRAMME[:5],
            rows=rollup_figures.all_rows,
            is_open=True,
            own="aantal",
            source=PARTICIPATIONS,
        ),
        Figure(
            "intensiteit",
            _("Hoe intensief scholen meedoen"),
            _(
                "Scholen die meedoen, naar het aantal activiteiten in de twee jaar tot en met de peildatum. Een "
                "programma met afgesproken niveaus (VHTO: 2 of 4 activiteiten in twee jaar) toont die niveaus. Voor "
                "andere programma’s zijn er geen niveaus afgesproken; daar is het aantal alles wat wij weten."
            ),
            _("scholen"),
            _("scholen die meedoen"),
            rollup_figures.intensity,
            dimensions=("intensiteit",),
            filters=ALL_FILTERS,
            rows=rollup_figures.participation_rows,
            is_open=True,
            own="intensiteit",
            source=PARTICIPATIONS,
        ),
        Figure(
            "intensief",
            _("Scholen die intensief meedoen"),
            _(
                "Scholen die meedoen met vier of meer activiteiten in de twee jaar tot en met de peildatum. Vier is "
                "wat VHTO intensief noemt; voor een programma met eigen niveaus geldt het hoogste daarvan. Andere "
                "programma’s spraken niets af."
            ),
            _("scholen"),
            _("scholen die meedoen"),
            rollup_figures.intensive,
            dimensions=("landsdeel", "regio", "gemeente", "sector", "schooljaar", "netwerk"),
            filters=ALL_FILTERS,
            rows=rollup_figures.intensive_rows,
            is_open=True,
            own="landsdeel",
            source=PARTICIPATIONS,
        ),
        Figure(
            "activiteiten",
            _("Activiteiten"),
            _("Activiteiten die in het schooljaar tot en met de peildatum met een school zijn gedaan."),
            _("activiteiten"),
            _("scholen die meedoen of iets deden"),
            rollup_figures.summed("activities"),
            dimensions=("landsdeel", "regio", "gemeente", "sector", "schooljaar"),
            filters=WITHOUT_PROGRAMME[:5],
            rows=rollup_figures.rows_with_activities,
            has_share=False,
            is_mapped=False,
            is_open=True,
            own="schooljaar",
            source=PARTICIPATIONS,
        ),
        Figure(
            "leerlingen",
            _("Bereikte leerlingen"),
            _(
                "Leerlingen bij activiteiten van het schooljaar, zoals geteld. Wie twee keer meedeed telt twee keer: "
                "Loket kent geen leerlingen. Aantallen onder de vijf tonen wij niet, en ook niet wat zij zouden "
                "verraden."
            ),
            _("leerlingen"),
            _("scholen die meedoen of iets deden"),
            rollup_figures.summed("pupils"),
            dimensions=SUMMED,
            filters=("schooljaar",),
            of_persons=True,
            has_share=False,
            is_open=True,
            own="sector",
            source=PARTICIPATIONS,
        ),
        Figure(
            "leraren",
            _("Bereikte leraren"),
            _("Leraren bij activiteiten van het schooljaar, zoals geteld. Aantallen onder de vijf tonen wij niet."),
            _("leraren"),
            _("scholen die meedoen of iets deden"),
            rollup_figures.summed("teachers"),
            dimensions=SUMMED,
            filters=("schooljaar",),
            of_persons=True,
            has_share=False,
            is_open=True,
            own="sector",
            source=PARTICIPATIONS,
        ),
        Figure(
            "dekking",
            _("Scholen waarvoor een netwerk is"),
            _(
                "Scholen die in het werkgebied van een netwerk liggen, of waarvan het bestuur partner is. Er zijn "
                "voor een school is nog geen meedoen. Zonder keuze van een programma telt een school voor elk "
                "programma dat er voor haar sector is."
            ),
            _("scholen"),
            _("open scholen met een sector van het programma; zonder keuze telt een school voor elk programma"),
            coverage_figures.covered_schools,
            dimensions=("programma", "landsdeel", "regio", "gemeente", "netwerk"),
            filters=("programma", "landsdeel", "regio", "gemeente"),
            is_open=True,
            own="programma",
            per_programme=True,
            source=_("werkgebieden en partners van de netwerken, en het register van scholen"),
        ),
        Figure(
            "witte-vlekken",
            _("Scholen in een witte vlek"),
            _("Scholen met een sector van het programma waarvoor geen netwerk van dat programma is."),
            _("scholen"),
            _("open scholen met een sector van het programma; zonder keuze telt een school voor elk programma"),
            coverage_figures.white_spots,
            dimensions=("programma", "landsdeel", "regio", "gemeente"),
            filters=("programma", "landsdeel", "regio", "gemeente"),
            is_open=True,
            own="programma",
            per_programme=True,
            source=_("werkgebieden en partners van de netwerken, en het register van scholen"),
        ),
        Figure(
            "overlap",
            _("Gemeenten met twee of meer netwerken"),
            _("Gemeenten met scholen waar twee of meer netwerken van één programma werken. Dat mag."),
            _("gemeenten"),
            _("alle gemeenten"),
            coverage_figures.overlaps,
            dimensions=("programma",),
            filters=("programma",),
            is_open=True,
            own="programma",
            source=_("werkgebieden van de netwerken"),
        ),
        Figure(
            "antwoordtijd",
            _("Werkdagen tot antwoord"),
            _(
                "De middelste van alle antwoorden in een jaar: de helft kwam sneller. Weekenden, feestdagen en "
                "schoolvakanties van de regio tellen niet. Een weigering met reden is een antwoord. De plaats is die "
                "van de school die vroeg; het netwerk is dat wat de vraag kreeg. Een vraag aan twee netwerken telt "
                "bij elk mee, dus twee keer in het totaal."
            ),
            _("werkdagen"),
            _("antwoorden op vragen van het laatste jaar"),
            work_figures.reply_median,
            dimensions=("landsdeel", "regio", "gemeente", "netwerk"),
            filters=("landsdeel", "regio", "gemeente", "netwerk"),
            has_share=False,
            is_open=True,
            source=_("vragen en antwoorden in Loket"),
        ),
        Figure(
            "belofte",
            _("Op tijd beantwoord"),
            _(
                "Vragen van het laatste jaar die binnen de beloofde tijd zijn beantwoord of met reden geweigerd. De "
                "plaats is die van de school die vroeg; het netwerk is dat wat de vraag kreeg. Een vraag aan twee "
                "netwerken telt bij elk mee, dus twee keer in het totaal. Wie een vraag op tijd doorstuurt, telt "
                "niet mee; wie haar dan krijgt wel."
            ),
            _("vragen"),
            _("vragen waarvan de tijd om is, of die al zijn beantwoord"),
            work_figures.promise_kept,
            dimensions=("landsdeel", "regio", "gemeente", "netwerk"),
            filters=("landsdeel", "regio", "gemeente", "netwerk"),
            is_open=True,
            source=_("vragen en antwoorden in Loket"),
        ),
        Figure(
            "versheid",
            _("Aanbod dat pas is bevestigd"),
            _("Activiteiten die niet langer geleden zijn bevestigd dan hun programma vraagt."),
            _("activiteiten"),
            _("activiteiten die lopen"),
            work_figures.fresh_offer,
            dimensions=("programma", "netwerk"),
            filters=("programma", "netwerk"),
            is_open=True,
            own="programma",
            source=_("bevestigingen van coördinatoren"),
        ),
        Figure(
            "geweigerde-vragen",
            _("Vragen waar niemand op kon ingaan"),
            _("Vragen die in het laatste jaar zijn geweigerd en die niemand heeft beantwoord, naar reden."),
            _("vragen"),
            "",
            work_figures.refused_questions,
            dimensions=("reden",),
            has_share=False,
            own="reden",
            source=_("vragen en antwoorden in Loket"),
        ),
        Figure(
            "lege-zoekopdrachten",
            _("Zoeken zonder resultaat"),
            _("Zoekopdrachten in het aanbod van het laatste jaar die niets vonden; per woord vanaf vijf keer."),
            _("zoekopdrachten"),
            "",
            work_figures.empty_searches,
            dimensions=("zoekopdracht",),
            has_share=False,
            own="zoekopdracht",
            source=_("zoeken in Loket; wie zocht weten wij niet"),
        ),
        Figure(
            "contacten",
            _("Zonder actueel contact"),
            _(
                "Netwerken, programma’s, regio’s en landsdelen zonder een contact dat op tijd is bevestigd. Een "
                "regio of landsdeel zonder gemeenten telt niet."
            ),
            _("plekken"),
            _("alle netwerken die lopen, programma’s, regio’s en landsdelen"),
            work_figures.missing_contacts,
            dimensions=("soort",),
            own="soort",
            source=_("contacten in Loket"),
        ),
        Figure(
            "scholen-zonder-contact",
            _("Scholen die meedoen zonder contact"),
            _(
                "Scholen die dit schooljaar meedoen en van wie niemand een account heeft, ook niet bij het bestuur. "
                "Hun coördinator weet dan niet wie de vragen en de post krijgt."
            ),
            _("scholen"),
            _("scholen die meedoen"),
            rollup_figures.schools_without_contact,
            dimensions=("landsdeel", "regio", "gemeente", "sector"),
            filters=tuple(name for name in ALL_FILTERS if name != "schooljaar"),
            rows=rollup_figures.rows_without_contact,
            own="landsdeel",
            source=_("accounts en deelnames in Loket"),
        ),
        Figure(
            "slapend",
            _("Slapende netwerken en regio’s"),
            _(
                "Netwerken waarin een jaar lang geen school begon, niets gebeurde, niets is opgeleverd en niemand "
                "bijeenkwam; en regio’s waarvan dat geldt voor de scholen en voor de netwerken die er werken. Wat "
                "een landelijk netwerk oplevert of bespreekt, telt niet voor een regio."
            ),
            _("netwerken en regio’s"),
            _("alle netwerken die lopen en alle regio’s"),
            work_figures.sleeping,
            dimensions=("soort",),
            own="soort",
            source=_("deelnames, bijeenkomsten en verplichtingen in Loket"),
        ),
        Figure(
            "advies",
            _("Adviezen die ergens toe leidden"),
            _(
                "Adviezen van de laatste twee jaar waarna de school bij een van de aangeraden programma’s begon, op "
                "de dag zelf of later. Of het door het advies kwam, weten wij niet."
            ),
            _("adviezen"),
            _("adviezen die een lid van een school vroeg"),
            work_figures.advice_followed,
            source=_("adviezen en deelnames in Loket"),
        ),
    )
}

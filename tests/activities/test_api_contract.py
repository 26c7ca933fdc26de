"""The API against its own description: whatever the description allows or forbids, no answer breaks it."""

from contextlib import nullcontext, suppress

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from loket.wsgi import application
from tests.activities.factories import SubsidyFactory

# Questions for each address: as its description allows them, and as it forbids them.
EXAMPLES = {GenerationMode.POSITIVE: 20, GenerationMode.NEGATIVE: 8}


@pytest.fixture(autouse=True)
def _one_connection():
    # As Django's own test client does: the rows of this test are in a transaction of this connection.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_question_breaks_the_description(country, mode):
    SubsidyFactory()
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", application)
    asked = []
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(max_examples=EXAMPLES[mode], database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=mode))
        def every_answer_fits(case):
            # A slug that does not exist is a text that the description allows and the filter refuses; and the loket
            # answers with a message what it did not understand. All other checks are on.
            case.call_and_validate(excluded_checks=[positive_data_acceptance, negative_data_rejection])

        # Where one only gives a slug, nothing can be asked wrong.
        with suppress(Unsatisfiable) if mode is GenerationMode.NEGATIVE else nullcontext():
            every_answer_fits()
            asked.append(operation.path)

    assert "/api/v1/loket/{code}/" in asked
    assert len(asked) >= {GenerationMode.POSITIVE: 18, GenerationMode.NEGATIVE: 8}[mode]

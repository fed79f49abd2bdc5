"""The server against its own description: schemathesis asks every address with what fits and what does not, as everybody.

A short piece of `dev.py proof api`, which asks far more often (EXAMPLES).
"""

from __future__ import annotations

import os

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance

from desktop_crm.sync.server.openapi import ENDPOINTS, document
from tests.sync.listening import listening
from tests.sync.test_every_door import PEOPLE, STRANGERS, company

__all__ = ["company"]
EXAMPLES = int(os.environ.get("EXAMPLES", "3"))
ENDLESS = {"/sync/v1/events"}
"""Its answer does not end; see test_every_door."""
SIGNED = {(one.method, one.path) for one in ENDPOINTS if one.signed}


OPERATIONS = [
    result.ok()
    for result in schemathesis.openapi.from_dict(document()).get_all_operations()
    if result.ok().path not in ENDLESS
]
each_address = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.label)


@pytest.fixture(scope="module")
def address(company):
    with listening(company.server) as client:
        yield str(client.base_url).rstrip("/")


def asked(operation, check):
    """Ask with what fits the description, and with what does not."""
    bounds = settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    for mode in GenerationMode:
        if mode is GenerationMode.NEGATIVE and not (operation.body or operation.path_parameters):
            continue
        bounds(given(case=operation.as_strategy(generation_mode=mode))(check))()


@each_address
def test_whatever_is_asked_gets_the_answer_that_is_described(company, address, operation):
    def check(case):
        is_signed = (operation.method.upper(), operation.path) in SIGNED
        for who in (*PEOPLE, *STRANGERS[:2]) if is_signed else STRANGERS[:1]:
            answer = call(company, address, case, company.tokens["main", who])
            case.validate_response(answer, checks=[not_a_server_error, response_schema_conformance])
            assert answer.status_code in {200, 202, 204, 206} or answer.status_code >= 400, answer.status_code
            if is_signed and who in STRANGERS:
                assert answer.status_code in {401, 404, 405}, (who, answer.status_code)

    asked(operation, check)


@each_address
def test_nobody_reaches_another_tenant_or_comes_in_with_a_token_that_is_over(company, address, operation):
    if (operation.method.upper(), operation.path) not in SIGNED:
        return

    def check(case):
        for mine, who in [("acme", role) for role in PEOPLE] + [("main", stranger) for stranger in STRANGERS]:
            answer = call(company, address, case, company.tokens[mine, who])
            assert answer.status_code in {401, 404, 405}, (mine, who, answer.status_code)

    before = fingerprint(company)
    asked(operation, check)
    assert fingerprint(company) == before


def call(company, address, case, token):
    company.server.gate._held.clear()
    return case.call(base_url=address, headers={"authorization": f"Bearer {token}"} if token else {})


def fingerprint(company):
    """The tenants' newest commits: nothing was written."""
    return [company.server.of(tenant).head() for tenant in ("main", "acme")]

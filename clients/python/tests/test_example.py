from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest

from .conftest import API_KEY, ID, Answer, Gateway, LocalServer, Received, keys, token

EXAMPLE = Path(__file__).parents[3] / "examples" / "minimal" / "minimal.py"


def test_the_minimal_example_does_the_whole_flow(
    gateway: Gateway, provider: LocalServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bodies = {
        "/v1/request-connection": {"connection_id": ID, "auth_url": "https://n.example/?state=s1"},
        "/v1/capture-credential": {"connection_id": ID, "status": "success", "redirect_url": "https://a"},
    }

    def answer(request: Received) -> Answer:
        return Answer(200, json.dumps(bodies[request.path])) if request.path in bodies else token("entered")

    gateway.answer = answer
    provider.answer = lambda _: Answer(200, "hello")
    variables = {"RETURN_URL": "https://a", "CREDENTIAL": "entered", "API_KEY": API_KEY}
    for name, value in {**variables, "GATEWAY_URL": gateway.url, "URL": provider.url}.items():
        monkeypatch.setenv(name, value)

    runpy.run_path(str(EXAMPLE))

    assert capsys.readouterr().out == "200 hello\n"
    assert json.loads(gateway.received[1].body) == {"state": "s1", "credentials": {"api_key": "entered"}}
    assert keys(provider) == ["Bearer entered"]

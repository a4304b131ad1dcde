"""Begins a connection, captures a credential and uses it. See README.md."""

import os
import sys

from nexus_client import Bridge, NexusClient


def variable(name: str) -> str:
    """Returns a required environment variable."""
    value = os.environ.get(name)
    if not value:
        sys.exit(f"Set {name}. See examples/minimal/README.md.")
    return value


url, key = variable("GATEWAY_URL"), variable("API_KEY")

with NexusClient(url, key) as client, Bridge(url, key) as bridge:
    # 1. Begin. Your application knows its user, and stores connection_id.
    begun = client.request_connection("user_abc", "api-key", variable("RETURN_URL"))

    # 2. Capture. In your application the user types the credential into your form.
    client.capture_credential(begun.state, {"api_key": variable("CREDENTIAL")})

    # 3. Use. The Bridge puts the credential into the request.
    answer = bridge.connection(begun.connection_id).get(variable("URL"), timeout=10)
    print(answer.status_code, answer.text)

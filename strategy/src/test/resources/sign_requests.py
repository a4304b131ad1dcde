"""Reads signed requests as JSON from stdin. Prints the Authorization header that botocore creates for each."""
import base64
import json
import sys

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

expected = []
for case in json.load(sys.stdin):
    credentials = Credentials(case["access_key"], case["secret_key"], case.get("session_token"))
    signer = (S3SigV4Auth if case["service"] == "s3" else SigV4Auth)(credentials, case["service"], case["region"])
    request = AWSRequest(
        method=case["method"], url=case["url"], headers=case["headers"], data=base64.b64decode(case["body"]))
    request.context["timestamp"] = case["headers"]["X-Amz-Date"]
    canonical = signer.canonical_request(request)
    signature = signer.signature(signer.string_to_sign(request, canonical), request)
    names = signer.signed_headers(signer.headers_to_sign(request))
    expected.append("AWS4-HMAC-SHA256 Credential=%s, SignedHeaders=%s, Signature=%s"
                    % (signer.scope(request), names, signature))
json.dump(expected, sys.stdout)

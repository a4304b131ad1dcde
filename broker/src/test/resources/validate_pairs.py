"""Reads pairs of a schema and a document as JSON on stdin and prints for each whether jsonschema finds it valid."""
import json
import sys

from jsonschema import Draft202012Validator, FormatChecker

formats = FormatChecker(["email"])
json.dump(
    [
        Draft202012Validator(pair["schema"], format_checker=formats).is_valid(pair["document"])
        for pair in json.load(sys.stdin)
    ],
    sys.stdout,
)

"""Writes the strategy vectors, see README.md. Uses no code of Nexus.

Expected values are written by hand, except signatures (botocore, openssl) and the SHA-256 of a body.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import pathlib
import subprocess
import sys
from typing import Any, Iterable

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

HERE = pathlib.Path(__file__).parent
NOW = "2026-11-24T10:20:30.456Z"
URL = "https://api.example.com/v1/me"

Json = dict[str, Any]


class Vectors:
    """The vectors of one file."""

    def __init__(self, strategy: str) -> None:
        self.strategy = strategy
        self.vectors: list[Json] = []

    def _add(self, name: str, config: Json | None, credentials: Json, request: Json, **members: Any) -> None:
        kind = members.pop("type", self.strategy)
        strategy: Json = {"type": kind} if config is None else {"type": kind, "config": config}
        vector: Json = {"name": f"{self.strategy}: {name}"}
        for optional in ("source", "repeated_lines"):
            if optional in members:
                vector[optional] = members.pop(optional)
        vector["time"] = members.pop("time", NOW)
        vector["strategy"] = strategy
        vector["credentials"] = credentials
        if "allowed_hosts" in members:
            vector["allowed_hosts"] = members.pop("allowed_hosts")
        vector["request"] = request
        vector.update(members)
        self.vectors.append(vector)

    def sent(self, name: str, config: Json | None, credentials: Json, request: Json, expected: Json, **more: Any) -> None:
        self._add(name, config, credentials, request, **more, expected=expected)

    def refused(
        self, name: str, config: Json | None, credentials: Json, request: Json, field: str, rule: str, **more: Any
    ) -> None:
        error = {"code": "inapplicable_credential", "field": field, "rule": rule}
        self._add(name, config, credentials, request, **more, error=error)

    def unsupported(self, name: str, config: Json | None, **more: Any) -> None:
        credentials = {"api_key": "k", "username": "u", "password": "p"}
        self._add(name, config, credentials, request(), **more, error={"code": "unsupported_strategy"})


def request(
    method: str = "GET", url: str = URL, headers: Iterable[tuple[str, str]] = (), body: str | bytes = b""
) -> Json:
    made: Json = {"method": method, "url": url, "headers": [list(header) for header in headers]}
    octets = body.encode() if isinstance(body, str) else body
    if octets:
        try:
            made["body"] = octets.decode()
        except UnicodeDecodeError:
            made["body_base64"] = base64.b64encode(octets).decode()
    return made


def octets_of(made: Json) -> bytes:
    if "body_base64" in made:
        return base64.b64decode(made["body_base64"])
    return str(made.get("body", "")).encode()


def header() -> Vectors:
    v = Vectors("header")
    bearer = {"value_prefix": "Bearer "}
    own = {"header_name": "X-Api-Key"}
    v.sent(
        "bearer token",
        bearer,
        {"api_key": "mF_9.B5f-4.1JqM"},
        request(url="https://server.example.com/resource"),
        request(url="https://server.example.com/resource", headers=[("Authorization", "Bearer mF_9.B5f-4.1JqM")]),
        source="RFC 6750, 2.1",
    )
    for name, value in {
        "all characters of a bearer token": "abcXYZ0189-._~+/==",
        "plus and percent are not encoded": "a+b%2Bc%20d",
        "inner spaces stay": "a b  c",
        "quotes, braces and a backslash": "\"a\\b\" {c} 'd'",
        "comma and semicolon": "a,b;c=d",
        "all punctuation": "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
        "8,000 characters": "k" * 8000,
    }.items():
        v.sent(name, own, {"api_key": value}, request(), request(headers=[("X-Api-Key", value)]))
    v.sent("defaults", None, {"api_key": "k1"}, request(), request(headers=[("Authorization", "k1")]))
    v.sent("empty config", {}, {"api_key": "k1"}, request(), request(headers=[("Authorization", "k1")]))
    v.sent(
        "another field of the credential",
        {"header_name": "PRIVATE-TOKEN", "credential_field": "pat"},
        {"pat": "glpat-1", "api_key": "unused"},
        request(),
        request(headers=[("PRIVATE-TOKEN", "glpat-1")]),
    )
    v.sent(
        "a field name with a dot and a space",
        {"credential_field": "the. key"},
        {"the. key": "k1"},
        request(),
        request(headers=[("Authorization", "k1")]),
    )
    v.sent(
        "replaces a header of another case",
        own,
        {"api_key": "new"},
        request(headers=[("x-api-key", "old"), ("X-Other", "1")]),
        request(headers=[("X-Api-Key", "new"), ("X-Other", "1")]),
    )
    v.sent(
        "replaces repeated lines",
        own,
        {"api_key": "new"},
        request(headers=[("X-API-KEY", "old1"), ("X-Other", "1"), ("x-api-key", "old2")]),
        request(headers=[("X-Api-Key", "new"), ("X-Other", "1")]),
    )
    v.sent(
        "keeps repeated lines of other headers in order",
        own,
        {"api_key": "k"},
        request(headers=[("X-Tag", "b"), ("X-Tag", "a"), ("X-Tag", "c")]),
        request(headers=[("X-Tag", "b"), ("X-Tag", "a"), ("X-Tag", "c"), ("X-Api-Key", "k")]),
    )
    v.sent(
        "additional and static headers",
        {
            "header_name": "DD-API-KEY",
            "additional_headers": [
                {"header_name": "DD-APPLICATION-KEY", "credential_field": "app_key", "value_prefix": "app "}
            ],
            "static_headers": {"X-Version": "2024-01-01", "Accept": "application/vnd.example+json"},
        },
        {"api_key": "k", "app_key": "a"},
        request(),
        request(
            headers=[
                ("DD-API-KEY", "k"),
                ("X-Version", "2024-01-01"),
                ("Accept", "application/vnd.example+json"),
                ("DD-APPLICATION-KEY", "app a"),
            ]
        ),
    )
    v.sent(
        "a static header replaces a header of the request",
        {"static_headers": {"X-Version": "2"}},
        {"api_key": "k"},
        request(headers=[("x-version", "1")]),
        request(headers=[("Authorization", "k"), ("X-Version", "2")]),
    )
    v.sent(
        "an additional header replaces a header of the request",
        {"additional_headers": [{"header_name": "X-Account", "credential_field": "account"}]},
        {"api_key": "k", "account": "acme"},
        request(headers=[("X-ACCOUNT", "other")]),
        request(headers=[("Authorization", "k"), ("X-Account", "acme")]),
    )
    wire = "https://api.example.com/a%20b//c/%2F/+?x=1&x=2&y=a+b&z=a%2Bb&flag&=v"
    v.sent(
        "the path and the query stay as they are",
        own,
        {"api_key": "k"},
        request(url=wire),
        request(url=wire, headers=[("X-Api-Key", "k")]),
    )
    v.sent(
        "an empty path is sent as a slash, and the fragment is not sent",
        own,
        {"api_key": "k"},
        request(url="https://api.example.com#frag"),
        request(url="https://api.example.com/", headers=[("X-Api-Key", "k")]),
    )
    v.sent(
        "a port stays in the URL",
        own,
        {"api_key": "k"},
        request(url="https://api.example.com:8443/v1"),
        request(url="https://api.example.com:8443/v1", headers=[("X-Api-Key", "k")]),
    )
    v.sent(
        "a body of UTF-8 stays as it is",
        own,
        {"api_key": "k"},
        request("POST", headers=[("Content-Type", "text/plain")], body="gr\u00fc\u00df \u20ac \U0001f600\r\n"),
        request(
            "POST",
            headers=[("Content-Type", "text/plain"), ("X-Api-Key", "k")],
            body="gr\u00fc\u00df \u20ac \U0001f600\r\n",
        ),
    )
    v.sent(
        "a body that is not UTF-8 stays as it is",
        own,
        {"api_key": "k"},
        request("PUT", headers=[("Content-Type", "image/png")], body=bytes(range(256))),
        request("PUT", headers=[("Content-Type", "image/png"), ("X-Api-Key", "k")], body=bytes(range(256))),
    )
    for method in ("HEAD", "DELETE", "PATCH", "OPTIONS"):
        v.sent(
            f"method {method}", own, {"api_key": "k"}, request(method), request(method, headers=[("X-Api-Key", "k")])
        )
    for name, value, rule in [
        ("CR LF and a second header", "k\r\nX-Evil: 1", "lineBreak"),
        ("a line feed at the end", "k\n", "lineBreak"),
        ("a carriage return at the start", "\rk", "lineBreak"),
        ("a tab", "a\tb", "controlCharacter"),
        ("NUL", "a\u0000b", "controlCharacter"),
        ("DEL", "a\u007f", "controlCharacter"),
        ("a control character of Latin 1", "a\u0085b", "controlCharacter"),
        ("a no-break space", "a\u00a0b", "invisibleCharacter"),
        ("a zero-width space", "a\u200bb", "invisibleCharacter"),
        ("a byte order mark", "\ufeffk", "invisibleCharacter"),
        ("a letter that is not ASCII", "caf\u00e9", "printableAscii"),
        ("an emoji", "k\U0001f511", "printableAscii"),
    ]:
        v.refused(f"refuses {name}", own, {"api_key": value}, request(), "api_key", rule)
    v.refused("refuses a missing field", own, {"other": "k"}, request(), "api_key", "required")
    v.refused("refuses a number", own, {"api_key": 12}, request(), "api_key", "type")
    v.refused("refuses null", own, {"api_key": None}, request(), "api_key", "type")
    v.refused("refuses an object", own, {"api_key": {"a": "b"}}, request(), "api_key", "type")
    v.refused(
        "refuses a line break in an additional header",
        {"additional_headers": [{"header_name": "X-Account", "credential_field": "account"}]},
        {"api_key": "k", "account": "a\nb"},
        request(),
        "account",
        "lineBreak",
    )
    v.unsupported("unknown type", {}, type="oauth2")
    v.unsupported("unknown member", {"headername": "X-Api-Key"})
    v.unsupported("line break in the prefix", {"value_prefix": "Bearer\r\nX-Evil: 1 "})
    v.unsupported("line break in a header name", {"header_name": "X-A\r\nX-Evil"})
    v.unsupported("colon in a header name", {"header_name": "X-A:"})
    v.unsupported("empty header name", {"header_name": ""})
    v.unsupported("line break in a static header", {"static_headers": {"X-A": "1\r\nX-Evil: 1"}})
    v.unsupported("header that the HTTP client writes", {"header_name": "Host"})
    v.unsupported("static header that the HTTP client writes", {"static_headers": {"content-length": "0"}})
    v.unsupported("number in place of a text", {"header_name": 1})
    v.unsupported("null in place of a text", {"value_prefix": None})
    v.unsupported(
        "two headers of one name",
        {"header_name": "X-A", "additional_headers": [{"header_name": "x-a", "credential_field": "b"}]},
    )
    return v


def query_param() -> Vectors:
    v = Vectors("query_param")
    config = {"param_name": "key"}

    def case(name: str, value: str, url: str, expected: str, **more: Any) -> None:
        v.sent(name, more.pop("config", config), {"api_key": value}, request(url=url), request(url=expected), **more)

    base = "https://api.example.com/v1/me"
    case("without a query", "abc123", base, base + "?key=abc123")
    case("unreserved characters", "aZ09-._~", base, base + "?key=aZ09-._~", source="RFC 3986, 2.3")
    case(
        "reserved characters",
        ":/?#[]@!$&'()*+,;=",
        base,
        base + "?key=%3A%2F%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D",
        source="RFC 3986, 2.2",
    )
    case("plus", "a+b", base, base + "?key=a%2Bb")
    case("percent", "a%2Bb", base, base + "?key=a%252Bb")
    case("space", "a b", base, base + "?key=a%20b")
    case("CR LF cannot end the request line", "a\r\nX-Evil: 1", base, base + "?key=a%0D%0AX-Evil%3A%201")
    case("UTF-8", "caf\u00e9 \u20ac", base, base + "?key=caf%C3%A9%20%E2%82%AC")
    case("a character outside the basic plane", "\U0001f511", base, base + "?key=%F0%9F%94%91")
    case("other printable characters", "\"<>\\^`{|}", base, base + "?key=%22%3C%3E%5C%5E%60%7B%7C%7D")
    case("an ampersand cannot add a parameter", "a&admin=1", base, base + "?key=a%26admin%3D1")
    case("appended to a query", "k", base + "?a=1&b=2", base + "?a=1&b=2&key=k")
    case("duplicate keys of the request stay", "k", base + "?a=1&a=2&a=1", base + "?a=1&a=2&a=1&key=k")
    case("replaces the parameter", "new", base + "?key=old&a=1", base + "?a=1&key=new")
    case("replaces all duplicates", "new", base + "?key=1&a=1&key=2&key", base + "?a=1&key=new")
    case("replaces a parameter with an encoded name", "new", base + "?k%65y=old&a=1", base + "?a=1&key=new")
    case("names have case", "new", base + "?KEY=old", base + "?KEY=old&key=new")
    case("a longer name stays", "new", base + "?key2=a&mykey=b", base + "?key2=a&mykey=b&key=new")
    case("plus and %2B of other parameters stay", "k", base + "?q=a+b&r=a%2Bb&s=%20", base + "?q=a+b&r=a%2Bb&s=%20&key=k")
    case("a flag and an empty value stay", "k", base + "?flag&empty=&x==", base + "?flag&empty=&x==&key=k")
    case("lower-case escapes stay", "k", base + "?q=%c3%a9", base + "?q=%c3%a9&key=k")
    case("empty pairs are removed", "k", base + "?&a=1&&b=2&", base + "?a=1&b=2&key=k")
    case("an empty query", "k", base + "?", base + "?key=k")
    case("an empty path", "k", "https://api.example.com", "https://api.example.com/?key=k")
    case("an empty path with a query", "k", "https://api.example.com?a=1", "https://api.example.com/?a=1&key=k")
    case("the fragment is not sent", "k", base + "?a=1#key=2", base + "?a=1&key=k")
    case("the path stays as it is", "k", "https://api.example.com/a%2Fb/c+d//", "https://api.example.com/a%2Fb/c+d//?key=k")
    case(
        "a name that needs encoding",
        "v",
        base + "?a%20%26b=old&a+%26b=older&c=1",
        base + "?c=1&a%20%26b=v",
        config={"param_name": "a &b"},
    )
    case("a name in UTF-8", "v", base + "?cl%C3%A9=old", base + "?cl%C3%A9=v", config={"param_name": "cl\u00e9"})
    v.sent(
        "additional parameters and static headers",
        {
            "param_name": "key",
            "additional_params": [{"param_name": "token", "credential_field": "token"}],
            "static_headers": {"X-Version": "2"},
        },
        {"api_key": "k", "token": "t+1"},
        request(url=base + "?token=old&q=1", headers=[("X-Version", "1")]),
        request(url=base + "?q=1&key=k&token=t%2B1", headers=[("X-Version", "2")]),
    )
    v.refused("refuses a missing field", config, {}, request(), "api_key", "required")
    v.refused("refuses a boolean", config, {"api_key": True}, request(), "api_key", "type")
    v.unsupported("the name is required", {})
    v.unsupported("empty name", {"param_name": ""})
    return v


def basic(pair: str) -> tuple[str, str]:
    return "Authorization", "Basic " + base64.b64encode(pair.encode()).decode()


def basic_auth() -> Vectors:
    v = Vectors("basic_auth")
    v.sent(
        "example",
        None,
        {"username": "Aladdin", "password": "open sesame"},
        request(),
        request(headers=[("Authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")]),
        source="RFC 7617, 2",
    )
    v.sent(
        "UTF-8",
        None,
        {"username": "test", "password": "123\u00a3"},
        request(),
        request(headers=[("Authorization", "Basic dGVzdDoxMjPCow==")]),
        source="RFC 7617, 2.1",
    )
    for name, user, password in [
        ("a colon in the password", "u", "a:b:c"),
        ("an empty password", "key_live_1", ""),
        ("an empty user name", "", "secret"),
        ("spaces around the password stay", "u", " p w "),
        ("a user name in UTF-8", "j\u00f6rg@example.com", "p"),
        ("a character outside the basic plane", "u", "\U0001f511"),
        ("base64 with plus and slash", "u", "\u00fb\u00ff\u00be~~~???"),
        ("a long password stays on one line", "u", "p" * 300),
        ("plus and percent stay", "a+b", "%2B%00"),
    ]:
        v.sent(name, {}, {"username": user, "password": password}, request(), request(headers=[basic(f"{user}:{password}")]))
    v.sent("an absent password is empty", {}, {"username": "u"}, request(), request(headers=[basic("u:")]))
    v.sent(
        "other fields",
        {"username_field": "account_sid", "password_field": "auth_token"},
        {"account_sid": "AC1", "auth_token": "t"},
        request(),
        request(headers=[basic("AC1:t")]),
    )
    v.sent(
        "a user name template",
        {"username_template": "{email}/token", "password_field": "api_token"},
        {"email": "a@example.com", "api_token": "t"},
        request(),
        request(headers=[basic("a@example.com/token:t")]),
    )
    v.sent(
        "a fixed user name",
        {"username_template": "apikey", "password_field": "api_key"},
        {"api_key": "k"},
        request(),
        request(headers=[basic("apikey:k")]),
    )
    v.sent(
        "a fixed password",
        {"username_field": "api_key", "password_template": "x"},
        {"api_key": "k"},
        request(),
        request(headers=[basic("k:x")]),
    )
    v.sent(
        "an empty password template",
        {"username_field": "api_key", "password_template": ""},
        {"api_key": "k", "password": "unused"},
        request(),
        request(headers=[basic("k:")]),
    )
    v.sent(
        "doubled braces and a value with braces",
        {"username_template": "{{{a}}}", "password_template": "{a}:{b}"},
        {"a": "x", "b": "{a}"},
        request(),
        request(headers=[basic("{x}:x:{a}")]),
    )
    v.sent(
        "replaces Authorization",
        {},
        {"username": "u", "password": "p"},
        request(headers=[("authorization", "Bearer old"), ("AUTHORIZATION", "Bearer older")]),
        request(headers=[basic("u:p")]),
    )
    v.sent(
        "static headers",
        {"static_headers": {"X-Version": "2"}},
        {"username": "u", "password": "p"},
        request(),
        request(headers=[basic("u:p"), ("X-Version", "2")]),
    )
    v.refused("refuses a colon in the user name", {}, {"username": "a:b", "password": "p"}, request(), "username", "colon")
    v.refused(
        "refuses a colon in a field of the user name template",
        {"username_template": "{email}/token"},
        {"email": "a:b", "password": "p"},
        request(),
        "email",
        "colon",
    )
    for name, user, password, field, rule in [
        ("a line feed in the user name", "u\n", "p", "username", "lineBreak"),
        ("CR LF in the password", "u", "p\r\nX-Evil: 1", "password", "lineBreak"),
        ("NUL in the password", "u", "p\u0000", "password", "controlCharacter"),
        ("a tab in the password", "u", "a\tb", "password", "controlCharacter"),
    ]:
        v.refused(f"refuses {name}", {}, {"username": user, "password": password}, request(), field, rule)
    v.refused("refuses a missing user name", {}, {"password": "p"}, request(), "username", "required")
    v.refused("refuses a null password", {}, {"username": "u", "password": None}, request(), "password", "type")
    v.refused(
        "refuses a missing field of a password template",
        {"password_template": "{pin}{otp}"},
        {"username": "u", "pin": "1"},
        request(),
        "otp",
        "required",
    )
    v.unsupported("colon in the user name template", {"username_template": "a:{username}"})
    v.unsupported("user name field and template", {"username_field": "a", "username_template": "{a}"})
    v.unsupported("unbalanced brace in a template", {"password_template": "{password"})
    v.unsupported("template with an invalid name", {"password_template": "{pass word}"})
    return v


def body_field() -> Vectors:
    v = Vectors("body_field")
    json_type = ("Content-Type", "application/json")
    form_type = ("Content-Type", "application/x-www-form-urlencoded")
    config = {"field_name": "key"}
    form_config = {"field_name": "key", "encoding": "form"}

    def case(name: str, value: str, body: str, expected: str, config: Json = config) -> None:
        media = form_type if config.get("encoding") == "form" else json_type
        v.sent(
            name,
            config,
            {"api_key": value},
            request("POST", headers=[media], body=body),
            request("POST", headers=[media], body=expected),
        )

    v.sent(
        "JSON is the default, and Content-Type is set",
        config,
        {"api_key": "k"},
        request("POST", body='{"a":1}'),
        request("POST", headers=[json_type], body='{"a":1,"key":"k"}'),
    )
    v.sent(
        "an empty body",
        config,
        {"api_key": "k"},
        request("POST"),
        request("POST", headers=[json_type], body='{"key":"k"}'),
    )
    v.sent(
        "Content-Type of the request stays",
        config,
        {"api_key": "k"},
        request("POST", headers=[("content-type", "application/vnd.api+json; charset=utf-8")], body="{}"),
        request("POST", headers=[("content-type", "application/vnd.api+json; charset=utf-8")], body='{"key":"k"}'),
    )
    case("a body of white space", "k", " \r\n\t", '{"key":"k"}')
    case("an empty object", "k", "{ }", '{"key":"k"}')
    case("replaces a member", "new", '{"key":"old","a":1}', '{"a":1,"key":"new"}')
    case("replaces a member of another type", "new", '{"key":{"key":[1]},"a":null}', '{"a":null,"key":"new"}')
    case("replaces duplicate members", "new", '{"key":1,"a":1,"key":2}', '{"a":1,"key":"new"}')
    case("replaces a member with an escaped name", "new", '{"k\\u0065y":1,"a":1}', '{"a":1,"key":"new"}')
    case("an inner member of the name stays", "k", '{"a":{"key":"inner"},"b":[{"key":1}]}', '{"a":{"key":"inner"},"b":[{"key":1}],"key":"k"}')
    case("numbers keep their text", "k", '{"a":1.10,"b":1E+2,"c":12345678901234567890,"d":-0,"e":1e400}', '{"a":1.10,"b":1E+2,"c":12345678901234567890,"d":-0,"e":1e400,"key":"k"}')
    case("strings keep their escapes", "k", '{"a":"\\u00e9\\/\\n","b":"\u00e9"}', '{"a":"\\u00e9\\/\\n","b":"\u00e9","key":"k"}')
    case("white space between members is removed", "k", ' { "a" : 1 ,\n "b" : "x" } \n', '{"a":1,"b":"x","key":"k"}')
    case("white space in a value stays", "k", '{"a":[ 1, 2 ], "b":{ "c" : 1 }}', '{"a":[ 1, 2 ],"b":{ "c" : 1 },"key":"k"}')
    case("literals", "k", '{"a":true,"b":false,"c":null}', '{"a":true,"b":false,"c":null,"key":"k"}')
    case("quotes and a backslash in the value", 'a"b\\c/d', "{}", '{"key":"a\\"b\\\\c/d"}')
    case("a quote cannot add a member", 'k","admin":"1', "{}", '{"key":"k\\",\\"admin\\":\\"1"}')
    case("line breaks and a tab in the value", "a\r\n\tb", "{}", '{"key":"a\\r\\n\\tb"}')
    case("a value in UTF-8", "caf\u00e9 \u20ac \U0001f511", "{}", '{"key":"caf\u00e9 \u20ac \U0001f511"}')
    case("a name in UTF-8", "v", '{"cl\u00e9":1}', '{"cl\u00e9":"v"}', config={"field_name": "cl\u00e9"})
    case("a name with a quote", "v", '{"a\\"b":1,"c":2}', '{"c":2,"a\\"b":"v"}', config={"field_name": 'a"b'})
    v.sent(
        "additional members",
        {"field_name": "key", "additional_fields": [{"field_name": "secret", "credential_field": "s"}]},
        {"api_key": "k", "s": "s1"},
        request("POST", headers=[json_type], body='{"secret":0,"a":1}'),
        request("POST", headers=[json_type], body='{"a":1,"key":"k","secret":"s1"}'),
    )
    v.sent(
        "a form, and Content-Type is set",
        form_config,
        {"api_key": "k"},
        request("POST", body="a=1"),
        request("POST", headers=[form_type], body="a=1&key=k"),
    )
    v.sent(
        "an empty form",
        form_config,
        {"api_key": "k"},
        request("POST"),
        request("POST", headers=[form_type], body="key=k"),
    )
    case("a form keeps plus and %2B", "a b+c", "q=a+b&r=a%2Bb", "q=a+b&r=a%2Bb&key=a%20b%2Bc", form_config)
    case("a form keeps other duplicates", "k", "a=1&a=2", "a=1&a=2&key=k", form_config)
    case("a form replaces duplicates", "new", "key=1&a=1&k%65y=2", "a=1&key=new", form_config)
    case("a form in UTF-8", "caf\u00e9&=", "", "key=caf%C3%A9%26%3D", form_config)
    case("a form keeps an invalid escape", "k", "a=%zz&%zz=1", "a=%zz&%zz=1&key=k", form_config)
    v.sent(
        "additional fields of a form",
        {**form_config, "additional_fields": [{"field_name": "client_id", "credential_field": "id"}]},
        {"api_key": "k", "id": "i"},
        request("POST", headers=[form_type], body="client_id=0&grant_type=x"),
        request("POST", headers=[form_type], body="grant_type=x&key=k&client_id=i"),
    )
    for name, body in {
        "a list": "[1]",
        "a number": "1",
        "a string": '"a"',
        "an unfinished object": '{"a":1',
        "two objects": '{"a":1}{"b":2}',
        "text after the object": '{"a":1} x',
        "a literal that is not JSON": '{"a":NaN}',
        "a trailing comma": '{"a":1,}',
        "single quotes": "{'a':1}",
        "a form": "a=1&b=2",
    }.items():
        v.refused(
            f"refuses a JSON body that is {name}",
            config,
            {"api_key": "k"},
            request("POST", headers=[json_type], body=body),
            "api_key",
            "jsonBody",
        )
    for kind, body in {
        "application/json": '{"a":1}',
        "Application/JSON; charset=utf-8": "",
        "multipart/form-data; boundary=b": "--b--",
    }.items():
        v.refused(
            f"a form refuses a body of the type {kind}",
            form_config,
            {"api_key": "k"},
            request("POST", headers=[("content-type", kind)], body=body),
            "api_key",
            "formBody",
        )
    with_charset = [("Content-Type", "Application/X-WWW-Form-Urlencoded ; charset=utf-8")]
    v.sent(
        "a form with a charset",
        form_config,
        {"api_key": "k"},
        request("POST", headers=with_charset, body="a=1"),
        request("POST", headers=with_charset, body="a=1&key=k"),
    )
    v.refused("refuses a missing field", config, {}, request("POST", body="{}"), "api_key", "required")
    v.refused("refuses a list", config, {"api_key": ["k"]}, request("POST", body="{}"), "api_key", "type")
    v.unsupported("unknown encoding", {"field_name": "key", "encoding": "xml"})
    return v


def path_segment() -> Vectors:
    v = Vectors("path_segment")
    host = "https://api.example.com"

    def case(name: str, config: Json, value: str, path: str, expected: str) -> None:
        v.sent(name, config, {"api_key": value}, request(url=host + path), request(url=host + expected))

    case("bot token", {"segment_prefix": "bot"}, "123:ABC-def_1", "/getMe", "/bot123%3AABC-def_1/getMe")
    case("first segment", {}, "k", "/a/b", "/k/a/b")
    case("second segment", {"position": 1}, "k", "/a/b", "/a/k/b")
    case("third segment", {"position": 2}, "k", "/a/b/c?x=1", "/a/b/k/c?x=1")
    case("before an empty last segment", {"position": 1}, "k", "/a/", "/a/k/")
    case("root path", {}, "k", "/", "/k/")
    case("no path", {}, "k", "", "/k")
    case("no path, but a query", {}, "k", "?a=/b", "/k?a=/b")
    case("the query stays as it is", {}, "k", "/a?x=1&x=2&y=a+b&z=%2B&flag", "/k/a?x=1&x=2&y=a+b&z=%2B&flag")
    case("the fragment is not sent", {}, "k", "/a#b", "/k/a")
    case("escapes of the path stay, without double encoding", {"position": 1}, "k", "/a%20b/c%2Fd+e", "/a%20b/k/c%2Fd+e")
    case("a slash is encoded", {}, "a/b", "/x", "/a%2Fb/x")
    case("a percent is encoded", {}, "a%2Fb", "/x", "/a%252Fb/x")
    case("plus, space, question mark and hash", {}, "a+b c?d#e", "/x", "/a%2Bb%20c%3Fd%23e/x")
    case("dots inside a longer value", {}, "a/../../b", "/x", "/a%2F..%2F..%2Fb/x")
    case("three dots", {}, "...", "/x", "/.../x")
    case("unreserved characters", {}, "aZ09-._~", "/x", "/aZ09-._~/x")
    case("UTF-8", {}, "caf\u00e9\u20ac", "/x", "/caf%C3%A9%E2%82%AC/x")
    case("CR LF cannot end the request line", {}, "a\r\nX-Evil: 1", "/x", "/a%0D%0AX-Evil%3A%201/x")
    case("the prefix is encoded", {"segment_prefix": "a b/"}, "k", "/x", "/a%20b%2Fk/x")
    case("backslash and semicolon", {}, "a\\b;c=1", "/x", "/a%5Cb%3Bc%3D1/x")
    v.refused("refuses a dot", {}, {"api_key": "."}, request(), "api_key", "dotSegment")
    v.refused("refuses two dots", {}, {"api_key": ".."}, request(), "api_key", "dotSegment")
    v.refused("refuses an empty segment", {}, {"api_key": ""}, request(), "api_key", "dotSegment")
    v.refused("refuses two dots with the prefix", {"segment_prefix": "."}, {"api_key": "."}, request(), "api_key", "dotSegment")
    v.refused("refuses a path that is too short", {"position": 2}, {"api_key": "k"}, request(url=host + "/a/"[:2]), "api_key", "pathPosition")
    v.refused("refuses an empty path at position 1", {"position": 1}, {"api_key": "k"}, request(url=host + "?a=/b/c"), "api_key", "pathPosition")
    v.refused("refuses a missing field", {}, {}, request(), "api_key", "required")
    v.unsupported("position above 32", {"position": 33})
    v.unsupported("position as text", {"position": "0"})
    return v


def hmac_of(algorithm: str, key: bytes, signed: bytes) -> bytes:
    """Computes the HMAC with openssl, and checks it with Python."""
    run = subprocess.run(
        ["openssl", "dgst", f"-{algorithm}", "-mac", "HMAC", "-macopt", f"hexkey:{key.hex()}", "-binary"],
        input=signed, stdout=subprocess.PIPE, check=True,
    )
    assert run.stdout == hmac.new(key, signed, algorithm).digest()
    return run.stdout


# RFC 4231, test cases 1-4, 6 and 7: key, data, HMAC-SHA-256, HMAC-SHA-512.
RFC_4231 = [
    (1, "0b" * 20, b"Hi There",
     "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
     "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"),
    (2, "4a656665", b"what do ya want for nothing?",
     "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
     "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"),
    (3, "aa" * 20, b"\xdd" * 50,
     "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
     "fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39bf3e848279a722c806b485a47e67c807b946a337bee8942674278859e13292fb"),
    (4, "0102030405060708090a0b0c0d0e0f10111213141516171819", b"\xcd" * 50,
     "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
     "b0ba465637458c6990e5a8c5f61d4af7e576d97ff94b872de76f8050361ee3dba91ca5c11aa25eb4d679275cc5788063a5f19741120c4f2de2adebeb10a298dd"),
    (6, "aa" * 131, b"Test Using Larger Than Block-Size Key - Hash Key First",
     "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
     "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598"),
    (7, "aa" * 131,
     b"This is a test using a larger than block-size key and a larger than block-size data."
     b" The key needs to be hashed before being used by the HMAC algorithm.",
     "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
     "e37b6a775dc87dbaa4dfa9f96e5e3ffddebd71f8867289865df5a32d20cdc944b6022cac3c4982b10d5eeb55c3e4de15134676fb6de0446065c97440fa8c6a58"),
]

# RFC 2202, section 3, test cases 1, 2 and 6: key, data, HMAC-SHA-1.
RFC_2202 = [
    (1, "0b" * 20, b"Hi There", "b617318655057264e28bc0b6fb378c8ef146be00"),
    (2, "4a656665", b"what do ya want for nothing?", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
    (6, "aa" * 80, b"Test Using Larger Than Block-Size Key - Hash Key First", "aa4ae5e15272d00e95705637ce8a3b55ed402112"),
]


def hmac_payload() -> Vectors:
    v = Vectors("hmac_payload")

    def rfc(name: str, source: str, algo: str, key: str, data: bytes, digest: str) -> None:
        assert hmac_of(algo, bytes.fromhex(key), data).hex() == digest, name
        v.sent(
            name,
            {"header_name": "X-Sign", "algo": algo, "secret_encoding": "hex"},
            {"api_secret": key},
            request("POST", body=data),
            request("POST", headers=[("X-Sign", digest)], body=data),
            source=source,
        )

    for number, key, data, sha256, sha512 in RFC_4231:
        rfc(f"RFC 4231 test case {number} with SHA-256", f"RFC 4231, 4.{number + 1}", "sha256", key, data, sha256)
        rfc(f"RFC 4231 test case {number} with SHA-512", f"RFC 4231, 4.{number + 1}", "sha512", key, data, sha512)
    for number, key, data, sha1 in RFC_2202:
        rfc(f"RFC 2202 test case {number} with SHA-1", "RFC 2202, 3", "sha1", key, data, sha1)

    def case(
        name: str, config: Json, secret: str, key: bytes, sent: Json, signed: bytes,
        times: Iterable[tuple[str, str]] = (), time: str = NOW, extra: Json = {}, more: Iterable[tuple[str, str]] = (),
    ) -> None:
        signature = hmac_of(config.get("algo", "sha256"), key, signed)
        text = base64.b64encode(signature).decode() if config.get("encoding") == "base64" else signature.hex()
        expected = json.loads(json.dumps(sent))
        replaced = [config["header_name"].lower()] + [name.lower() for name, _ in [*times, *more]]
        expected["headers"] = [line for line in expected["headers"] if line[0].lower() not in replaced]
        expected["headers"] += [list(header) for header in more]
        expected["headers"].append([config["header_name"], config.get("value_prefix", "") + text])
        expected["headers"] += [list(header) for header in times]
        url = expected["url"].split("#")[0]
        expected["url"] = url.replace("example.com?", "example.com/?") if "example.com/" not in url else url
        if expected["url"].endswith("example.com"):
            expected["url"] += "/"
        field = config.get("secret_field", "api_secret")
        v.sent(name, config, {field: secret, **extra}, sent, expected, time=time)

    sign = {"header_name": "X-Sign"}
    body = '{"size":"0.01"}'
    post = request("POST", "https://api.example.com:8443/orders?product=BTC%2FEUR", body=body)
    case(
        "the example of the guide",
        {
            "header_name": "X-Sign", "secret_field": "api_secret", "secret_encoding": "base64", "algo": "sha256",
            "encoding": "base64", "canonical_template": "{timestamp}{method}{path_and_query}{body}",
            "timestamp_header": "X-Timestamp", "timestamp_format": "unix",
            "additional_headers": [{"header_name": "X-Key", "credential_field": "api_key"}],
        },
        "c2VjcmV0LWtleS1vZi10aGUtdXNlcg==", b"secret-key-of-the-user", post,
        b'1769850000POST/orders?product=BTC%2FEUR{"size":"0.01"}',
        times=[("X-Timestamp", "1769850000")], time="2026-01-31T09:00:00.000Z",
        extra={"api_key": "key-1"}, more=[("X-Key", "key-1")],
    )
    case("defaults", sign, "s3cret", b"s3cret", request("POST", body=body), body.encode())
    case("an empty body", sign, "s3cret", b"s3cret", request(), b"")
    case("a secret in UTF-8", sign, "k\u00e9y-\u20ac", "k\u00e9y-\u20ac".encode(), request("POST", body=body), body.encode())
    case("spaces of a text secret stay", sign, " s ", b" s ", request("POST", body=body), body.encode())
    case("a text secret that looks like hex", sign, "00ff", b"00ff", request("POST", body=body), body.encode())
    case("a hex secret in upper case", {**sign, "secret_encoding": "hex"}, "00FFaB", b"\x00\xff\xab", request("POST", body=body), body.encode())
    case("a base64 secret with plus and slash", {**sign, "secret_encoding": "base64"}, "+/+/+w==", b"\xfb\xff\xbf\xfb", request("POST", body=body), body.encode())
    case("a base64 secret without padding", {**sign, "secret_encoding": "base64"}, "+/+/+w", b"\xfb\xff\xbf\xfb", request("POST", body=body), body.encode())
    case("a body in UTF-8", sign, "s", b"s", request("POST", body="gr\u00fc\u00df\r\n"), "gr\u00fc\u00df\r\n".encode())
    case("a body that is not UTF-8", sign, "s", b"s", request("POST", body=b"\x00\xff\xfe\r\n"), b"\x00\xff\xfe\r\n")
    case("a body with braces is not a template", sign, "s", b"s", request("POST", body="{method}{{"), b"{method}{{")
    for algo in ("sha1", "sha512"):
        case(f"{algo} in base64", {**sign, "algo": algo, "encoding": "base64"}, "s", b"s", request("POST", body=body), body.encode())
    case("a prefix", {"header_name": "X-Hub-Signature-256", "value_prefix": "sha256="}, "s", b"s", request("POST", body=body), body.encode())
    parts = "{method}\n{path}\n{query}\n{path_and_query}\n{host}\n{body_sha256}\n{body}"
    every = {**sign, "canonical_template": parts}

    def canonical(method: str, path: str, query: str, host: str, octets: bytes) -> bytes:
        both = path + "?" + query if query else path
        digest = hashlib.sha256(octets).hexdigest()
        return "\n".join([method, path, query, both, host, digest, ""]).encode() + octets

    for name, method, url, path, query, content in [
        ("all parts", "POST", "https://api.example.com/v1/orders?a=1&b=2", "/v1/orders", "a=1&b=2", body),
        ("no query and no body", "GET", "https://api.example.com/v1", "/v1", "", ""),
        ("an empty path", "GET", "https://api.example.com", "/", "", ""),
        ("an empty path with a query", "GET", "https://api.example.com?a=1", "/", "a=1", ""),
        ("duplicate query keys in order", "GET", "https://api.example.com/?b=2&a=1&b=1", "/", "b=2&a=1&b=1", ""),
        ("plus and %2B in the query", "GET", "https://api.example.com/?q=a+b&r=a%2Bb&s=a%20b", "/", "q=a+b&r=a%2Bb&s=a%20b", ""),
        ("escapes of the path, without double encoding", "GET", "https://api.example.com/a%20b/%C3%A9/c%2Fd+e//", "/a%20b/%C3%A9/c%2Fd+e//", "", ""),
        ("a flag and an empty value", "GET", "https://api.example.com/?flag&e=&", "/", "flag&e=&", ""),
        ("a port is not in the host", "DELETE", "https://api.example.com:8443/x", "/x", "", ""),
        ("the fragment is not signed", "GET", "https://api.example.com/x?a=1#frag", "/x", "a=1", ""),
    ]:
        signed = canonical(method, path, query, "api.example.com", content.encode())
        case(name, every, "s", b"s", request(method, url, body=content), signed)
    for form, text in [("unix", "1795515630"), ("unix_ms", "1795515630456"), ("iso8601", "2026-11-24T10:20:30.456Z")]:
        case(
            f"a time in {form}",
            {**sign, "canonical_template": "{timestamp}.{body}", "timestamp_header": "X-Time", "timestamp_format": form},
            "s", b"s", request("POST", body=body), text.encode() + b"." + body.encode(), times=[("X-Time", text)],
        )
    case("a time with trailing zeros", {**sign, "canonical_template": "{timestamp}", "timestamp_header": "X-Time", "timestamp_format": "iso8601"},
         "s", b"s", request(), b"2026-01-02T03:04:05.000Z", times=[("X-Time", "2026-01-02T03:04:05.000Z")], time="2026-01-02T03:04:05.000Z")
    case("a time that is signed and not sent", {**sign, "canonical_template": "{timestamp}"}, "s", b"s", request(), b"1795515630")
    case("a time that is sent and not signed", {**sign, "timestamp_header": "X-Time"}, "s", b"s", request("POST", body=body), body.encode(), times=[("X-Time", "1795515630")])
    case("doubled braces and text in UTF-8", {**sign, "canonical_template": "{{{method}}} \u00e9"}, "s", b"s", request(), "{GET} \u00e9".encode())
    case("an empty template", {**sign, "canonical_template": ""}, "s", b"s", request("POST", body=body), b"")
    case("replaces headers of the request",
         {**sign, "timestamp_header": "X-Time", "additional_headers": [{"header_name": "X-Key", "credential_field": "id", "value_prefix": "id "}]},
         "s", b"s", request("POST", headers=[("x-sign", "old"), ("X-KEY", "old"), ("x-time", "old"), ("X-Other", "1")], body=body),
         body.encode(), times=[("X-Time", "1795515630")], extra={"id": "i1"}, more=[("X-Key", "id i1")])
    case("another field, and repeated lines stay", {"header_name": "X-Sign", "secret_field": "key"}, "s", b"s",
         request("POST", headers=[("X-Tag", "b"), ("X-Tag", "a")], body=body), body.encode())
    v.refused("refuses an empty secret", sign, {"api_secret": ""}, request(), "api_secret", "notEmpty")
    v.refused("refuses a missing secret", sign, {}, request(), "api_secret", "required")
    for name, encoding, secret in [
        ("hex with an odd length", "hex", "abc"),
        ("hex with another letter", "hex", "zz"),
        ("hex with a space", "hex", "ab cd"),
        ("base64 with the alphabet of URLs", "base64", "-_-_"),
        ("base64 with a line break", "base64", "YWJj\nZGVm"),
        ("base64 with an impossible length", "base64", "YWJjZ"),
    ]:
        v.refused(f"refuses {name}", {**sign, "secret_encoding": encoding}, {"api_secret": secret}, request(), "api_secret", encoding)
    v.refused(
        "refuses a line break in an additional header",
        {**sign, "additional_headers": [{"header_name": "X-Key", "credential_field": "id"}]},
        {"api_secret": "s", "id": "a\r\nX-Evil: 1"}, request(), "id", "lineBreak",
    )
    v.unsupported("the header is required", {})
    v.unsupported("unknown placeholder", {**sign, "canonical_template": "{api_key}{body}"})
    v.unsupported("unknown algorithm", {**sign, "algo": "md5"})
    v.unsupported("unknown encoding of the time", {**sign, "timestamp_format": "rfc1123"})
    return v


ACCESS_KEY, SECRET_KEY = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
SUITE_TIME = "2015-08-30T12:36:00.000Z"
# The list of botocore 1.44. Earlier versions have a shorter list.
UNSIGNED = {
    "baggage", "connection", "expect", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "traceparent",
    "tracestate", "trailer", "transfer-encoding", "upgrade", "user-agent", "x-amzn-trace-id",
}


def signed_by_botocore(service: str, region: str, credentials: Json, sent: Json, time: str, content_hash: bool = True) -> Json:
    """Returns the request as botocore signs it. `content_hash` adds X-Amz-Content-Sha256, as Nexus does."""
    compact = time[:19].replace("-", "").replace(":", "") + "Z"
    replaced = {"authorization", "x-amz-date", "x-amz-content-sha256"}
    if credentials.get("session_token") is not None:
        replaced.add("x-amz-security-token")
    headers = [line for line in sent["headers"] if line[0].lower() not in replaced]
    headers.append(["X-Amz-Date", compact])
    if content_hash:
        headers.append(["X-Amz-Content-Sha256", hashlib.sha256(octets_of(sent)).hexdigest()])
    if credentials.get("session_token") is not None:
        headers.append(["X-Amz-Security-Token", credentials["session_token"]])
    signer = (S3SigV4Auth if service == "s3" else SigV4Auth)(
        Credentials(credentials["access_key"], credentials["secret_key"]), service, region
    )
    wire = sent["url"].split("#")[0]
    scheme, rest = wire.split("://")
    end = min((rest.index(c) for c in "/?" if c in rest), default=len(rest))
    if not rest[end:].startswith("/"):
        wire = f"{scheme}://{rest[:end]}/{rest[end:]}"
    aws = AWSRequest(method=sent["method"], url=wire, data=octets_of(sent))
    for name, value in headers:
        if name.lower() not in UNSIGNED:
            aws.headers.add_header(name, value)
    aws.context["timestamp"] = compact
    canonical = signer.canonical_request(aws)
    signature = signer.signature(signer.string_to_sign(aws, canonical), aws)
    names = signer.signed_headers(signer.headers_to_sign(aws))
    authorization = f"AWS4-HMAC-SHA256 Credential={signer.scope(aws)}, SignedHeaders={names}, Signature={signature}"
    return {**sent, "url": wire, "headers": headers + [["Authorization", authorization]]}


SUITE = "https://example.amazonaws.com"
ALPHABET = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
FORM = [("Content-Type", "application/x-www-form-urlencoded")]

SESSION_TOKEN = "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267"

# AWS's test suite of Signature Version 4 (awslabs/aws-c-auth, Apache License 2.0), without the requests whose path or
# headers HTTP clients change: name, request, published signature.
SUITE_CASES: list[tuple[str, Json, str]] = [
    ("get-header-key-duplicate",
     request(url=SUITE + "/", headers=[("My-Header1", "value2"), ("My-Header1", "value2"), ("My-Header1", "value1")]),
     "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"),
    ("get-header-value-order",
     request(url=SUITE + "/", headers=[("My-Header1", f"value{n}") for n in (4, 1, 3, 2)]),
     "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"),
    ("get-header-value-trim",
     request(url=SUITE + "/", headers=[("My-Header1", "value1"), ("My-Header2", '"a   b   c"')]),
     "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"),
    ("get-unreserved", request(url=f"{SUITE}/{ALPHABET}"),
     "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"),
    ("get-vanilla", request(url=SUITE + "/"),
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    ("get-vanilla-empty-query-key", request(url=SUITE + "/?Param1=value1"),
     "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"),
    ("get-vanilla-query-order-encoded", request(url=SUITE + "/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1"),
     "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac"),
    ("get-vanilla-query-order-key-case", request(url=SUITE + "/?Param2=value2&Param1=value1"),
     "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
    ("get-vanilla-query-order-key", request(url=SUITE + "/?Param1=value2&Param1=Value1"),
     "eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1"),
    ("get-vanilla-query-order-value", request(url=SUITE + "/?Param1=value2&Param1=value1"),
     "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694"),
    ("get-vanilla-query-unreserved", request(url=f"{SUITE}/?{ALPHABET}={ALPHABET}"),
     "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"),
    ("get-vanilla-utf8-query", request(url=SUITE + "/?%E1%88%B4=bar"),
     "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"),
    ("get-vanilla-with-session-token", request(url=SUITE + "/"),
     "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8"),
    ("get-slash", request(url=SUITE + "//"),
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    ("get-slashes", request(url=SUITE + "//example//"),
     "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"),
    ("get-special-character", request(url=SUITE + "/example/$delete"),
     "a853c9b21b528b19643d00910d35b83a10c366a10833ceefb45edd6c80e40f27"),
    ("post-vanilla", request("POST", SUITE + "/"),
     "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
    ("post-header-key-sort", request("POST", SUITE + "/", [("My-Header1", "value1")]),
     "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"),
    ("post-header-value-case", request("POST", SUITE + "/", [("My-Header1", "VALUE1")]),
     "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d"),
    ("post-vanilla-query", request("POST", SUITE + "/?Param1=value1"),
     "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"),
    ("post-x-www-form-urlencoded", request("POST", SUITE + "/", FORM, "Param1=value1"),
     "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"),
    ("post-x-www-form-urlencoded-parameters",
     request("POST", SUITE + "/", [(FORM[0][0], FORM[0][1] + "; charset=utf8")], "Param1=value1"),
     "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe"),
]


def aws_sigv4() -> Vectors:
    v = Vectors("aws_sigv4")
    keys = {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY}

    def case(name: str, sent: Json, service: str = "service", region: str = "us-east-1", time: str = NOW, config: Json = {}, more: Json = {}, signed_url: str = "", **members: Any) -> None:
        from_credential = "region_field" in config
        full: Json = {"service": service, **({} if region == "us-east-1" or from_credential else {"region": region}), **config}
        named = dict(keys, **({"region": region} if from_credential else {}), **more)
        credentials = {full.get(f"{field}_field", field): value for field, value in named.items()}
        expected = signed_by_botocore(service, region, named, {**sent, "url": signed_url or sent["url"]}, time)
        if signed_url:
            expected["url"] = sent["url"]
        v.sent(name, full, credentials, sent, expected, time=time, **members)

    for name, sent, published in SUITE_CASES:
        token = {"session_token": SESSION_TOKEN} if name == "get-vanilla-with-session-token" else {}
        own = signed_by_botocore("service", "us-east-1", {**keys, **token}, sent, SUITE_TIME, content_hash=False)
        assert own["headers"][-1][1].endswith("Signature=" + published), name
        names = [line[0].lower() for line in sent["headers"]]
        repeated = {"repeated_lines": True} if len(set(names)) < len(names) else {}
        case(f"AWS test suite, {name}", sent, time=SUITE_TIME, more=token, source="AWS SigV4 test suite", **repeated)

    json_type = ("Content-Type", "application/x-amz-json-1.0")
    sts = "https://sts.eu-central-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15"
    case("STS in another region", request(url=sts), "sts", "eu-central-1")
    case("a session token", request(url=sts), "sts", "eu-central-1", more={"session_token": "IQoJb3JpZ2luX2VjE/+=="})
    case("DynamoDB with a JSON body", request("POST", "https://dynamodb.us-east-1.amazonaws.com/", [json_type, ("X-Amz-Target", "DynamoDB_20120810.ListTables")], "{}"), "dynamodb")
    case("a body in UTF-8", request("POST", SUITE + "/", [("Content-Type", "text/plain; charset=utf-8")], "gr\u00fc\u00df \U0001f600"))
    case("a body that is not UTF-8", request("PUT", SUITE + "/x", [("Content-Type", "application/octet-stream")], bytes(range(256))))
    case("a port is signed in Host", request(url="https://search.example.com:9200/_cat/indices"), "es", "eu-west-1")
    case("an empty path", request(url=SUITE))
    case("an empty path with a query", request(url=SUITE + "?a=1"))
    case("the fragment is not signed", request(url=SUITE + "/a?b=1#c"))
    case("an escape of the path is encoded twice", request(url=SUITE + "/a%20b/%C3%A9"), "execute-api")
    case("an encoded slash is encoded twice", request(url=SUITE + "/a%2Fb/c"), "execute-api")
    case("plus and other characters of the path", request(url=SUITE + "/a+b/c:d@e,f;g=h/$i!j*k(l)"), "execute-api")
    case("repeated slashes", request(url=SUITE + "//a///b//"), "execute-api")
    case("S3 encodes an escape of the path once", request(url="https://bucket.s3.us-east-1.amazonaws.com/a%20b/%C3%A9/c%2Bd"), "s3")
    case("S3 keeps repeated slashes", request(url="https://bucket.s3.us-east-1.amazonaws.com//a///b//"), "s3")
    case("S3 with a body", request("PUT", "https://bucket.s3.us-east-1.amazonaws.com/key", [("Content-Type", "text/plain")], "hello"), "s3")
    case("S3 list with a prefix", request(url="https://bucket.s3.us-east-1.amazonaws.com/?list-type=2&prefix=a%2Fb%20c&delimiter=%2F"), "s3")
    case("S3 sub-resource without a value", request(url="https://bucket.s3.us-east-1.amazonaws.com/key?acl"), "s3")
    case("duplicate query keys are sorted by value", request(url=SUITE + "/?b=2&a=2&a=1&a=10&B=1"))
    case("%2B in the query", request(url=SUITE + "/?q=a%2Bb&r=%20"))
    case("a raw plus in the query is signed as it is sent", request(url=SUITE + "/?q=a+b&r=1"))
    case("a flag and an empty value", request(url=SUITE + "/?flag&empty=&a=1"))
    case("UTF-8 in the query", request(url=SUITE + "/?%E1%88%B4=bar&q=%C3%A9"))
    case("bytes of the query that are not UTF-8", request(url=SUITE + "/?%C3=x&a=%FF&b=%E2%82"))
    case("an encoded equals sign and ampersand", request(url=SUITE + "/?a=%3D%26&b=x%3Dy"))
    case("keys are sorted by their encoded bytes", request(url=SUITE + "/?ab=1&a=2&a%20b=3&a-b=4"))
    case(
        "reserved characters of the query are signed encoded",
        request(url=SUITE + "/?filter=a,b:c/d@e&x=%c3%a9"),
        signed_url=SUITE + "/?filter=a%2Cb%3Ac%2Fd%40e&x=%C3%A9",
        source="AWS, Create a signed AWS API request: UriEncode",
    )
    case("headers of the request are signed", request(url=SUITE + "/", headers=[("X-Own", "a,b; c"), ("Accept", "*/*"), ("Range", "bytes=0-9")]))
    case("inner spaces of a header are signed as one", request(url=SUITE + "/", headers=[("X-Own", "a   b  c")]))
    case("headers that proxies change are not signed", request(url=SUITE + "/", headers=[("User-Agent", "app/1"), ("X-Amzn-Trace-Id", "Root=1"), ("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), ("Tracestate", "a=b"), ("Baggage", "c=d")]))
    case("replaces Authorization and X-Amz headers", request(url=SUITE + "/", headers=[("authorization", "Bearer old"), ("x-amz-date", "20200101T000000Z"), ("X-AMZ-SECURITY-TOKEN", "old"), ("x-amz-content-sha256", "UNSIGNED-PAYLOAD")]), more={"session_token": "new"})
    case("other fields of the credential", request(url=sts), "sts", "us-west-2", config={"access_key_field": "id", "secret_key_field": "key", "session_token_field": "token"}, more={"session_token": "t"})
    case("the region in the credential", request(url=sts), "sts", "eu-central-1", config={"region_field": "region"})
    case("another field with the region", request(url="https://dynamodb.ap-southeast-2.amazonaws.com/"), "dynamodb", "ap-southeast-2", config={"region_field": "the region"}, more={"session_token": "t"})
    case("other characters in the region of the credential", request(url=SUITE + "/"), region="local_1.x", config={"region_field": "region"})
    case("the default region in the credential", request(url=sts), "sts", config={"region_field": "region"})
    case("a secret key with special characters", request(url=sts), "sts", more={"secret_key": "a b/+%\u00e9"})
    for method in ("DELETE", "PATCH", "HEAD"):
        case(f"method {method}", request(method, SUITE + "/x"))
    case("the time at the end of a year", request(url=SUITE + "/"), time="2027-12-31T23:59:59.999Z")

    config = {"service": "sts"}
    for name, changed, field, rule in [
        ("an empty access key", {"access_key": ""}, "access_key", "notEmpty"),
        ("an empty secret key", {"secret_key": ""}, "secret_key", "notEmpty"),
        ("a slash in the access key", {"access_key": "AKID/x"}, "access_key", "signatureScope"),
        ("a comma in the access key", {"access_key": "AKID,x"}, "access_key", "signatureScope"),
        ("a space in the access key", {"access_key": "AKID x"}, "access_key", "signatureScope"),
        ("a line break in the access key", {"access_key": "AKID\r\nX-Evil: 1"}, "access_key", "lineBreak"),
        ("a line break in the session token", {"session_token": "t\n"}, "session_token", "lineBreak"),
        ("a letter that is not ASCII in the session token", {"session_token": "\u00e9"}, "session_token", "printableAscii"),
        ("a number as the secret key", {"secret_key": 1}, "secret_key", "type"),
        ("a null session token", {"session_token": None}, "session_token", "type"),
    ]:
        v.refused(f"refuses {name}", config, {**keys, **changed}, request(url=sts), field, rule)
    v.refused("refuses a missing secret key", config, {"access_key": ACCESS_KEY}, request(url=sts), "secret_key", "required")
    config = {"service": "sts", "region_field": "region"}
    for name, region, rule in [
        ("an empty region", "", "notEmpty"),
        ("a region of spaces", "  ", "notEmpty"),
        ("a slash in the region", "us-east-1/s3", "signatureScope"),
        ("a comma in the region", "us-east-1,x", "signatureScope"),
        ("a space in the region", "us east 1", "signatureScope"),
        ("a space at the end of the region", "us-east-1 ", "signatureScope"),
        ("a line break in the region", "us-east-1\r\nX-Evil: 1", "lineBreak"),
        ("a tab in the region", "us-east-1\t", "controlCharacter"),
        ("a zero-width space in the region", "us-east-1\u200b", "invisibleCharacter"),
        ("a letter that is not ASCII in the region", "us-\u00e9ast-1", "printableAscii"),
        ("a number as the region", 1, "type"),
        ("a null region", None, "type"),
    ]:
        v.refused(f"refuses {name}", config, {**keys, "region": region}, request(url=sts), "region", rule)
    v.refused("refuses a missing region", config, keys, request(url=sts), "region", "required")
    v.refused(
        "refuses a missing region of another field, even if the credential has the field region",
        {"service": "sts", "region_field": "site"},
        {**keys, "region": "us-east-1"},
        request(url=sts),
        "site",
        "required",
    )
    v.unsupported("the service is required", {})
    v.unsupported("slash in the region", {"service": "sts", "region": "us-east-1/s3"})
    v.unsupported("region and region_field", {"service": "sts", "region": "us-east-1", "region_field": "region"})
    v.unsupported("empty region_field", {"service": "sts", "region_field": ""})
    v.unsupported("line break in region_field", {"service": "sts", "region_field": "a\nb"})
    v.unsupported("number as region_field", {"service": "sts", "region_field": 1})
    v.unsupported("null as region_field", {"service": "sts", "region_field": None})
    v.unsupported("null as region with region_field", {"service": "sts", "region": None, "region_field": "region"})
    v.unsupported("unknown member", {"service": "sts", "regionfield": "region"})
    return v


def hosts() -> Vectors:
    v = Vectors("hosts")
    key = {"api_key": "k"}
    auth = [("Authorization", "k")]

    def allowed(name: str, url: str, names: list[str] | None, expected: str | None = None) -> None:
        more: Json = {} if names is None else {"allowed_hosts": names}
        v.sent(name, {}, key, request(url=url), request(url=expected or url, headers=auth), type="header", **more)

    def forbidden(name: str, url: str, names: list[str] | None, headers: Iterable[tuple[str, str]] = ()) -> None:
        more: Json = {} if names is None else {"allowed_hosts": names}
        v._add(name, {}, key, request(url=url, headers=headers), type="header", error={"code": "forbidden_host"}, **more)

    one = ["api.example.org"]
    allowed("the allowed host", "https://api.example.org/x", one)
    allowed("the second of two hosts", "https://upload.example.org/x", ["api.example.org", "upload.example.org"])
    allowed("the case of the URL does not matter", "https://API.Example.ORG/x", one, "https://api.example.org/x")
    allowed("the case of the list does not matter", "https://api.example.org/x", ["API.Example.org"])
    allowed("any port of the allowed host", "https://api.example.org:8443/x", one)
    allowed("a host in Punycode", "https://xn--bcher-kva.example/x", ["xn--bcher-kva.example"])
    allowed("any host without a list", "https://anywhere.example/x", None)
    allowed("http on localhost", "http://localhost:3001/x", None)
    allowed("http on 127.0.0.1", "http://127.0.0.1:3001/x", None)
    allowed("http on the loopback address of IPv6", "http://[::1]:3001/x", None)
    allowed("http on an allowed localhost", "http://localhost:3001/x", ["localhost"])
    for name, url in {
        "another host": "https://evil.example/",
        "the parent domain": "https://example.org/",
        "a subdomain": "https://a.api.example.org/",
        "a longer name with the same end": "https://xapi.example.org/",
        "the allowed host as a label": "https://api.example.org.evil.example/",
        "the allowed host in the path": "https://evil.example/api.example.org",
        "the allowed host in the query": "https://evil.example/?api.example.org",
        "the allowed host in the fragment": "https://evil.example/#api.example.org",
        "the allowed host as a user name": "https://api.example.org@evil.example/",
        "a user name before the allowed host": "https://user@api.example.org/",
        "a password before the allowed host": "https://user:password@api.example.org/",
        "http on the allowed host": "http://api.example.org/",
        "an IP address": "https://192.0.2.1/",
        "localhost that is not allowed": "http://localhost:3001/",
        "a backslash after another host": "https://evil.example\\.api.example.org/",
        "a backslash before a user name": "https://evil.example\\@api.example.org/",
    }.items():
        forbidden(f"refuses {name}", url, one)
    forbidden("refuses http without a list", "http://anywhere.example/", None)
    forbidden("refuses http on a name that begins like a loopback address", "http://127.0.0.1.evil.example/", None)
    forbidden("refuses http on a name that begins with localhost", "http://localhost.evil.example/", None)
    forbidden("refuses http on localhost with a dot at its end", "http://localhost./", None)
    forbidden("refuses the header Host", "https://api.example.org/", one, [("Host", "evil.example")])
    forbidden("refuses the header Host without a list", "https://api.example.org/", None, [("hOST", "evil.example")])
    forbidden("refuses each host if the list is empty", "https://api.example.org/", [])
    return v


FILES = [header, query_param, basic_auth, body_field, path_segment, hmac_payload, aws_sigv4, hosts]


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--check"]):
        print("usage: generate.py [--check]", file=sys.stderr)
        return 2
    total, names = 0, set()
    for make in FILES:
        made = make()
        total += len(made.vectors)
        for vector in made.vectors:
            if vector["name"] in names:
                raise ValueError("duplicate name: " + vector["name"])
            names.add(vector["name"])
        text = json.dumps({"vectors": made.vectors}, indent=1, ensure_ascii=True) + "\n"
        file = HERE / f"{make.__name__}.json"
        if not arguments:
            file.write_text(text)
        elif file.read_text() != text:
            print(f"{file.name} differs. Run generate.py without --check.", file=sys.stderr)
            return 1
    print(f"{total} vectors")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

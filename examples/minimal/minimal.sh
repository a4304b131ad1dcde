#!/usr/bin/env bash
# Begins a connection, captures a credential and uses it. See README.md.
set -euo pipefail
: "${GATEWAY_URL:?}" "${API_KEY:?}" "${RETURN_URL:?}" "${CREDENTIAL:?}" "${URL:?}"

# Without -q, a file .curlrc could print or redirect secrets. No proxy sees what is sent over http.
DIRECT=127.0.0.1,localhost

fail() {
    echo "minimal.sh: $1" >&2
    exit 1
}

# Prints only the message of an error. Another response can contain the state or the credential.
message() { # response
    jq -er '.message // empty' <<< "$1" 2> /dev/null || echo "no complete response of the Gateway"
}

# Secrets are in files and not in arguments, because every user of the machine sees the arguments of a process.
call() { # path [options of curl]
    local path=$1
    shift
    curl -q -sS --noproxy "$DIRECT" --fail-with-body --max-time 10 -H @<(printf 'X-API-Key: %s' "$API_KEY") "$@" "$GATEWAY_URL$path"
}
post() { # path, reads the body from stdin
    call "$1" -H "Content-Type: application/json" --data-binary @-
}

# 1. Begin. Your application knows its user, and stores connection_id.
begun=$(jq -n '{workspace_id: "user_abc", provider_id: "api-key", return_url: env.RETURN_URL}' |
    post /v1/request-connection) || fail "begin: $(message "$begun")"
connection_id=$(jq -r .connection_id <<< "$begun")
STATE=$(jq -r '.auth_url | capture("state=(?<state>[^&]*)").state' <<< "$begun")

# 2. Capture. In your application the user types the credential into your form.
captured=$(STATE=$STATE jq -n '{state: env.STATE, credentials: {api_key: env.CREDENTIAL}}' |
    post /v1/capture-credential) || fail "capture: $(message "$captured")"

# 3. Use. This example supports only the strategy "header" with one header.
token=$(call "/v1/token/$connection_id") || fail "token: $(message "$token")"
host=$(sed -E 's,^[a-z]+://([^/?#]*@)?([^/:?#]*).*,\2,' <<< "$URL")
case $URL in
    *@*) fail "URL must not contain an @, because a user name can hide the host" ;;
    https://* | http://127.0.0.1[:/]*) ;;
    *) fail "send a credential only over https" ;;
esac
jq -e --arg host "$host" '.allowed_hosts == null or (.allowed_hosts | index($host))' <<< "$token" > /dev/null ||
    fail "$host is not in allowed_hosts"
header=$(jq -er '.strategy | select(.type == "header").config | .header_name + ": " + .value_prefix' <<< "$token") ||
    fail "this strategy is not supported"
value=$(jq -r '.credentials[.strategy.config.credential_field]' <<< "$token")
curl -q -sSg --noproxy "$DIRECT" --max-time 10 --max-redirs 0 -w '\n%{http_code}\n' -H @<(printf '%s%s' "$header" "$value") "$URL"

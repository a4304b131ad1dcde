# shellcheck shell=sh
# Read by the scripts beside it: goes to the root of the repository, and says what is missing and what to do about it.
cd "$(dirname "$0")/../.." || exit

fail() {
    echo "deploy/ci/${0##*/}: $1" >&2
    exit 1
}

need_program() { # name, where it comes from
    command -v "$1" > /dev/null 2>&1 || fail "there is no $1 on PATH; $2. deploy/ci/image/Dockerfile says the version"
}

need_variable() { # name, what it is
    eval "[ -n \"\${$1:-}\" ]" || fail "$1 is not set; it is $2"
}

need_file() { # file, what makes it
    [ -e "$1" ] || fail "$1 is not there; $2"
}

need_images() { # takes them from the environment, or from what deploy/ci/push wrote
    if [ -z "${GATEWAY_IMAGE:-}" ] && [ -e target/images/images.env ]; then
        # shellcheck source=/dev/null
        . ./target/images/images.env
    fi
    need_variable GATEWAY_IMAGE "the Gateway's image with its digest; deploy/ci/push says it"
    need_variable BROKER_IMAGE "the Broker's image with its digest; deploy/ci/push says it"
    for image in "$GATEWAY_IMAGE" "$BROKER_IMAGE"; do
        case $image in
            *@sha256:*) ;;
            *) fail "$image has no digest; a tag may mean another image tomorrow" ;;
        esac
    done
}

log_in() { # crane or cosign, registry: in a folder of this run's own, so that nothing of it stays on the machine
    user=${REGISTRY_USER:-${CI_REGISTRY_USER:-}}
    password=${REGISTRY_PASSWORD:-${CI_REGISTRY_PASSWORD:-}}
    [ -n "$user" ] || return 0
    DOCKER_CONFIG=$(mktemp -d)
    export DOCKER_CONFIG
    trap 'rm -rf "$DOCKER_CONFIG"' EXIT
    case $1 in
        crane) printf %s "$password" | crane auth login "$2" -u "$user" --password-stdin ;;
        cosign) printf %s "$password" | cosign login "$2" -u "$user" --password-stdin ;;
    esac
}
